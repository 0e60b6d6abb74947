package io.holdfast.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.api.Reply;
import java.io.DataInputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LimitsTest {
  private final GatewayHarness.Settings settings = new GatewayHarness.Settings();

  @Test
  void aBodyThatIsTooLongIsRefusedAnnouncedOrNot() throws Exception {
    settings.bodyBytes = 2_000;
    try (GatewayHarness harness = new GatewayHarness(settings.build())) {
      HttpResponse<String> announced =
          harness.post("/v1/sessions", "{\"owner\":\"" + "o".repeat(2_000) + "\"}");
      assertThat(announced.statusCode()).isEqualTo(413);
      assertThat(announced.body()).contains("body-too-large", "at most 2000 bytes");
      String chunk = "3e8\r\n" + "a".repeat(1_000) + "\r\n";
      String answer =
          exchange(
              harness,
              "POST /v1/sessions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                  + chunk.repeat(3));
      assertThat(answer).startsWith("HTTP/1.1 413").contains("connection: close");
      assertStillServes(harness);
    }
  }

  @Test
  void headersAndUrisThatAreTooLongAreRefused() throws Exception {
    try (GatewayHarness harness = new GatewayHarness(settings.build())) {
      String longHeader = "GET /v1/cluster HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(9_000);
      assertThat(exchange(harness, longHeader + "\r\n\r\n"))
          .startsWith("HTTP/1.1 431")
          .contains("application/problem+json", "\"status\":431");
      assertThat(exchange(harness, "GET /" + "x".repeat(5_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"))
          .contains(" 414 ", "\"status\":414");
      assertStillServes(harness);
    }
  }

  @Test
  void oneConnectionTooManyIsToldSoAndClosed() throws Exception {
    settings.connections = 2;
    try (GatewayHarness harness = new GatewayHarness(settings.build())) {
      try (RawStream first = harness.stream().hello();
          RawStream second = harness.stream().hello()) {
        String refused = exchange(harness, "GET /v1/cluster HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(refused)
            .startsWith("HTTP/1.1 503")
            .contains("overloaded", "\"field\":\"connections\"");
        for (RawStream stream : List.of(first, second)) {
          stream.send(StreamTest.acquire(2));
          assertThat(stream.next().path("ok").asBoolean()).isTrue();
        }
      }
      harness.peer.takeClosed();
      // The place is free once the server has seen the end of a connection.
      String request = "GET /v1/cluster HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
      String answer = exchange(harness, request);
      for (int i = 0; i < 1_000 && answer.startsWith("HTTP/1.1 503"); i++) {
        answer = exchange(harness, request);
      }
      assertThat(answer).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void requestsInFlightAreBoundedOverAllConnections() throws Exception {
    settings.requestsInFlight = 2;
    try (GatewayHarness harness = new GatewayHarness(settings.build())) {
      harness.peer.answer(request -> null);
      List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
      List<FakePeer.Asked> asked = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        waiting.add(
            harness
                .client()
                .sendAsync(
                    harness.request("/v1/cluster").build(), HttpResponse.BodyHandlers.ofString()));
        asked.add(harness.peer.takeAsked());
      }
      HttpResponse<String> refused = harness.get("/v1/cluster");
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.body()).contains("overloaded", "requestsInFlight");
      assertThat(harness.get("/health/live").statusCode()).isEqualTo(200);
      asked.forEach(one -> harness.peer.reply(one, new Reply.Released("a")));
      for (CompletableFuture<HttpResponse<String>> one : waiting) {
        assertThat(one.get().statusCode()).isEqualTo(200);
      }
      harness.peer.answer(FakePeer::fullReply);
      assertStillServes(harness);
      assertThat(harness.gateway.metrics().requestsInFlight()).isZero();
    }
  }

  @Test
  void aPeerThatTakesNoMoreIsADefiniteRefusal() throws Exception {
    try (GatewayHarness harness = new GatewayHarness(settings.build())) {
      harness.peer.accept(false);
      HttpResponse<String> refused = harness.get("/v1/cluster");
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.body()).contains("\"definite\":true", "overloaded");
      harness.peer.accept(true);
      assertStillServes(harness);
    }
  }

  @Test
  void anAnswerThatDoesNotComeIsAnUnknownOutcome() throws Exception {
    settings.requestMillis = 50;
    try (GatewayHarness harness = new GatewayHarness(settings.build())) {
      harness.peer.answer(request -> null);
      HttpResponse<String> answer =
          harness.post("/v1/locks/a/release", "{\"session\":7,\"token\":3}");
      assertThat(answer.statusCode()).isEqualTo(504);
      assertThat(answer.body()).contains("outcome-unknown", "\"definite\":false");
      assertThat(harness.peer.takeClosed()).isSameAs(harness.peer.takeAsked().channel());
    }
  }

  @Test
  void slowHeadsAndSlowBodiesAreCutOff() throws Exception {
    settings.headerMillis = 50;
    try (GatewayHarness harness = new GatewayHarness(settings.build())) {
      try (Socket socket = harness.socket()) {
        socket.getOutputStream().write("GET /v1/cl".getBytes(StandardCharsets.US_ASCII));
        assertThat(socket.getInputStream().read()).isNegative();
      }
      String answer =
          exchange(
              harness,
              "POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"ttl");
      assertThat(answer).startsWith("HTTP/1.1 408").contains("\"status\":408");
      assertStillServes(harness);
    }
  }

  @Test
  void aConnectionThatSaysNothingIsClosed() throws Exception {
    settings.idleMillis = 50;
    try (GatewayHarness harness = new GatewayHarness(settings.build());
        Socket socket = harness.socket()) {
      assertThat(socket.getInputStream().read()).isNegative();
    }
  }

  @Test
  void aSurplusStreamOpeningIsRefusedBeforeTheUpgrade() throws Exception {
    settings.connections = 1;
    try (GatewayHarness harness = new GatewayHarness(settings.build());
        RawStream first = harness.stream().hello();
        Socket second = harness.socket()) {
      second
          .getOutputStream()
          .write(
              "GET /v1/stream HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: holdfast/1\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      String head = RawStream.readHead(new DataInputStream(second.getInputStream()));
      assertThat(head).startsWith("HTTP/1.1 503");
      first.send(StreamTest.acquire(2));
      assertThat(first.next().path("ok").asBoolean()).isTrue();
    }
  }

  private static void assertStillServes(GatewayHarness harness) throws Exception {
    assertThat(harness.get("/v1/cluster").statusCode()).isEqualTo(200);
  }

  /** Sends bytes and reads to the end of the connection, or to the end of one small answer. */
  static String exchange(GatewayHarness harness, String bytes) throws Exception {
    try (Socket socket = harness.socket()) {
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
