package io.holdfast.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.raft.PeerId;
import io.holdfast.raft.message.Message.ApplicationMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One peer of three fails as processes do: it is stopped, it is killed, it comes back. */
class FailingProcessTest {
  private static final Logger log = LoggerFactory.getLogger(FailingProcessTest.class);
  private static final int LARGE_BYTES = 256 << 10;
  private static final int IN_FLIGHT_BYTES_MAX = 4 << 20;
  private static final long LOAD_MICROS = 2_000;

  @Test
  void aStoppedPeerCostsTheOthersNothing() throws Exception {
    stoppedPeer(null, 20);
  }

  @Test
  void aStoppedPeerCostsTheOthersNothingUnderTls(@TempDir Path certificates) throws Exception {
    TestCertificates.create(certificates);
    stoppedPeer(certificates, 6);
  }

  @Test
  void aKilledPeerIsNoticedAtOnceAndTalksAgainWhenItIsBack() throws Exception {
    killedPeer(null);
  }

  @Test
  void aKilledPeerIsNoticedAtOnceAndTalksAgainWhenItIsBackUnderTls(@TempDir Path certificates)
      throws Exception {
    TestCertificates.create(certificates);
    killedPeer(certificates);
  }

  private static void stoppedPeer(@Nullable Path certificates, int seconds) throws Exception {
    UnaryOperator<TransportSettings> settings =
        settings(certificates).andThen(s -> s.withInFlightBytesMax(IN_FLIGHT_BYTES_MAX))::apply;
    ScheduledExecutorService load = Executors.newSingleThreadScheduledExecutor();
    try (TestPeer one = TestPeer.start(1, 0, settings);
        TestPeer two = TestPeer.start(2, 0, settings);
        ChildPeer three = ChildPeer.start(3, 0, certificates, one, two)) {
      connect(one, two, three.port);
      two.echo();
      one.reachEcho(three.id);
      one.roundTrip(two.id, 0);

      three.stop();
      ApplicationMessage large = new ApplicationMessage(new byte[LARGE_BYTES]);
      var unused =
          load.scheduleAtFixedRate(
              () -> one.send(three.id, large), 0, LOAD_MICROS, TimeUnit.MICROSECONDS);
      Set<Long> windowsWithProgress = new TreeSet<>();
      long start = System.nanoTime();
      long number = 0;
      long window = 0;
      while (window < seconds) {
        one.roundTrip(two.id, ++number);
        window = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
        // In the second half silence is answered with drops, as a node does once a second.
        if (windowsWithProgress.add(window) && window > seconds / 2) {
          one.transport.drop(three.id);
        }
        assertThat(one.metricsOf(three.id).sent().inFlightBytes())
            .isLessThanOrEqualTo(IN_FLIGHT_BYTES_MAX + LARGE_BYTES);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      }
      assertThat(windowsWithProgress).as("seconds with round trips").hasSize(seconds + 1);
      assertThat(one.metricsOf(two.id).dropped().total()).as("lost for the healthy").isZero();
      assertThat(one.metricsOf(three.id).dropped().backlog()).isPositive();
      assertThat(one.transport.metrics().bundlerDrops()).isZero();

      load.shutdown();
      one.transport.drop(three.id);
      three.resume();
      long resumed = System.nanoTime();
      one.reachEcho(three.id);
      report("stopped peer answers %.1f ms after SIGCONT; " + number + " round trips", resumed);
    } finally {
      load.shutdownNow();
    }
  }

  private static void killedPeer(@Nullable Path certificates) throws Exception {
    UnaryOperator<TransportSettings> settings = settings(certificates);
    try (TestPeer one = TestPeer.start(1, 0, settings);
        TestPeer two = TestPeer.start(2, 0, settings)) {
      int port;
      try (ChildPeer three = ChildPeer.start(3, 0, certificates, one, two)) {
        port = three.port;
        connect(one, two, port);
        one.reachEcho(three.id);
        two.reachEcho(three.id);
        long killed = System.nanoTime();
        three.kill();
        assertThat(one.nextDisconnected()).isEqualTo(three.id);
        assertThat(two.nextDisconnected()).isEqualTo(three.id);
        report("kill -9 noticed after %.1f ms", killed);
      }
      try (ChildPeer three = ChildPeer.start(3, port, certificates, one, two)) {
        long ready = System.nanoTime();
        one.reachEcho(three.id);
        report("restarted peer answers %.1f ms after it listened", ready);
        assertThat(one.metricsOf(three.id).connections().restarts()).isEqualTo(1);
        assertThat(one.disconnected).isEmpty();
      }
    }
  }

  private static UnaryOperator<TransportSettings> settings(@Nullable Path certificates) {
    return certificates == null
        ? UnaryOperator.identity()
        : settings -> settings.withTls(TestCertificates.at(certificates, "peer"));
  }

  private static void connect(TestPeer one, TestPeer two, int portOfThree) throws IOException {
    for (TestPeer peer : new TestPeer[] {one, two}) {
      peer.transport.connect(List.of(one.member(), two.member(), TestPeer.member(3, portOfThree)));
    }
    assertThat(one.metricsOf(new PeerId(3))).isNotNull();
  }

  private static void report(String format, long sinceNanos) {
    log.info("measured: {}", String.format(format, (System.nanoTime() - sinceNanos) / 1e6));
  }
}
