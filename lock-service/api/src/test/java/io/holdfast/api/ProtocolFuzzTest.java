package io.holdfast.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever bytes come, the codec answers with messages or with a protocol error. */
class ProtocolFuzzTest {
  private static final int ROUNDS = 20_000;
  private static final List<Op> OPS = List.of(Op.values());

  @Test
  void mutatedRequestsAreDeliveredOrRejectedNeverThrown() {
    Random random = new Random(11);
    long delivered = 0;
    long rejected = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Request request = Samples.REQUESTS.get(random.nextInt(Samples.REQUESTS.size()));
      byte[] bytes = mutated(ProtocolCodec.encodeRequest(new RequestMessage(7, request)), random);
      Received received = Received.requests(bytes);
      delivered += received.requests.size();
      rejected += received.rejected.size();
      for (RequestMessage message : received.requests) {
        byte[] again = ProtocolCodec.encodeRequest(message);
        assertThat(Received.requests(again).requests).containsExactly(message);
      }
      for (ServerMessage.Answer answer : received.rejected) {
        assertThat(Received.messages(ProtocolCodec.encodeMessage(answer))).containsExactly(answer);
      }
    }
    assertThat(delivered).isGreaterThan(500);
    assertThat(rejected).isGreaterThan(3_000);
  }

  @Test
  void mutatedMessagesAreDeliveredOrRefusedWithAProtocolException() {
    Random random = new Random(12);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      ServerMessage message =
          random.nextBoolean()
              ? Samples.EVENTS.get(random.nextInt(Samples.EVENTS.size()))
              : new ServerMessage.Answer(
                  3, Samples.REPLIES.get(random.nextInt(Samples.REPLIES.size())));
      byte[] bytes = mutated(ProtocolCodec.encodeMessage(message), random);
      try {
        Received.messages(bytes);
      } catch (ProtocolException expected) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(3_000);
  }

  @Test
  void randomBytesAreRefusedWithAProtocolException() {
    Random random = new Random(13);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = new byte[random.nextInt(64)];
      random.nextBytes(bytes);
      Received received = Received.requests(bytes);
      assertThat(received.requests).isEmpty();
      try {
        ProtocolCodec.decodeBody(OPS.get(random.nextInt(OPS.size())), bytes, Map.of("lock", "a"));
      } catch (ProtocolException expected) {
        assertThat(expected.failure().message()).isNotEmpty();
      }
      try {
        Received.frames(bytes, 1 + random.nextInt(8));
      } catch (ProtocolException expected) {
        assertThat(expected.failure().message()).contains("frame");
      }
    }
  }

  private static byte[] mutated(byte[] good, Random random) {
    byte[] bytes = good.clone();
    int changes = random.nextInt(4);
    for (int change = 0; change < changes; change++) {
      bytes[random.nextInt(bytes.length)] =
          random.nextInt(3) == 0
              ? (byte) random.nextInt(256)
              : "{}[],:\"0123456789-+.eE\\untrlsa/".getBytes(UTF_8)[random.nextInt(30)];
    }
    return random.nextInt(8) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)) : bytes;
  }
}
