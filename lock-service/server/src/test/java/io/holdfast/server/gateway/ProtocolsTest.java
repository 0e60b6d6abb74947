package io.holdfast.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.api.Event;
import io.holdfast.api.RequestId;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The same requests over HTTP/2 and WebSocket. */
class ProtocolsTest {
  private static final class Texts implements WebSocket.Listener {
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder partial = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      partial.append(data);
      if (last) {
        received.add(partial.toString());
        partial.setLength(0);
      }
      socket.request(1);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int statusCode, String reason) {
      closed.complete(statusCode);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      closed.completeExceptionally(error);
    }

    JsonNode next() throws Exception {
      String text = received.poll(30, TimeUnit.SECONDS);
      assertThat(text).as("a message came").isNotNull();
      return GatewayHarness.JSON.readTree(text);
    }
  }

  @Test
  void clearTextIsHttpOneWithManyRequestsInFlight() throws Exception {
    try (GatewayHarness harness = GatewayHarness.open()) {
      HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
      HttpRequest cluster = harness.request("/v1/cluster").build();
      assertThat(client.send(cluster, HttpResponse.BodyHandlers.ofString()).version())
          .isEqualTo(HttpClient.Version.HTTP_1_1);
      List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        HttpRequest acquire =
            harness
                .request("/v1/locks/lock-" + i + "/acquire")
                .POST(HttpRequest.BodyPublishers.ofString("{\"session\":7}"))
                .build();
        answers.add(client.sendAsync(acquire, HttpResponse.BodyHandlers.ofString()));
      }
      for (int i = 0; i < 50; i++) {
        HttpResponse<String> answer = answers.get(i).get(60, TimeUnit.SECONDS);
        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        assertThat(answer.body()).contains("\"lock-" + i + "\"");
      }
      HttpRequest wrong =
          harness
              .request("/v1/sessions")
              .POST(HttpRequest.BodyPublishers.ofString("x".repeat(600_000)))
              .build();
      assertThat(client.send(wrong, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(413);
      assertThat(client.send(cluster, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void aWebSocketCarriesTheMessagesOfTheStream() throws Exception {
    try (GatewayHarness harness = GatewayHarness.open()) {
      Texts texts = new Texts();
      WebSocket socket = open(harness, texts);
      socket.sendText("{\"id\":1,\"op\":\"hello\",\"protocol\":1,\"client\":\"t\"}", true).get();
      assertThat(texts.next().path("result").asText()).isEqualTo("welcome");
      socket.sendText("[" + StreamTest.acquire(2) + "," + StreamTest.acquire(3) + "]", true).get();
      assertThat(texts.next().path("id").asInt()).isEqualTo(2);
      assertThat(texts.next().path("id").asInt()).isEqualTo(3);
      harness.peer.push(
          harness.peer.takeAsked().channel(), new Event.Granted(7, RequestId.of(5), "a", 4, 50));
      assertThat(texts.next().path("event").asText()).isEqualTo("granted");
      socket.sendText("{\"id\":4,", false).get();
      socket.sendText("\"op\":\"cluster\"}", true).get();
      assertThat(texts.next().path("result").asText()).isEqualTo("cluster");
      socket.sendText("no json", true).get();
      assertThat(texts.next().path("id").asInt()).isZero();
      assertThat(texts.closed.get(30, TimeUnit.SECONDS)).isPositive();
    }
  }

  @Test
  void bytesOnAWebSocketAreRefused() throws Exception {
    try (GatewayHarness harness = GatewayHarness.open()) {
      Texts texts = new Texts();
      open(harness, texts).sendBinary(ByteBuffer.wrap(new byte[] {1, 2}), true).get();
      assertThat(texts.closed.get(30, TimeUnit.SECONDS)).isEqualTo(1003);
    }
  }

  @Test
  void aPageOfAnotherSiteCannotOpenAWebSocket() throws Exception {
    try (GatewayHarness harness = GatewayHarness.open()) {
      String upgrade =
          String.join(
              "\r\n",
              "GET /v1/stream HTTP/1.1",
              "Host: peer:7070",
              "Connection: Upgrade, close",
              "Upgrade: websocket",
              "Sec-WebSocket-Version: 13",
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
              "Origin: ");
      assertThat(LimitsTest.exchange(harness, upgrade + "http://evil.example\r\n\r\n"))
          .startsWith("HTTP/1.1 403")
          .contains("\"field\":\"Origin\"");
    }
  }

  private static WebSocket open(GatewayHarness harness, Texts texts) throws Exception {
    return harness
        .client()
        .newWebSocketBuilder()
        .buildAsync(URI.create("ws://127.0.0.1:" + harness.gateway.port() + "/v1/stream"), texts)
        .get(30, TimeUnit.SECONDS);
  }
}
