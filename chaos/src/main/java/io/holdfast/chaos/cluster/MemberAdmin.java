package io.holdfast.chaos.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.chaos.cluster.ClusterUnderTest.Condition;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Changes the members of a cluster the way an operator does, who repeats a request until it is
 * granted. What is so already is granted at once, so that repeating does no harm. Peers go by the
 * numbers that the cluster knows them by, see {@link ClusterUnderTest#memberId}.
 */
public final class MemberAdmin {
  private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final long AGAIN_MILLIS = 200;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(1))
          .build();

  private final ClusterUnderTest cluster;

  /** Asks the peers of this cluster. */
  public MemberAdmin(ClusterUnderTest cluster) {
    this.cluster = cluster;
  }

  /** Roles of the members by their numbers, as the leader knows them. */
  public Map<Integer, String> members() throws IOException, InterruptedException {
    Map<Integer, String> roles = new TreeMap<>();
    for (JsonNode row : granted("GET", "/v1/members", "").path("members")) {
      roles.put(number(row), row.path("role").asText());
    }
    return roles;
  }

  /** Takes in the peer that lives at a place, as a learner. */
  public void add(int place) throws IOException, InterruptedException {
    String body =
        JSON.createObjectNode()
            .put("peer", Integer.toString(cluster.memberId(place)))
            .put("peerAddress", cluster.peerAddress(place))
            .put("clientAddress", cluster.clientAddress(place))
            .toString();
    granted("POST", "/v1/members", body);
  }

  /** Lets a learner vote, as soon as it has caught up. */
  public void promote(int member) throws IOException, InterruptedException {
    granted("POST", "/v1/members/" + member + "/promote", "{}");
  }

  /** Makes a voter a learner. */
  public void demote(int member) throws IOException, InterruptedException {
    granted("POST", "/v1/members/" + member + "/demote", "{}");
  }

  /** Removes a member for good. */
  public void remove(int member) throws IOException, InterruptedException {
    granted("DELETE", "/v1/members/" + member, "");
  }

  /** Makes a voter lead. */
  public void transfer(int member) throws IOException, InterruptedException {
    String body = JSON.createObjectNode().put("peer", Integer.toString(member)).toString();
    granted("POST", "/v1/cluster/transfer", body);
  }

  /** The member that the leader says leads. */
  public Optional<Integer> leader() throws IOException, InterruptedException {
    for (JsonNode row : granted("GET", "/v1/members", "").path("members")) {
      if (row.path("leader").asBoolean()) {
        return Optional.of(number(row));
      }
    }
    return Optional.empty();
  }

  private static int number(JsonNode row) {
    return Integer.parseInt(row.path("peer").asText().replace("peer-", ""));
  }

  private JsonNode granted(String method, String path, String body)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    String last = "no peer runs";
    while (true) {
      for (int peer : cluster.peers()) {
        if (cluster.condition(peer) == Condition.RUNNING) {
          try {
            HttpResponse<String> answer =
                HTTP.send(request(peer, method, path, body), BodyHandlers.ofString());
            if (answer.statusCode() == 200) {
              return JSON.readTree(answer.body());
            }
            last = answer.body();
          } catch (IOException noAnswer) {
            last = "peer " + peer + " did not answer: " + noAnswer;
          }
        }
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IOException(
            method + " " + path + " was not granted within 120 s; the last answer was: " + last);
      }
      TimeUnit.MILLISECONDS.sleep(AGAIN_MILLIS);
    }
  }

  private HttpRequest request(int peer, String method, String path, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + cluster.clientAddress(peer) + path))
            .timeout(ANSWER_PATIENCE);
    return body.isEmpty()
        ? request.method(method, BodyPublishers.noBody()).build()
        : request
            .header("content-type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build();
  }
}
