package io.holdfast.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessCpuTest {
  @Test
  void nameOfTheCommandMayHoldAnything() {
    String stat = "4711 (a) b (c d) S 1 2 3 4 5 6 7 8 9 10 150 50 13 14 20 0 1 0 100 0 0";

    assertThat(ProcessCpu.secondsIn(stat)).isEqualTo(2.0);
  }

  @Test
  void idleAndStolenTimeIsNobodys() {
    String stat = "cpu  100 20 30 99999 88888 4 6 77777 0 0\ncpu0 1 2 3 4 5 6 7 8 9 10\n";

    assertThat(ProcessCpu.machineSecondsIn(stat)).isEqualTo(1.6);
  }
}
