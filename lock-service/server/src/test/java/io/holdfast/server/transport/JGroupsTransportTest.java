package io.holdfast.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.raft.PeerId;
import io.holdfast.raft.message.CodecException.Reason;
import io.holdfast.raft.message.Message;
import io.holdfast.raft.message.Message.ApplicationMessage;
import io.holdfast.raft.message.Message.TimeoutNow;
import io.holdfast.raft.message.MessageCodec;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class JGroupsTransportTest {
  private static final int BURST = 5_000;

  @Test
  void everyMessageArrivesUnalteredAtEveryReceiver() throws InterruptedException {
    assertThat(MessageSamples.all().stream().map(Object::getClass).collect(Collectors.toSet()))
        .isEqualTo(Set.of(Message.class.getPermittedSubclasses()));
    try (TestPeer one = TestPeer.start(1);
        TestPeer two = TestPeer.start(2);
        TestPeer three = TestPeer.start(3)) {
      TestPeer.connect(one, two, three);
      for (Message message : MessageSamples.all()) {
        one.transport.send(List.of(two.id, three.id), message);
        for (TestPeer receiver : List.of(two, three)) {
          TestPeer.Received received = receiver.next();
          assertThat(received.from()).isEqualTo(one.id);
          assertThat(MessageCodec.encode(received.message()))
              .isEqualTo(MessageCodec.encode(message));
        }
      }
    }
  }

  @Test
  void aBurstArrivesCompleteAndInTheOrderOfTheCalls() throws InterruptedException {
    try (TestPeer one = TestPeer.start(1);
        TestPeer two = TestPeer.start(2)) {
      TestPeer.connect(one, two);
      for (long number = 0; number < BURST; number++) {
        one.ping(two.id, number);
      }
      for (long number = 0; number < BURST; number++) {
        assertThat(TestPeer.number(two.next().message())).isEqualTo(number);
      }
      TransportMetrics.Peer metrics = one.metricsOf(two.id);
      assertThat(metrics.sent().frames()).isEqualTo(BURST);
      assertThat(metrics.dropped().total()).isZero();
      assertThat(metrics.connections().opened()).isEqualTo(1);
      assertThat(two.metricsOf(one.id).received().frames()).isEqualTo(BURST);
      Await.until("nothing is in flight", () -> one.metricsOf(two.id).sent().inFlightBytes() == 0);
    }
  }

  @Test
  void aDropIsFollowedByAReconnectOnTheNextSend() throws InterruptedException {
    try (TestPeer one = TestPeer.start(1);
        TestPeer two = TestPeer.start(2)) {
      TestPeer.connect(one, two);
      for (int round = 1; round <= 5; round++) {
        one.reach(two);
        one.transport.drop(two.id);
      }
      one.reach(two);
      assertThat(one.metricsOf(two.id).connections().opened()).isGreaterThanOrEqualTo(6);
      assertThat(one.disconnected).as("a drop of one's own is no news").isEmpty();
    }
  }

  @Test
  void messagesToPeersThatAreNotThereAreDroppedAndCounted() {
    try (TestPeer one = TestPeer.start(1)) {
      one.transport.connect(List.of(TestPeer.member(2, freePort())));
      for (long number = 0; number < BURST; number++) {
        one.ping(new PeerId(2), number);
        one.ping(new PeerId(3), number);
      }
      Await.until(
          "all are dropped", () -> one.metricsOf(new PeerId(2)).dropped().unreachable() == BURST);
      assertThat(one.transport.metrics().sentToStrangers()).isEqualTo(BURST);
    }
  }

  @Test
  void aRestartedPeerIsRecognisedByItsEpochAndAnswered() throws InterruptedException {
    try (TestPeer one = TestPeer.start(1)) {
      int port;
      long firstEpoch;
      try (TestPeer two = TestPeer.start(2)) {
        port = two.transport.port();
        TestPeer.connect(one, two);
        one.reach(two);
        two.reach(one);
        firstEpoch = one.metricsOf(two.id).epoch();
      }
      assertThat(one.nextDisconnected()).isEqualTo(new PeerId(2));
      try (TestPeer two = TestPeer.start(2, port, UnaryOperator.identity())) {
        two.transport.connect(List.of(one.member()));
        two.reach(one);
        one.reach(two);
        TransportMetrics.Peer metrics = one.metricsOf(two.id);
        assertThat(metrics.epoch()).isNotEqualTo(firstEpoch);
        assertThat(metrics.connections().restarts()).isEqualTo(1);
        assertThat(metrics.connections().lost()).isEqualTo(1);
      }
    }
  }

  @Test
  void aForeignClusterIsRefusedAndCounted() throws InterruptedException {
    try (TestPeer one = TestPeer.start(1);
        TestPeer stranger = TestPeer.start(TestPeer.settings("another-cluster", 2, 0));
        TestPeer three = TestPeer.start(3)) {
      one.transport.connect(List.of(stranger.member(), three.member()));
      stranger.transport.connect(List.of(one.member()));
      three.transport.connect(List.of(one.member()));
      stranger.send(one.id, new TimeoutNow(9));
      Await.until(
          "the frame is refused",
          () -> one.transport.metrics().refusedFrames().get(Reason.FOREIGN_CLUSTER) == 1);
      three.send(one.id, new TimeoutNow(3));
      assertThat(one.next()).isEqualTo(new TestPeer.Received(three.id, new TimeoutNow(3)));
      assertThat(one.metricsOf(stranger.id).received().frames()).isZero();
    }
  }

  @Test
  void aFrameForAnotherPeerIsRefused() {
    try (TestPeer one = TestPeer.start(1);
        TestPeer two = TestPeer.start(2)) {
      // The address of peer 3 belongs to peer 2 by now.
      one.transport.connect(List.of(TestPeer.member(3, two.transport.port())));
      one.send(new PeerId(3), new TimeoutNow(9));
      Await.until(
          "the frame is refused",
          () -> two.transport.metrics().refusedFrames().get(Reason.WRONG_RECEIVER) == 1);
      assertThat(two.received).isEmpty();
    }
  }

  @Test
  void aMessageOfAPeerOutsideTheConfigurationIsDeliveredAndCounted() throws InterruptedException {
    try (TestPeer one = TestPeer.start(1);
        TestPeer two = TestPeer.start(2)) {
      two.transport.connect(List.of(one.member()));
      two.send(one.id, new TimeoutNow(4));
      assertThat(one.next()).isEqualTo(new TestPeer.Received(two.id, new TimeoutNow(4)));
      assertThat(one.transport.metrics().receivedFromStrangers()).isEqualTo(1);
    }
  }

  @Test
  void aMessageWithoutAnEncodingIsDroppedAndCounted() throws InterruptedException {
    try (TestPeer one = TestPeer.start(1);
        TestPeer two = TestPeer.start(2)) {
      TestPeer.connect(one, two);
      one.send(two.id, new ApplicationMessage(new byte[MessageCodec.APPLICATION_BYTES_MAX + 1]));
      one.send(two.id, new TimeoutNow(1));
      assertThat(two.next().message()).isEqualTo(new TimeoutNow(1));
      assertThat(one.transport.metrics().unencodable()).isEqualTo(1);
    }
  }

  @Test
  void aCutLinkLosesMessagesInItsDirectionUntilItHeals() throws InterruptedException {
    SwitchableLinkFilter filter = new SwitchableLinkFilter();
    try (TestPeer one = TestPeer.start(1, 0, settings -> settings.withFilter(filter));
        TestPeer two = TestPeer.start(2)) {
      TestPeer.connect(one, two);
      filter.cut(Set.of(two.id), Set.of());
      two.ping(one.id, 1);
      Await.until("lost on arrival", () -> one.metricsOf(two.id).dropped().cut() == 1);
      one.ping(two.id, 2);
      assertThat(TestPeer.number(two.next().message())).isEqualTo(2);

      filter.cut(Set.of(), Set.of(two.id));
      one.ping(two.id, 3);
      assertThat(one.metricsOf(two.id).dropped().cut()).isEqualTo(2);
      two.ping(one.id, 4);
      assertThat(TestPeer.number(one.next().message())).isEqualTo(4);

      filter.heal();
      one.ping(two.id, 5);
      assertThat(TestPeer.number(two.next().message())).isEqualTo(5);
    }
  }

  @Test
  void aPeerThatMovesIsFoundAtItsNewAddress() throws InterruptedException {
    try (TestPeer one = TestPeer.start(1)) {
      try (TestPeer before = TestPeer.start(2)) {
        one.transport.connect(List.of(before.member()));
        one.reach(before);
      }
      try (TestPeer after = TestPeer.start(2)) {
        one.transport.connect(List.of(after.member()));
        one.reach(after);
      }
      one.transport.connect(List.of());
      assertThat(one.transport.metrics().peers()).isEmpty();
    }
  }

  @Test
  void anAddressInUseIsNamed() {
    try (TestPeer one = TestPeer.start(1)) {
      int port = one.transport.port();
      assertThatThrownBy(() -> TestPeer.start(2, port, UnaryOperator.identity()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("cannot listen for peers on 127.0.0.1:" + port);
    }
  }

  @Test
  void aClosedTransportDropsWhatItIsGiven() {
    TestPeer one = TestPeer.start(1);
    one.transport.connect(List.of(TestPeer.member(2, freePort())));
    one.close();
    one.ping(new PeerId(2), 1);
    one.transport.drop(new PeerId(2));
    one.close();
    assertThat(one.metricsOf(new PeerId(2)).sent().frames()).isZero();
  }

  /** A port on which nobody listens. */
  private static int freePort() {
    try (TestPeer someone = TestPeer.start(60_000)) {
      return someone.transport.port();
    }
  }
}
