package io.holdfast.server.gateway;

import io.holdfast.api.ProtocolCodec;
import io.holdfast.api.ServerMessage;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A stream as text frames of a WebSocket, one message each. */
final class TextSocket implements StreamSocket {
  private final ServerWebSocket socket;
  private final Unread unread;

  TextSocket(ServerWebSocket socket, int unreadBytesMax) {
    this.socket = socket;
    this.unread = new Unread(unreadBytesMax);
  }

  @Override
  public void write(List<ServerMessage> messages) {
    for (ServerMessage message : messages) {
      if (unread.isOverfull()) {
        return;
      }
      byte[] text = ProtocolCodec.encodeMessage(message);
      unread.track(
          text.length, socket.writeFinalTextFrame(new String(text, StandardCharsets.UTF_8)));
    }
  }

  @Override
  public void writeSignOfLife() {
    socket.writePing(Buffer.buffer());
  }

  @Override
  public Unread unread() {
    return unread;
  }

  @Override
  public void close() {
    socket.close();
  }

  @Override
  public String remote() {
    return String.valueOf(socket.remoteAddress());
  }
}
