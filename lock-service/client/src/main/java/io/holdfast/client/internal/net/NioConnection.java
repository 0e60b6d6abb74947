package io.holdfast.client.internal.net;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.holdfast.api.Event;
import io.holdfast.api.FrameBuffer;
import io.holdfast.api.Frames;
import io.holdfast.api.ProtocolCodec;
import io.holdfast.api.ProtocolException;
import io.holdfast.api.Reply;
import io.holdfast.api.RequestMessage;
import io.holdfast.api.ServerMessage;
import io.holdfast.client.spi.Connector;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a peer: TCP, TLS if wanted, the HTTP upgrade, then frames.
 *
 * <p>All fields belong to the tasks of the runtime, but for what reads: without TLS the runtime's
 * thread reads and decodes by itself ({@link Inbound}) and hands over messages.
 */
final class NioConnection implements Connector.Connection {
  /** More bytes than this waiting to leave mean that the peer does not read. */
  private static final int UNSENT_BYTES_MAX = 16 << 20;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

  private final NioRuntime runtime;
  private final String address;
  private final Connector.Listener listener;
  private final @Nullable TlsSession tls;
  private final Inbound inbound = new Inbound();
  private final List<RequestMessage> unencoded = new ArrayList<>();
  private final FrameBuffer encoded = new FrameBuffer();
  private volatile @Nullable SocketChannel channel;
  private @Nullable SelectionKey key;

  /** What the socket did not take at once; at its beginning the next byte to leave. */
  private @Nullable ByteBuffer unsent;

  private boolean upgraded;
  private boolean flushPlanned;
  private volatile boolean closed;

  NioConnection(
      NioRuntime runtime, String address, Connector.Listener listener, @Nullable TlsSession tls) {
    this.runtime = runtime;
    this.address = address;
    this.listener = listener;
    this.tls = tls;
  }

  /** The address is known: connects. Inside a task. */
  void connectTo(InetSocketAddress target) {
    if (closed) {
      return;
    }
    try {
      SocketChannel opened = SocketChannel.open();
      channel = opened;
      opened.configureBlocking(false);
      opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
      opened.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      boolean connected = opened.connect(target);
      key = runtime.register(opened, connected ? 0 : SelectionKey.OP_CONNECT, this);
      if (connected) {
        established();
      }
    } catch (IOException | RuntimeException broken) {
      fail("cannot connect to " + target + ": " + broken.getMessage());
    }
  }

  /** The runtime's thread: the channel can do something. */
  void ready(SelectionKey selected, ByteBuffer buffer) {
    int ready = selected.readyOps();
    if ((ready & SelectionKey.OP_READ) != 0) {
      read(buffer);
    }
    if ((ready & SelectionKey.OP_CONNECT) != 0) {
      selected.interestOps(0);
      runtime.execute(this::finishConnect);
    }
    if ((ready & SelectionKey.OP_WRITE) != 0) {
      selected.interestOpsAnd(~SelectionKey.OP_WRITE);
      runtime.execute(this::flush);
    }
  }

  private void finishConnect() {
    if (closed || channel == null) {
      return;
    }
    try {
      channel.finishConnect();
      established();
    } catch (IOException broken) {
      fail("cannot connect to " + address + ": " + broken.getMessage());
    }
  }

  private void established() {
    if (key != null) {
      key.interestOps(SelectionKey.OP_READ);
      runtime.interestChanged();
    }
    String upgrade =
        "GET /v1/stream HTTP/1.1\r\nHost: "
            + address
            + "\r\nConnection: Upgrade\r\nUpgrade: holdfast/1\r\n\r\n";
    byte[] bytes = upgrade.getBytes(US_ASCII);
    encoded.write(bytes, 0, bytes.length);
    flush();
  }

  @Override
  public void send(RequestMessage request) {
    if (closed) {
      return;
    }
    unencoded.add(request);
    if (!flushPlanned) {
      flushPlanned = true;
      runtime.flushLater(this);
    }
  }

  /** Writes what waits, as far as the socket takes it. Inside a task. */
  void flush() {
    flushPlanned = false;
    SocketChannel open = channel;
    if (closed || open == null) {
      return;
    }
    try {
      ProtocolCodec.encodeRequests(unencoded, encoded);
      unencoded.clear();
      write(open);
    } catch (IOException | ProtocolException broken) {
      fail("cannot send: " + broken.getMessage());
    }
  }

  private void write(SocketChannel open) throws IOException {
    ByteBuffer fresh = ByteBuffer.wrap(encoded.array(), 0, encoded.size());
    ByteBuffer outgoing = tls == null ? fresh : tls.wrap(fresh);
    if (unsent == null) {
      open.write(outgoing);
      unsent = outgoing.hasRemaining() ? copy(outgoing) : null;
    } else {
      unsent = joined(unsent, outgoing);
      open.write(unsent);
    }
    encoded.clear();
    if (unsent != null && !unsent.hasRemaining()) {
      unsent = null;
    }
    if (unsent != null) {
      if (unsent.remaining() > UNSENT_BYTES_MAX) {
        throw new IOException("the peer does not read");
      }
      if (key != null) {
        key.interestOpsOr(SelectionKey.OP_WRITE);
        runtime.interestChanged();
      }
    }
  }

  private static ByteBuffer copy(ByteBuffer source) {
    ByteBuffer copy = ByteBuffer.allocate(source.remaining());
    return copy.put(source).flip();
  }

  private static ByteBuffer joined(ByteBuffer first, ByteBuffer second) {
    if (!second.hasRemaining()) {
      return first;
    }
    ByteBuffer both = ByteBuffer.allocate(first.remaining() + second.remaining());
    return both.put(first).put(second).flip();
  }

  /** The runtime's thread. */
  private void read(ByteBuffer buffer) {
    SocketChannel open = channel;
    if (closed || open == null) {
      return;
    }
    try {
      buffer.clear();
      int count = open.read(buffer);
      if (count < 0) {
        runtime.execute(() -> fail("the peer closed the connection"));
        return;
      }
      buffer.flip();
      if (tls == null) {
        List<ServerMessage> messages = inbound.decode(buffer);
        boolean nowUpgraded = inbound.upgraded;
        runtime.execute(() -> received(messages, nowUpgraded));
      } else {
        ByteBuffer sealed = copy(buffer);
        runtime.execute(() -> receivedSealed(sealed));
      }
    } catch (IOException | ProtocolException broken) {
      runtime.execute(() -> fail("cannot receive: " + broken.getMessage()));
    }
  }

  private void receivedSealed(ByteBuffer sealed) {
    if (closed || tls == null) {
      return;
    }
    try {
      ByteBuffer next = sealed;
      do {
        List<ServerMessage> messages = inbound.decode(tls.unwrap(next));
        received(messages, inbound.upgraded);
        next = NOTHING;
        Runnable slow = tls.slowWork();
        if (slow != null) {
          workOff(tls, slow);
        } else if (tls.wantsToSend()) {
          flush();
        }
      } while (!closed && !tls.isClosed() && tls.canReceive());
      if (tls.isClosed()) {
        fail("the peer closed the connection");
      }
    } catch (IOException | ProtocolException broken) {
      fail("cannot receive: " + broken.getMessage());
    }
  }

  /** Certificates are judged by a thread that lives as long as that; it may ask the network. */
  private void workOff(TlsSession session, Runnable slow) {
    Thread worker =
        new Thread(
            () -> {
              slow.run();
              runtime.execute(
                  () -> {
                    session.workDone();
                    flush();
                    receivedSealed(NOTHING);
                  });
            },
            "holdfast-tls");
    worker.setDaemon(true);
    worker.start();
  }

  private void received(List<ServerMessage> messages, boolean nowUpgraded) {
    if (closed) {
      return;
    }
    if (nowUpgraded && !upgraded) {
      upgraded = true;
      listener.connected();
    }
    if (!messages.isEmpty()) {
      listener.received(messages);
    }
  }

  /** Ends the connection and says why. Inside a task. */
  void fail(String reason) {
    if (!closed) {
      close();
      listener.closed(reason);
    }
  }

  @Override
  public void close() {
    closed = true;
    SocketChannel open = channel;
    if (open != null) {
      try {
        open.close();
      } catch (IOException broken) {
        // It is closed as far as this side is concerned.
      }
      runtime.interestChanged();
    }
  }

  /** The bytes of one connection on their way to messages. One user at a time. */
  private static final class Inbound implements Frames.Sink, ProtocolCodec.MessageSink {
    private final UpgradeResponse response = new UpgradeResponse();
    private final Frames frames = new Frames();
    private List<ServerMessage> messages = new ArrayList<>();
    private boolean upgraded;

    List<ServerMessage> decode(ByteBuffer bytes) throws IOException {
      if (!upgraded) {
        upgraded = response.feed(bytes);
      }
      if (upgraded && bytes.hasRemaining()) {
        frames.feed(bytes, this);
      }
      if (messages.isEmpty()) {
        return List.of();
      }
      List<ServerMessage> complete = messages;
      messages = new ArrayList<>();
      return complete;
    }

    @Override
    public void frame(byte[] bytes, int offset, int length) {
      ProtocolCodec.decodeMessages(bytes, offset, length, this);
    }

    @Override
    public void answer(long id, Reply reply) {
      messages.add(new ServerMessage.Answer(id, reply));
    }

    @Override
    public void event(Event event) {
      messages.add(event);
    }
  }
}
