package io.holdfast.bench.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class MeasuredTest {
  @Test
  void slicesAddUp() {
    Measured both =
        slice(2, 10, 0.2, 0, "", 1_000).plus(slice(3, 30, 0.3, 1, "broke", 2_000, 3_000));

    assertThat(both.seconds()).isEqualTo(5);
    assertThat(both.operations()).isEqualTo(40);
    assertThat(both.perSecond()).isEqualTo(8);
    assertThat(both.serverCpuMicros()).isCloseTo(1e6 / 40, within(1e-6));
    assertThat(both.driverCpuMicros()).isCloseTo(2e6 / 40, within(1e-6));
    assertThat(both.otherCores()).isCloseTo(0.5 / 5, within(1e-9));
    assertThat(both.errors()).isEqualTo(1);
    assertThat(both.firstError()).isEqualTo("broke");
    assertThat(both.percentileMillis(50)).isCloseTo(2, within(0.01));
  }

  @Test
  void whatAWorkerSendsIsWhatItMeasured() {
    Measured sent = slice(2, 2, 0.25, 3, "no = answer", 1_234, 56_789);

    Measured read = Measured.fromLine(Line.decode(sent.toLine().encode()));

    assertThat(read).isEqualTo(sent);
  }

  @Test
  void theWindowsWithTheLeastDisturbanceCount() {
    Measured quietest =
        Windows.quietest(
            List.of(slice(1, 5, 0.9, 0, ""), slice(1, 7, 0.1, 0, ""), slice(1, 9, 0.2, 0, "")), 2);

    assertThat(quietest.operations()).isEqualTo(16);
    assertThat(quietest.otherCpuSeconds()).isCloseTo(0.3, within(1e-9));
  }

  private static Measured slice(
      double seconds, long operations, double others, long errors, String error, long... micros) {
    Histogram histogram = new Histogram(3);
    for (long value : micros) {
      histogram.recordValue(value);
    }
    return new Measured(seconds, operations, histogram, 0.5, 1, others, errors, error, 0);
  }
}
