package io.holdfast.chaos.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.chaos.history.Outcomes.OutcomeException;
import io.holdfast.chaos.workload.HttpCaller;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** HTTP by the JDK's client, to the peers in turn. */
final class RealHttpCaller implements HttpCaller {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT_PATIENCE = Duration.ofMillis(500);
  private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(3);

  private final HttpClient http;
  private final List<String> addresses;
  private final Executor loop;
  private int turn;

  RealHttpCaller(List<String> addresses, Executor loop) {
    this.addresses = addresses;
    this.loop = loop;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_PATIENCE)
            .build();
  }

  @Override
  public CompletableFuture<Answer> call(String method, String path, @Nullable JsonNode body) {
    String address = addresses.get(turn++ % addresses.size());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + address + path)).timeout(ANSWER_PATIENCE);
    if (body == null) {
      request.method(method, BodyPublishers.noBody());
    } else {
      request.header("content-type", "application/json");
      request.method(method, BodyPublishers.ofString(body.toString()));
    }
    return http.sendAsync(request.build(), BodyHandlers.ofByteArray())
        .handleAsync(RealHttpCaller::answer, loop);
  }

  private static Answer answer(
      @Nullable HttpResponse<byte[]> response, @Nullable Throwable failure) {
    if (response == null) {
      Throwable cause = failure;
      while (cause instanceof CompletionException && cause.getCause() != null) {
        cause = cause.getCause();
      }
      boolean notConnected =
          cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException;
      throw new OutcomeException(
          notConnected, notConnected ? "NotConnected" : "NoAnswer", String.valueOf(cause));
    }
    try {
      byte[] body = response.body();
      return new Answer(
          response.statusCode(),
          body.length == 0 ? JsonNodeFactory.instance.objectNode() : JSON.readTree(body));
    } catch (IOException notJson) {
      throw new OutcomeException(false, "NotJson", String.valueOf(notJson.getMessage()));
    }
  }
}
