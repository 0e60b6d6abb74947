package io.holdfast.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.raft.message.Message;
import io.holdfast.raft.message.MessageCodec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTransportTest {
  private static final int BURST = 3_000;

  @TempDir private static Path certificates;

  @BeforeAll
  static void createCertificates() throws IOException, InterruptedException {
    TestCertificates.create(certificates);
  }

  @Test
  void everyMessageArrivesUnalteredAtEveryReceiver() throws InterruptedException {
    try (TestPeer one = start(1, "peer");
        TestPeer two = start(2, "peer");
        TestPeer three = start(3, "peer")) {
      TestPeer.connect(one, two, three);
      for (Message message : MessageSamples.all()) {
        one.transport.send(List.of(two.id, three.id), message);
        for (TestPeer receiver : List.of(two, three)) {
          assertThat(MessageCodec.encode(receiver.next().message()))
              .isEqualTo(MessageCodec.encode(message));
        }
      }
    }
  }

  @Test
  void aBurstArrivesCompleteAndInTheOrderOfTheCalls() throws InterruptedException {
    try (TestPeer one = start(1, "peer");
        TestPeer two = start(2, "peer")) {
      TestPeer.connect(one, two);
      for (long number = 0; number < BURST; number++) {
        one.ping(two.id, number);
      }
      for (long number = 0; number < BURST; number++) {
        assertThat(TestPeer.number(two.next().message())).isEqualTo(number);
      }
    }
  }

  @Test
  void aPeerInTheClearIsRefused() throws InterruptedException {
    refused(TestPeer.start(2));
  }

  @Test
  void aPeerWhoseCertificateNobodyVouchesForIsRefused() throws InterruptedException {
    refused(start(2, "stranger"));
  }

  private static void refused(TestPeer intruder) throws InterruptedException {
    try (TestPeer one = start(1, "peer");
        intruder;
        TestPeer three = start(3, "peer")) {
      TestPeer.connect(one, intruder, three);
      Await.until(
          "connections of the intruder end",
          () -> {
            intruder.ping(one.id, 666);
            return one.transport.metrics().brokenConnections() > 2;
          });
      three.ping(one.id, 3);
      assertThat(TestPeer.number(one.next().message())).isEqualTo(3);
      // Nor does anything reach the intruder.
      one.ping(intruder.id, 4);
      Await.until("lost", () -> one.metricsOf(intruder.id).sent().inFlightBytes() == 0);
      assertThat(intruder.received).isEmpty();
    }
  }

  @Test
  void aStoreThatCannotBeReadIsNamedAndItsPasswordIsNot() {
    UnaryOperator<TransportSettings> missing =
        settings ->
            settings.withTls(
                new PeerTls(
                    certificates.resolve("absent.p12"),
                    certificates.resolve("trust.p12"),
                    "s3cret"));
    assertThatThrownBy(() -> TestPeer.start(1, 0, missing))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("absent.p12")
        .hasMessageNotContaining("s3cret");
  }

  private static TestPeer start(int id, String owner) {
    return TestPeer.start(
        id, 0, settings -> settings.withTls(TestCertificates.at(certificates, owner)));
  }
}
