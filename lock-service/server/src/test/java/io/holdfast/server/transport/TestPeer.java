package io.holdfast.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.HostAndPort;
import io.holdfast.raft.Member;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.message.Message;
import io.holdfast.raft.message.Message.ApplicationMessage;
import io.holdfast.raft.spi.Transport;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/**
 * One transport on a loopback port, with what it received. Large application messages are counted
 * by their queue only.
 */
final class TestPeer implements Transport.Listener, AutoCloseable {
  static final String CLUSTER = "transport-test";
  static final long WAIT_SECONDS = 60;

  /** Numbers of probes, above those of a test's own pings. */
  private static final AtomicLong PROBES = new AtomicLong(1L << 40);

  record Received(PeerId from, Message message) {}

  final PeerId id;
  final JGroupsTransport transport;
  final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
  final BlockingQueue<PeerId> disconnected = new LinkedBlockingQueue<>();
  private volatile boolean echoes;

  private TestPeer(TransportSettings settings) {
    id = settings.identity().peer();
    transport = new JGroupsTransport(settings);
    transport.start(this);
  }

  static TestPeer start(int id) {
    return start(id, 0, UnaryOperator.identity());
  }

  static TestPeer start(int id, int port, UnaryOperator<TransportSettings> change) {
    return new TestPeer(change.apply(settings(CLUSTER, id, port)));
  }

  static TestPeer start(TransportSettings settings) {
    return new TestPeer(settings);
  }

  static TransportSettings settings(String cluster, int id, int port) {
    return TransportSettings.of(
        new TransportSettings.Identity(cluster, new PeerId(id), System.nanoTime()),
        HostAndPort.fromParts("127.0.0.1", port));
  }

  static Member member(int id, int port) {
    return new Member(new PeerId(id), "127.0.0.1:" + port, "127.0.0.1:1");
  }

  static void connect(TestPeer... peers) {
    List<Member> members = Arrays.stream(peers).map(TestPeer::member).toList();
    for (TestPeer peer : peers) {
      peer.transport.connect(members);
    }
  }

  Member member() {
    return member(id.value(), transport.port());
  }

  void send(PeerId receiver, Message message) {
    transport.send(List.of(receiver), message);
  }

  void ping(PeerId receiver, long number) {
    send(receiver, ping(number));
  }

  static ApplicationMessage ping(long number) {
    return new ApplicationMessage(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
  }

  static long number(Message ping) {
    return ByteBuffer.wrap(((ApplicationMessage) ping).payload()).getLong();
  }

  Received next() throws InterruptedException {
    Received next = received.poll(WAIT_SECONDS, TimeUnit.SECONDS);
    assertThat(next).as("something received by %s", id).isNotNull();
    return next;
  }

  PeerId nextDisconnected() throws InterruptedException {
    PeerId next = disconnected.poll(WAIT_SECONDS, TimeUnit.SECONDS);
    assertThat(next).as("a disconnect seen by %s", id).isNotNull();
    return next;
  }

  /**
   * Sends probes until the other receives one of them, as retries of Raft would. What else the
   * other received is thrown away.
   */
  void reach(TestPeer other) throws InterruptedException {
    long first = PROBES.get();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
    while (System.nanoTime() - deadline < 0) {
      ping(other.id, PROBES.getAndIncrement());
      if (tookFrom(other.received, id, first)) {
        return;
      }
    }
    throw new AssertionError(id + " does not reach " + other.id);
  }

  private static boolean tookFrom(BlockingQueue<Received> queue, PeerId sender, long first)
      throws InterruptedException {
    Received got = queue.poll(10, TimeUnit.MILLISECONDS);
    while (got != null) {
      if (got.from().equals(sender) && number(got.message()) >= first) {
        return true;
      }
      got = queue.poll();
    }
    return false;
  }

  TransportMetrics.Peer metricsOf(PeerId peer) {
    TransportMetrics.Peer metrics = transport.metrics().peers().get(peer);
    assertThat(metrics).isNotNull();
    return metrics;
  }

  /** From now on pings are answered with themselves instead of being kept. */
  void echo() {
    echoes = true;
  }

  @Override
  public void received(PeerId from, Message message) {
    if (echoes) {
      answer(from, message);
    } else {
      received.add(new Received(from, message));
    }
  }

  private void answer(PeerId from, Message message) {
    if (message instanceof ApplicationMessage ping && ping.payload().length == Long.BYTES) {
      send(from, message);
    }
  }

  /**
   * Sends a ping to a peer that echoes and waits for its answer; late answers to probes of others
   * are thrown away.
   */
  void roundTrip(PeerId echoing, long number) throws InterruptedException {
    ping(echoing, number);
    Received answer = next();
    while (!answer.from().equals(echoing)) {
      answer = next();
    }
    assertThat(number(answer.message())).isEqualTo(number);
  }

  /** Sends probes until one is answered by a peer that echoes, as retries of Raft would. */
  void reachEcho(PeerId echoing) throws InterruptedException {
    long first = PROBES.get();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
    while (System.nanoTime() - deadline < 0) {
      ping(echoing, PROBES.getAndIncrement());
      if (tookFrom(received, echoing, first)) {
        return;
      }
    }
    throw new AssertionError(id + " gets no answer of " + echoing);
  }

  @Override
  public void disconnected(PeerId peer) {
    disconnected.add(peer);
  }

  @Override
  public void close() {
    transport.close();
  }
}
