package io.holdfast.server.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ForwardCodecTest {
  @Test
  void framesComeBackAsTheyWere() {
    Random random = new Random(11);
    for (int round = 0; round < 500; round++) {
      ForwardFrame frame = randomFrame(random);
      assertThat(ForwardCodec.decode(ForwardCodec.encode(frame)))
          .usingRecursiveComparison()
          .isEqualTo(frame);
    }
  }

  @Test
  void anUnknownVersionIsRefusedByItsNumber() {
    byte[] bytes = ForwardCodec.encode(new ForwardFrame.Requests(1, 2, List.of()));
    bytes[0] = 9;

    assertThatThrownBy(() -> ForwardCodec.decode(bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("version 9");
  }

  @Test
  void damagedBytesAreRefusedAndNothingElseHappens() {
    Random random = new Random(12);
    int refused = 0;
    for (int round = 0; round < 10_000; round++) {
      byte[] bytes = ForwardCodec.encode(randomFrame(random));
      byte[] damaged =
          random.nextBoolean()
              ? Arrays.copyOf(bytes, random.nextInt(bytes.length))
              : flipped(bytes, random);
      try {
        ForwardCodec.decode(damaged);
      } catch (IllegalArgumentException expected) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(4_000);
  }

  private static byte[] flipped(byte[] bytes, Random random) {
    byte[] damaged = bytes.clone();
    for (int i = 0; i <= random.nextInt(4); i++) {
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
    }
    return damaged;
  }

  private static ForwardFrame randomFrame(Random random) {
    int count = random.nextInt(5);
    if (random.nextBoolean()) {
      List<ForwardFrame.Ask> asks = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        String principal = random.nextBoolean() ? "principal-ö" + i : null;
        asks.add(new ForwardFrame.Ask(random.nextLong(), principal, randomBytes(random)));
      }
      return new ForwardFrame.Requests(random.nextLong(), random.nextLong(), asks);
    }
    List<ForwardFrame.Answer> answers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] reply = random.nextBoolean() ? randomBytes(random) : null;
      answers.add(new ForwardFrame.Answer(random.nextLong(), random.nextLong(), reply));
    }
    return new ForwardFrame.Answers(random.nextLong(), answers);
  }

  private static byte[] randomBytes(Random random) {
    byte[] bytes = new byte[random.nextInt(40)];
    random.nextBytes(bytes);
    return bytes;
  }
}
