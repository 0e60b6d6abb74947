package io.holdfast.server.gateway;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Frames;
import io.holdfast.api.ProtocolException;
import io.holdfast.api.Reply;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns upgraded connections into streams, and keeps the streams of one event loop. */
final class StreamFace {
  /** What the Upgrade header has to say for length-prefixed frames. */
  static final String PROTOCOL = "holdfast/1";

  private static final String WEB_SOCKET = "websocket";
  private static final short UNSUPPORTED_DATA = 1003;

  private final GatewayParts parts;
  private final Outbox outbox;
  private final Set<StreamConnection> streams = new LinkedHashSet<>();

  StreamFace(GatewayParts parts, Outbox outbox) {
    this.parts = parts;
    this.outbox = outbox;
  }

  /** A copy, because what is done with a stream may end it. */
  List<StreamConnection> streams() {
    return List.copyOf(streams);
  }

  /** Answers a request for the stream. */
  void open(HttpCall call) {
    HttpServerRequest request = call.request();
    String wanted = call.header(HttpHeaders.UPGRADE);
    boolean upgradable = request.version() == HttpVersion.HTTP_1_1 && wanted != null;
    if (upgradable && wanted.equalsIgnoreCase(WEB_SOCKET)) {
      refuseForeignOrigin(call);
      openWebSocket(call);
    } else if (upgradable && wanted.equalsIgnoreCase(PROTOCOL)) {
      openFrames(call);
    } else {
      call.response().putHeader(HttpHeaders.UPGRADE, PROTOCOL + ", " + WEB_SOCKET);
      throw new HttpProblem(
          426,
          Reply.Failed.of(
              ErrorCode.INVALID_REQUEST,
              "Upgrade",
              wanted,
              "the stream begins with an upgrade of an HTTP/1.1 connection to "
                  + PROTOCOL
                  + " or "
                  + WEB_SOCKET));
    }
  }

  /** A page of another site must not speak to a peer through its visitor's browser. */
  private static void refuseForeignOrigin(HttpCall call) {
    String origin = call.header(HttpHeaders.ORIGIN);
    String host = call.header(HttpHeaders.HOST);
    if (origin != null && !origin.isEmpty() && !authority(origin).equals(lower(host))) {
      throw new HttpProblem(
          Reply.Failed.of(
              ErrorCode.FORBIDDEN,
              "Origin",
              origin,
              "a browser may open the stream only from the peer's own origin"));
    }
  }

  private static String authority(String origin) {
    try {
      return lower(URI.create(origin).getRawAuthority());
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private static String lower(@Nullable String text) {
    return text == null ? "" : text.toLowerCase(Locale.ROOT);
  }

  private void openFrames(HttpCall call) {
    StreamConnection.Credentials credentials = credentials(call);
    call.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE);
    call.response().putHeader(HttpHeaders.UPGRADE, PROTOCOL);
    ConnectionState connection = call.upgrade();
    call.request()
        .toNetSocket()
        .onSuccess(socket -> openFrames(socket, credentials, connection))
        .onFailure(fault -> parts.notices().malformed(call.remote(), String.valueOf(fault)));
  }

  private void openFrames(
      NetSocket socket, StreamConnection.Credentials credentials, ConnectionState connection) {
    FrameSocket carrier = new FrameSocket(socket, parts.settings().bounds().unreadBytes());
    StreamConnection stream = register(carrier, credentials, connection);
    Frames frames = new Frames();
    socket.handler(bytes -> feed(stream, frames, bytes));
    socket.closeHandler(unused -> stream.close());
    socket.exceptionHandler(unused -> stream.close());
  }

  private static void feed(StreamConnection stream, Frames frames, Buffer bytes) {
    byte[] array = bytes.getBytes();
    try {
      frames.feed(array, 0, array.length, stream::read);
    } catch (ProtocolException broken) {
      stream.rejected(0, broken.failure());
    }
    stream.received();
  }

  private void openWebSocket(HttpCall call) {
    StreamConnection.Credentials credentials = credentials(call);
    ConnectionState connection = call.upgrade();
    call.request()
        .toWebSocket()
        .onSuccess(socket -> openWebSocket(socket, credentials, connection))
        .onFailure(
            fault -> {
              parts.metrics().add(GatewayCounter.MALFORMED);
              parts.notices().malformed(call.remote(), "bad WebSocket handshake");
            });
  }

  private void openWebSocket(
      ServerWebSocket socket,
      StreamConnection.Credentials credentials,
      ConnectionState connection) {
    TextSocket carrier = new TextSocket(socket, parts.settings().bounds().unreadBytes());
    StreamConnection stream = register(carrier, credentials, connection);
    socket.textMessageHandler(
        text -> {
          byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
          stream.read(bytes, 0, bytes.length);
          stream.received();
        });
    socket.binaryMessageHandler(
        unused -> socket.close(UNSUPPORTED_DATA, "send text frames with JSON"));
    socket.closeHandler(unused -> stream.close());
    socket.exceptionHandler(
        fault -> {
          parts.metrics().add(GatewayCounter.MALFORMED);
          parts.notices().malformed(stream.remote(), String.valueOf(fault.getMessage()));
          stream.close();
        });
  }

  private StreamConnection register(
      StreamSocket socket, StreamConnection.Credentials credentials, ConnectionState connection) {
    parts.metrics().add(GatewayCounter.STREAMS_OPENED);
    StreamConnection stream =
        new StreamConnection(
            parts,
            outbox,
            socket,
            credentials,
            closed -> {
              streams.remove(closed);
              connection.gone();
            });
    streams.add(stream);
    return stream;
  }

  private static StreamConnection.Credentials credentials(HttpCall call) {
    return new StreamConnection.Credentials(
        call.request().sslSession(),
        Gatekeeper.bearerToken(call.header(HttpHeaders.AUTHORIZATION)));
  }
}
