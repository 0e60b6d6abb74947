package io.holdfast.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/** A stream as a client of few means would speak it: bytes on a blocking socket. */
final class RawStream implements AutoCloseable {
  private static final String UPGRADE =
      """
      GET /v1/stream HTTP/1.1
      Host: test
      Connection: Upgrade
      Upgrade: holdfast/1

      """;

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;
  private final Deque<JsonNode> read = new ArrayDeque<>();

  private RawStream(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
    this.out = new DataOutputStream(socket.getOutputStream());
  }

  static RawStream upgrade(Socket socket) throws IOException {
    RawStream stream = new RawStream(socket);
    stream.out.write(UPGRADE.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
    String head = readHead(stream.in);
    assertThat(head).startsWith("HTTP/1.1 101").containsIgnoringCase("upgrade: holdfast/1");
    return stream;
  }

  /** Reads the head of an HTTP answer. */
  static String readHead(DataInputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("the connection ended inside a head: " + head);
      }
      head.write(next);
    }
    return head.toString(StandardCharsets.US_ASCII);
  }

  RawStream hello() throws IOException {
    send("{\"id\":1,\"op\":\"hello\",\"protocol\":1,\"client\":\"test\"}");
    assertThat(next().path("result").asText()).isEqualTo("welcome");
    return this;
  }

  void send(String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(frame);
    data.writeInt(body.length);
    data.write(body);
    out.write(frame.toByteArray());
    out.flush();
  }

  void sendBytes(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  /** The next message, whatever frame it came in. */
  JsonNode next() throws IOException {
    while (read.isEmpty()) {
      JsonNode frame = nextFrame();
      if (frame.isArray()) {
        frame.forEach(read::add);
      } else {
        read.add(frame);
      }
    }
    return read.remove();
  }

  JsonNode nextFrame() throws IOException {
    byte[] body = new byte[in.readInt()];
    in.readFully(body);
    return GatewayHarness.JSON.readTree(body);
  }

  /** Whether the other side has closed, after what it sent before is read. */
  boolean isEnded() throws IOException {
    try {
      while (in.read() >= 0) {
        // What was sent before the end does not matter.
      }
      return true;
    } catch (IOException reset) {
      if (reset instanceof SocketTimeoutException) {
        throw reset;
      }
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
