package io.holdfast.client.internal.net;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.holdfast.api.FrameBuffer;
import io.holdfast.api.Frames;
import io.holdfast.api.LeaderHint;
import io.holdfast.api.Limits;
import io.holdfast.api.ProtocolCodec;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.ServerMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ServerSocketFactory;

/** A peer on loopback that grants every lock at once, over real sockets. */
final class LoopbackPeer implements AutoCloseable {
  private final ServerSocket server;
  private final String upgradeAnswer;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicLong tokens = new AtomicLong();
  private final Map<Long, Long> sessions = new ConcurrentHashMap<>();
  final AtomicLong framesReceived = new AtomicLong();
  final AtomicLong requestsReceived = new AtomicLong();

  static final String UPGRADED =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: holdfast/1\r\n\r\n";

  LoopbackPeer() throws IOException {
    this(ServerSocketFactory.getDefault(), UPGRADED);
  }

  LoopbackPeer(ServerSocketFactory factory, String upgradeAnswer) throws IOException {
    this.upgradeAnswer = upgradeAnswer;
    server = factory.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  String address() {
    return "localhost:" + server.getLocalPort();
  }

  /** Breaks all connections; new ones are accepted. */
  void breakConnections() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "loopback-peer");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        sockets.add(socket);
        start(() -> serve(socket));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      InputStream in = socket.getInputStream();
      OutputStream out = socket.getOutputStream();
      readHeaders(in);
      out.write(upgradeAnswer.getBytes(US_ASCII));
      out.flush();
      Frames frames = new Frames();
      byte[] bytes = new byte[64 << 10];
      int count = in.read(bytes);
      while (count > 0) {
        List<ServerMessage> answers = new ArrayList<>();
        frames.feed(
            bytes, 0, count, (from, offset, length) -> frame(from, offset, length, answers));
        FrameBuffer buffer = new FrameBuffer();
        ProtocolCodec.encodeMessages(answers, buffer);
        out.write(buffer.array(), 0, buffer.size());
        out.flush();
        count = in.read(bytes);
      }
    } catch (IOException | UncheckedIOException broken) {
      // The client went away.
    } finally {
      sockets.remove(socket);
    }
  }

  private static void readHeaders(InputStream in) throws IOException {
    int last = 0;
    while (last != 0x0d0a0d0a) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("no request");
      }
      last = last << 8 | next;
    }
  }

  private void frame(byte[] bytes, int offset, int length, List<ServerMessage> answers) {
    framesReceived.incrementAndGet();
    ProtocolCodec.decodeRequests(
        bytes,
        offset,
        length,
        new ProtocolCodec.RequestSink() {
          @Override
          public void request(long id, Request request) {
            requestsReceived.incrementAndGet();
            answers.add(new ServerMessage.Answer(id, answer(request)));
          }

          @Override
          public void rejected(long id, Reply.Failed failure) {
            answers.add(new ServerMessage.Answer(id, failure));
          }
        });
  }

  private Reply answer(Request request) {
    if (request instanceof Request.Hello) {
      return new Reply.Welcome(
          "p1",
          new LeaderHint("p1", address()),
          new Reply.ServerLimits(200, Limits.TTL_MILLIS_MAX, 1_024, Limits.FRAME_BYTES_MAX));
    }
    if (request instanceof Request.OpenSession open) {
      long session = sessions.size() + 1L;
      sessions.put(session, open.ttlMillis());
      return new Reply.SessionOpened(session, open.ttlMillis());
    }
    if (request instanceof Request.KeepAlive alive) {
      return new Reply.KeptAlive(alive.session(), sessions.get(alive.session()));
    }
    if (request instanceof Request.Acquire acquire) {
      return new Reply.Granted(acquire.lock(), tokens.incrementAndGet(), acquire.session(), 1);
    }
    if (request instanceof Request.Release release) {
      return new Reply.Released(release.lock());
    }
    if (request instanceof Request.Attach attach) {
      return new Reply.Attached(attach.session());
    }
    if (request instanceof Request.CloseSession close) {
      return new Reply.SessionClosed(close.session());
    }
    return new Reply.Checked(true, 1, List.of());
  }

  @Override
  public void close() throws IOException {
    server.close();
    breakConnections();
  }
}
