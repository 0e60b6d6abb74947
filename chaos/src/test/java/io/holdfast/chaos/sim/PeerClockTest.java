package io.holdfast.chaos.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PeerClockTest {
  @Test
  void theMomentOfALocalTimeIsTheFirstAtWhichTheClockShowsIt() {
    Random random = new Random(1);
    for (int i = 0; i < 2_000; i++) {
      PeerClock clock = new PeerClock(random.nextInt(1_000), random.nextInt(200_000) - 100_000);
      clock.jump(random.nextInt(1_000_000), random.nextInt(1_000_000));
      long local = clock.local(1_000_000) + random.nextInt(1_000_000_000);
      long world = clock.world(local);
      assertThat(clock.local(world)).isGreaterThanOrEqualTo(local);
      assertThat(clock.local(world - 2)).isLessThanOrEqualTo(local);
    }
  }

  @Test
  void aChangeOfRateMakesNoJump() {
    PeerClock clock = new PeerClock(5, 50_000);
    long before = clock.local(1_000_000_000);
    clock.setRate(1_000_000_000, -50_000);
    assertThat(clock.local(1_000_000_000)).isEqualTo(before);
    assertThat(clock.local(2_000_000_000)).isEqualTo(before + 950_000_000);
  }
}
