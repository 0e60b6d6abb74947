package io.holdfast.server.gateway;

import io.holdfast.api.FrameBuffer;
import io.holdfast.api.ProtocolCodec;
import io.holdfast.api.ServerMessage;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.Arrays;
import java.util.List;

/** A stream as length-prefixed frames on the socket of an upgraded connection. */
final class FrameSocket implements StreamSocket {
  /** A frame that holds an empty array: no message at all. */
  private static final byte[] SIGN_OF_LIFE = {0, 0, 0, 2, '[', ']'};

  /** Messages encoded before the size of a write is looked at. */
  private static final int SLICE_MESSAGES = 64;

  private static final int WRITE_BYTES_TARGET = 256 * 1024;

  private final NetSocket socket;
  private final Unread unread;
  private final FrameBuffer frames = new FrameBuffer();

  FrameSocket(NetSocket socket, int unreadBytesMax) {
    this.socket = socket;
    this.unread = new Unread(unreadBytesMax);
  }

  @Override
  public void write(List<ServerMessage> messages) {
    for (int from = 0; from < messages.size() && !unread.isOverfull(); from += SLICE_MESSAGES) {
      int to = Math.min(messages.size(), from + SLICE_MESSAGES);
      ProtocolCodec.encodeMessages(messages.subList(from, to), frames);
      if (to == messages.size() || frames.size() > WRITE_BYTES_TARGET) {
        writeOut();
      }
    }
  }

  private void writeOut() {
    int size = frames.size();
    unread.track(size, socket.write(Buffer.buffer(Arrays.copyOf(frames.array(), size))));
    frames.clear();
  }

  @Override
  public void writeSignOfLife() {
    unread.track(SIGN_OF_LIFE.length, socket.write(Buffer.buffer(SIGN_OF_LIFE)));
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
