package io.holdfast.cli.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Asks the peers one after the other until one answers for good. Requests that change something
 * carry a request id, so that asking again takes effect once. Safe for use by several threads.
 */
public final class HttpApi {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  private static final long RETRY_DELAY_MILLIS = 100;

  private final HttpClient http;
  private final List<URI> endpoints;
  private final Duration timeout;
  private final @Nullable String bearerToken;

  /**
   * @param endpoints {@code http://host:port} or {@code https://host:port}
   * @param timeout for one call, all attempts together
   */
  public HttpApi(
      List<URI> endpoints,
      Duration timeout,
      @Nullable String bearerToken,
      Optional<SSLContext> tls) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT);
    tls.ifPresent(builder::sslContext);
    this.http = builder.build();
    this.endpoints = List.copyOf(endpoints);
    this.timeout = timeout;
    this.bearerToken = bearerToken;
  }

  public static ObjectNode object() {
    return JSON.createObjectNode();
  }

  public static String text(JsonNode node) {
    try {
      return JSON.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree always has a text", e);
    }
  }

  public List<URI> endpoints() {
    return endpoints;
  }

  /** A lock's path; the name's own slashes stay. */
  public static String lockPath(String name) {
    return "/v1/locks/"
        + Arrays.stream(name.split("/", -1)).map(HttpApi::encode).collect(Collectors.joining("/"));
  }

  /** One value as it stands in a path or a query. */
  public static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /**
   * Calls the first peer that serves.
   *
   * @param longest how long the service itself may take to answer, for a call that waits
   * @throws Problem if the service refuses, cannot be reached or leaves the outcome unknown
   */
  public JsonNode call(String method, String path, @Nullable JsonNode body, Duration longest)
      throws InterruptedException {
    long deadline = System.nanoTime() + timeout.plus(longest).toNanos();
    Problem last = new Problem(Problem.Kind.UNAVAILABLE, "no endpoint was given");
    boolean mayHaveTakenEffect = false;
    while (true) {
      for (URI endpoint : endpoints) {
        try {
          return callOne(endpoint, method, path, body, longest);
        } catch (Problem problem) {
          if (problem.kind() == Problem.Kind.REFUSED) {
            throw problem;
          }
          mayHaveTakenEffect |= problem.kind() == Problem.Kind.OUTCOME_UNKNOWN;
          last = problem;
        }
      }
      if (System.nanoTime() - deadline > 0) {
        throw mayHaveTakenEffect && !method.equals("GET")
            ? new Problem(Problem.Kind.OUTCOME_UNKNOWN, last.getMessage())
            : new Problem(Problem.Kind.UNAVAILABLE, last.getMessage());
      }
      pause();
    }
  }

  /** Calls one peer once. */
  public JsonNode callOne(
      URI endpoint, String method, String path, @Nullable JsonNode body, Duration longest)
      throws InterruptedException {
    HttpRequest.Builder request = request(endpoint, path).timeout(timeout.plus(longest));
    if (body == null) {
      request.method(method, BodyPublishers.noBody());
    } else {
      request.header("content-type", "application/json");
      request.method(method, BodyPublishers.ofString(text(body)));
    }
    try {
      HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
      return answer(response.statusCode(), response.body());
    } catch (ConnectException | HttpConnectTimeoutException e) {
      throw new Problem(Problem.Kind.UNAVAILABLE, "cannot connect to " + endpoint.getAuthority());
    } catch (IOException e) {
      throw new Problem(
          Problem.Kind.OUTCOME_UNKNOWN,
          "the connection to " + endpoint.getAuthority() + " broke: " + e.getMessage());
    }
  }

  /**
   * Reads a page of text from one peer, once.
   *
   * @return nothing if the peer does not answer or has no such page
   */
  public Optional<String> page(URI endpoint, String path) throws InterruptedException {
    try {
      HttpResponse<String> response =
          http.send(request(endpoint, path).timeout(timeout).build(), BodyHandlers.ofString());
      return response.statusCode() == 200 ? Optional.of(response.body()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Opens a stream of server-sent events at the first peer that serves.
   *
   * @param lastEventId resumes behind this log index
   */
  public InputStream events(String path, Optional<String> lastEventId) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      Problem last = new Problem(Problem.Kind.UNAVAILABLE, "no endpoint was given");
      for (URI endpoint : endpoints) {
        HttpRequest.Builder request = request(endpoint, path).header("accept", "text/event-stream");
        lastEventId.ifPresent(id -> request.header("last-event-id", id));
        try {
          HttpResponse<InputStream> response =
              http.send(request.GET().build(), BodyHandlers.ofInputStream());
          if (response.statusCode() == 200) {
            return response.body();
          }
          try (InputStream body = response.body()) {
            answer(response.statusCode(), body.readAllBytes());
          }
        } catch (Problem problem) {
          if (problem.kind() == Problem.Kind.REFUSED) {
            throw problem;
          }
          last = problem;
        } catch (IOException e) {
          last =
              new Problem(
                  Problem.Kind.UNAVAILABLE,
                  "cannot watch at " + endpoint.getAuthority() + ": " + e.getMessage());
        }
      }
      if (System.nanoTime() - deadline > 0) {
        throw last;
      }
      pause();
    }
  }

  /**
   * Writes the body of an answer to a file, from the first peer that serves. A body that breaks off
   * leaves a file that is cut off.
   *
   * @param target overwritten if it exists
   * @throws Problem if the service refuses or cannot be reached
   */
  public void download(String path, Path target) throws InterruptedException, IOException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      Problem last = new Problem(Problem.Kind.UNAVAILABLE, "no endpoint was given");
      for (URI endpoint : endpoints) {
        try {
          HttpResponse<InputStream> response =
              http.send(request(endpoint, path).GET().build(), BodyHandlers.ofInputStream());
          try (InputStream body = response.body()) {
            if (response.statusCode() == 200) {
              Files.copy(body, target, StandardCopyOption.REPLACE_EXISTING);
              return;
            }
            answer(response.statusCode(), body.readAllBytes());
          }
        } catch (Problem problem) {
          if (problem.kind() == Problem.Kind.REFUSED) {
            throw problem;
          }
          last = problem;
        } catch (FileSystemException disk) {
          throw disk;
        } catch (IOException e) {
          last =
              new Problem(
                  Problem.Kind.UNAVAILABLE,
                  "cannot read from " + endpoint.getAuthority() + ": " + e.getMessage());
        }
      }
      if (System.nanoTime() - deadline > 0) {
        throw last;
      }
      pause();
    }
  }

  private HttpRequest.Builder request(URI endpoint, String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(endpoint.resolve(path));
    if (bearerToken != null) {
      request.header("authorization", "Bearer " + bearerToken);
    }
    return request;
  }

  private static JsonNode answer(int status, byte[] body) throws IOException {
    JsonNode json = body.length == 0 ? object() : JSON.readTree(body);
    // A lock that is busy is an answer, not a failure; it alone has a result and status 409.
    if (status < 300 || json.has("result")) {
      return json;
    }
    throw Problem.of(status, json);
  }

  private static void pause() throws InterruptedException {
    boolean neverOpens = new CountDownLatch(1).await(RETRY_DELAY_MILLIS, TimeUnit.MILLISECONDS);
    if (neverOpens) {
      throw new IllegalStateException("a latch nobody counts down has opened");
    }
  }
}
