package io.holdfast.chaos.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks a peer how it is, over HTTP. For any thread. */
public final class PeerProbe {
  private static final Duration PATIENCE = Duration.ofMillis(800);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();

  private PeerProbe() {}

  /** The peer's own view of the cluster; nothing when it does not answer within 0.8 s. */
  public static Optional<PeerStatus> status(int peer, String clientAddress) {
    return get(clientAddress, "/v1/cluster").flatMap(text -> parse(peer, text));
  }

  /** The peer's metrics page; nothing when it does not answer within 0.8 s. */
  public static Optional<String> metrics(String clientAddress) {
    return get(clientAddress, "/metrics");
  }

  /**
   * A hash of a peer's replicated state.
   *
   * @param appliedIndex log index it is as of
   */
  public record StateDigest(long appliedIndex, String digest) {}

  /** The digest of the peer's state; nothing when it does not answer within 0.8 s. */
  public static Optional<StateDigest> digest(String clientAddress) {
    Optional<String> text = get(clientAddress, "/v1/digest");
    try {
      if (text.isEmpty()) {
        return Optional.empty();
      }
      JsonNode json = JSON.readTree(text.get());
      return Optional.of(
          new StateDigest(json.path("appliedIndex").asLong(), json.path("digest").asText()));
    } catch (IOException notJson) {
      return Optional.empty();
    }
  }

  /** Whether the peer says it is ready. */
  public static boolean isReady(String clientAddress) {
    return get(clientAddress, "/health/ready").isPresent();
  }

  private static Optional<PeerStatus> parse(int peer, String text) {
    try {
      JsonNode json = JSON.readTree(text);
      String own = json.path("peer").asText();
      String role = "unknown";
      for (JsonNode row : json.path("peers")) {
        if (row.path("peer").asText().equals(own)) {
          role = row.path("role").asText("unknown");
        }
      }
      return Optional.of(
          new PeerStatus(
              peer,
              role,
              json.path("term").asLong(),
              text(json.path("leader").path("peer")),
              json.path("commitIndex").asLong(),
              json.path("appliedIndex").asLong(),
              text(json.path("degraded"))));
    } catch (IOException notJson) {
      return Optional.empty();
    }
  }

  private static @Nullable String text(JsonNode node) {
    return node.isTextual() ? node.asText() : null;
  }

  private static Optional<String> get(String clientAddress, String path) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + clientAddress + path))
            .timeout(PATIENCE)
            .build();
    try {
      HttpResponse<String> response = HTTP.send(request, BodyHandlers.ofString());
      return response.statusCode() == 200 ? Optional.of(response.body()) : Optional.empty();
    } catch (IOException noAnswer) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
