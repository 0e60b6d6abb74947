package io.holdfast.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever arrives on the client port, the next good request is served. */
class FuzzTest {
  private static final int ROUNDS = 150;
  private static final long SEED = 20_261_122L;

  private static final String POST =
      lines(
          "POST /v1/locks/a/acquire HTTP/1.1",
          "Host: x",
          "Content-Type: application/json",
          "Content-Length: 13",
          "",
          "{\"session\":7}");
  private static final String FRAMES =
      lines(
          "GET /v1/stream HTTP/1.1",
          "Host: x",
          "Connection: Upgrade",
          "Upgrade: holdfast/1",
          "",
          "");
  private static final String WEB_SOCKET =
      lines(
          "GET /v1/stream HTTP/1.1",
          "Host: x",
          "Connection: Upgrade",
          "Upgrade: websocket",
          "Sec-WebSocket-Version: 13",
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
          "",
          "");
  private static final String HTTP_2 = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  enum Kind {
    RANDOM_BYTES,
    HALF_REQUESTS,
    CHANGED_REQUESTS,
    BROKEN_FRAMES,
    BROKEN_WEB_SOCKET_FRAMES,
    BROKEN_WEB_SOCKET_HANDSHAKES,
    BROKEN_HTTP_2_FRAMES
  }

  @ParameterizedTest
  @EnumSource
  void aGoodRequestIsServedAfterAnyBytes(Kind kind) throws Exception {
    Random random = new Random(SEED + kind.name().hashCode());
    try (GatewayHarness harness = GatewayHarness.open();
        RawStream bystander = harness.stream().hello()) {
      for (int round = 0; round < ROUNDS; round++) {
        attack(harness, kind, random);
        if (round % 25 == 0) {
          bystander.send(StreamTest.acquire(2 + round));
          assertThat(bystander.next().path("ok").asBoolean()).isTrue();
        }
      }
      assertThat(harness.post("/v1/locks/a/acquire", "{\"session\":7}").statusCode())
          .isEqualTo(200);
      assertThat(harness.get("/health/live").statusCode()).isEqualTo(200);
    }
  }

  private static void attack(GatewayHarness harness, Kind kind, Random random) throws IOException {
    try (Socket socket = harness.socket()) {
      switch (kind) {
        case RANDOM_BYTES -> send(socket, bytes(random, 2_000));
        case HALF_REQUESTS -> send(socket, half(ascii(POST), random));
        case CHANGED_REQUESTS -> send(socket, changed(ascii(POST), random));
        case BROKEN_FRAMES -> {
          send(socket, ascii(FRAMES));
          readSome(socket);
          send(socket, frame(random));
        }
        case BROKEN_WEB_SOCKET_FRAMES -> {
          send(socket, ascii(WEB_SOCKET));
          readSome(socket);
          send(socket, bytes(random, 200));
        }
        case BROKEN_WEB_SOCKET_HANDSHAKES -> send(socket, changed(ascii(WEB_SOCKET), random));
        case BROKEN_HTTP_2_FRAMES -> {
          send(socket, ascii(HTTP_2));
          send(socket, bytes(random, 500));
        }
      }
      socket.shutdownOutput();
      if (random.nextBoolean()) {
        readAll(socket);
      }
    } catch (IOException cutOff) {
      // Being cut off is a fair answer to such bytes, unless the server took too long for it.
      assertThat(cutOff).isNotInstanceOf(SocketTimeoutException.class);
    }
  }

  /** A good frame with a wrong body, or a wrong length, or both. */
  private static byte[] frame(Random random) {
    byte[] hello = ascii("{\"id\":1,\"op\":\"hello\",\"protocol\":1,\"client\":\"t\"}");
    byte[] body = random.nextInt(3) == 0 ? bytes(random, 300) : changed(hello, random);
    int length = random.nextInt(4) == 0 ? random.nextInt() : body.length;
    byte[] frame = new byte[4 + body.length];
    frame[0] = (byte) (length >>> 24);
    frame[1] = (byte) (length >>> 16);
    frame[2] = (byte) (length >>> 8);
    frame[3] = (byte) length;
    System.arraycopy(body, 0, frame, 4, body.length);
    return frame;
  }

  private static byte[] bytes(Random random, int lengthMax) {
    byte[] bytes = new byte[1 + random.nextInt(lengthMax)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] half(byte[] whole, Random random) {
    return Arrays.copyOf(whole, random.nextInt(whole.length));
  }

  private static byte[] changed(byte[] whole, Random random) {
    byte[] changed = whole.clone();
    for (int i = 0; i < 1 + random.nextInt(4); i++) {
      changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
    }
    return changed;
  }

  private static String lines(String... lines) {
    return String.join("\r\n", lines);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static void send(Socket socket, byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  private static void readSome(Socket socket) throws IOException {
    assertThat(socket.getInputStream().read(new byte[1_000])).isPositive();
  }

  private static void readAll(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    byte[] buffer = new byte[4_096];
    while (in.read(buffer) >= 0) {
      // Only the end matters.
    }
  }
}
