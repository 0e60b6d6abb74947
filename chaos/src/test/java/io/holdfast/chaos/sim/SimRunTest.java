package io.holdfast.chaos.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SimRunTest {
  @Test
  void theSameSeedIsTheSameRun() {
    SimOutcome first = SimRun.run(1, SimOptions.DRAWN);
    SimOutcome second = SimRun.run(1, SimOptions.DRAWN);
    assertThat(second.hash()).isEqualTo(first.hash());
    assertThat(first.violation()).isNull();
  }
}
