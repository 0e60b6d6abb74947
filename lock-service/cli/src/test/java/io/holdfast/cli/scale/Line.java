package io.holdfast.cli.scale;

import io.holdfast.api.Event;
import io.holdfast.api.FrameBuffer;
import io.holdfast.api.Frames;
import io.holdfast.api.Limits;
import io.holdfast.api.ProtocolCodec;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.RequestMessage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** One stream to a peer, with many requests under way. Belongs to the thread of its fleet. */
final class Line {
  private static final String UPGRADE =
      "GET /v1/stream HTTP/1.1\r\nHost: scale\r\nConnection: Upgrade\r\nUpgrade: holdfast/1\r\n\r\n";

  private final Fleet fleet;
  private final SocketChannel channel;
  private final Frames frames = new Frames();
  private final FrameBuffer out = new FrameBuffer();
  private final Map<Long, Consumer<Reply>> asked = new HashMap<>();
  private ByteBuffer unsent = ByteBuffer.allocate(0);
  private long lastId;

  private Line(Fleet fleet, SocketChannel channel) {
    this.fleet = fleet;
    this.channel = channel;
  }

  /** Connects and upgrades; blocks, so that a fleet is connected one by one. */
  static Line open(Fleet fleet, InetSocketAddress address) throws IOException {
    SocketChannel channel = SocketChannel.open(address);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.write(ByteBuffer.wrap(UPGRADE.getBytes(StandardCharsets.US_ASCII)));
    ByteBuffer one = ByteBuffer.allocate(1);
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      if (channel.read(one.clear()) < 0) {
        throw new IOException("the peer closed the connection: " + head);
      }
      head.append((char) one.get(0));
    }
    if (!head.toString().startsWith("HTTP/1.1 101")) {
      throw new IOException("not upgraded: " + head);
    }
    Line line = new Line(fleet, channel);
    line.ask(new Request.Hello(Limits.PROTOCOL_VERSION, "scale", null), reply -> {});
    channel.configureBlocking(false);
    return line;
  }

  SocketChannel channel() {
    return channel;
  }

  int underWay() {
    return asked.size();
  }

  /** Sends a request with the next flush, in a frame of its own. */
  void ask(Request request, Consumer<Reply> then) {
    asked.put(++lastId, then);
    ProtocolCodec.encodeRequests(List.of(new RequestMessage(lastId, request)), out);
    fleet.toFlush(this);
  }

  void flush(SelectionKey key) throws IOException {
    if (!unsent.hasRemaining() && out.size() > 0) {
      unsent = ByteBuffer.wrap(out.toByteArray());
      out.clear();
    }
    channel.write(unsent);
    boolean more = unsent.hasRemaining() || out.size() > 0;
    key.interestOps(more ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
  }

  void receive(ByteBuffer buffer) throws IOException {
    int count = channel.read(buffer.clear());
    if (count < 0) {
      throw new IOException("the peer closed the connection");
    }
    frames.feed(
        buffer.flip(),
        (bytes, offset, length) ->
            ProtocolCodec.decodeMessages(
                bytes,
                offset,
                length,
                new ProtocolCodec.MessageSink() {
                  @Override
                  public void answer(long id, Reply reply) {
                    Consumer<Reply> then = asked.remove(id);
                    if (then != null) {
                      then.accept(reply);
                    }
                  }

                  @Override
                  public void event(Event event) {
                    fleet.noteEvent(event);
                  }
                }));
  }
}
