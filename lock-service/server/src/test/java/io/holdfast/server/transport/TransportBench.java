package io.holdfast.server.transport;

import io.holdfast.raft.PeerId;
import io.holdfast.raft.message.Message;
import io.holdfast.raft.message.Message.ApplicationMessage;
import io.holdfast.raft.spi.Transport;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Round trips of 100-byte messages between two transports in one virtual machine, in a closed loop
 * from the receiving callback, next to a blocking socket. Arguments: seconds for each measurement
 * (default 5).
 */
final class TransportBench {
  private static final int PAYLOAD_BYTES = 100;
  private static final int SAMPLES_MAX = 1 << 20;
  private static final int[] IN_FLIGHT = {1, 64};
  private static final PeerId ECHO = new PeerId(2);

  private TransportBench() {}

  public static void main(String[] args) throws Exception {
    long seconds = args.length == 0 ? 5 : Long.parseLong(args[0]);
    System.out.printf(
        Locale.ROOT, "%-24s %9s %10s %10s %12s%n", "", "in flight", "p50 us", "p99 us", "trips/s");
    Path certificates = Files.createTempDirectory("bench-certificates");
    TestCertificates.create(certificates);
    for (int round = 0; round < 2; round++) {
      rawSocket(seconds);
      for (int inFlight : IN_FLIGHT) {
        transport("transport", inFlight, seconds, UnaryOperator.identity());
      }
      for (int inFlight : IN_FLIGHT) {
        transport(
            "transport, TLS 1.3",
            inFlight,
            seconds,
            settings -> settings.withTls(TestCertificates.at(certificates, "peer")));
      }
    }
  }

  private static void transport(
      String name, int inFlight, long seconds, UnaryOperator<TransportSettings> change)
      throws InterruptedException {
    Loop loop = new Loop(inFlight, seconds);
    try (JGroupsTransport one = new JGroupsTransport(change.apply(settings(1)));
        JGroupsTransport two = new JGroupsTransport(change.apply(settings(ECHO.value())))) {
      one.start(loop);
      two.start(new Echo(two));
      one.connect(List.of(TestPeer.member(ECHO.value(), two.port())));
      two.connect(List.of(TestPeer.member(1, one.port())));
      loop.run(one);
    }
    loop.samples.print(name, inFlight);
  }

  private static TransportSettings settings(int id) {
    return TestPeer.settings("bench", id, 0);
  }

  private static void rawSocket(long seconds) throws IOException, InterruptedException {
    Samples samples = new Samples();
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
        Socket accepted = server.accept()) {
      client.setTcpNoDelay(true);
      accepted.setTcpNoDelay(true);
      Thread echo = new Thread(() -> echo(accepted), "raw-echo");
      echo.start();
      DataInputStream in = new DataInputStream(client.getInputStream());
      DataOutputStream out = new DataOutputStream(client.getOutputStream());
      byte[] payload = new byte[PAYLOAD_BYTES];
      samples.begin(seconds);
      boolean more = true;
      while (more) {
        long sent = System.nanoTime();
        out.write(payload);
        in.readFully(payload);
        more = samples.add(sent, System.nanoTime());
      }
      client.shutdownOutput();
      echo.join();
    }
    samples.print("blocking socket", 1);
  }

  private static void echo(Socket socket) {
    byte[] payload = new byte[PAYLOAD_BYTES];
    try {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      while (in.readNBytes(payload, 0, PAYLOAD_BYTES) == PAYLOAD_BYTES) {
        socket.getOutputStream().write(payload);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends back what it gets. */
  private record Echo(Transport transport) implements Transport.Listener {
    @Override
    public void received(PeerId from, Message message) {
      transport.send(List.of(from), message);
    }

    @Override
    public void disconnected(PeerId peer) {}
  }

  /** Keeps a number of messages under way. */
  private static final class Loop implements Transport.Listener {
    private final int inFlight;
    private final long seconds;
    private final Samples samples = new Samples();
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile @Nullable Transport transport;

    Loop(int inFlight, long seconds) {
      this.inFlight = inFlight;
      this.seconds = seconds;
    }

    void run(Transport sender) throws InterruptedException {
      transport = sender;
      samples.begin(seconds);
      for (int i = 0; i < inFlight; i++) {
        send();
      }
      if (!done.await(10 * TestPeer.WAIT_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the loop stalled");
      }
    }

    private void send() {
      byte[] payload = new byte[PAYLOAD_BYTES];
      ByteBuffer.wrap(payload).putLong(System.nanoTime());
      Objects.requireNonNull(transport).send(List.of(ECHO), new ApplicationMessage(payload));
    }

    @Override
    public void received(PeerId from, Message message) {
      long sent = ByteBuffer.wrap(((ApplicationMessage) message).payload()).getLong();
      if (samples.add(sent, System.nanoTime())) {
        send();
      } else {
        done.countDown();
      }
    }

    @Override
    public void disconnected(PeerId peer) {}
  }

  /** Times of round trips after a warm-up as long as a third of the measurement. One thread. */
  private static final class Samples {
    private long fromNanos;
    private long toNanos;
    private final long[] tripNanos = new long[SAMPLES_MAX];
    private long count;

    /** The warm-up begins now. */
    void begin(long seconds) {
      long measured = TimeUnit.SECONDS.toNanos(seconds);
      fromNanos = System.nanoTime() + measured / 3;
      toNanos = fromNanos + measured;
    }

    /** Whether to go on. */
    boolean add(long sent, long now) {
      if (now - fromNanos > 0) {
        tripNanos[(int) (count++ % SAMPLES_MAX)] = now - sent;
      }
      return now - toNanos < 0;
    }

    void print(String name, int inFlight) {
      long[] sorted = Arrays.copyOf(tripNanos, (int) Math.min(count, SAMPLES_MAX));
      Arrays.sort(sorted);
      System.out.printf(
          Locale.ROOT,
          "%-24s %9d %10.1f %10.1f %12.0f%n",
          name,
          inFlight,
          sorted[sorted.length / 2] / 1e3,
          sorted[(int) (sorted.length * 0.99)] / 1e3,
          count * 1e9 / (toNanos - fromNanos));
    }
  }
}
