package io.holdfast.server.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.api.Limits;
import io.holdfast.server.security.Principals;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;

/** A real gateway on a port of the system's choice, with a fake peer behind it. */
final class GatewayHarness implements AutoCloseable {
  static final int PATIENCE_MILLIS = 30_000;
  static final ObjectMapper JSON = new ObjectMapper();

  final FakePeer peer = new FakePeer();
  final Gateway gateway;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  GatewayHarness(GatewaySettings settings) throws GatewayException {
    gateway = Gateway.open(settings, peer, Optional.of(() -> "# metrics\n"));
  }

  static GatewayHarness open() throws GatewayException {
    return new GatewayHarness(new Settings().build());
  }

  /** Settings of a test: generous unless it says otherwise. */
  static final class Settings {
    int loops = 1;
    int idleMillis = 600_000;
    int headerMillis = 600_000;
    int requestMillis = 600_000;
    int longPollMillis = 600_000;
    int heartbeatMillis = 600_000;
    int drainMillis = 600_000;
    int bodyBytes = Limits.HTTP_BODY_BYTES_MAX;
    int headerBytes = 8_192;
    int uriBytes = 4_096;
    int connections = 1_000;
    int requestsInFlight = 10_000;
    int requestsPerConnection = 1_000;
    int watchesPerConnection = 4;
    int unreadBytes = 16 << 20;
    Optional<GatewaySettings.Tls> tls = Optional.empty();
    Optional<Principals> principals = Optional.empty();

    GatewaySettings build() {
      return new GatewaySettings(
          "127.0.0.1",
          0,
          loops,
          new GatewaySettings.Timeouts(
              idleMillis,
              headerMillis,
              requestMillis,
              longPollMillis,
              heartbeatMillis,
              drainMillis),
          new GatewaySettings.Bounds(
              bodyBytes,
              headerBytes,
              uriBytes,
              connections,
              requestsInFlight,
              requestsPerConnection,
              watchesPerConnection,
              unreadBytes),
          tls,
          principals);
    }
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + gateway.port() + path);
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(path));
  }

  HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  HttpClient client() {
    return client;
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path).GET().build());
  }

  HttpResponse<String> post(String path, String body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder builder =
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      builder.headers(headers);
    }
    return send(builder.build());
  }

  HttpResponse<String> delete(String path) throws IOException, InterruptedException {
    return send(request(path).DELETE().build());
  }

  static JsonNode json(HttpResponse<String> response) throws IOException {
    return JSON.readTree(response.body());
  }

  Socket socket() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  RawStream stream() throws IOException {
    return RawStream.upgrade(socket());
  }

  @Override
  public void close() {
    gateway.close();
    peer.close();
  }
}
