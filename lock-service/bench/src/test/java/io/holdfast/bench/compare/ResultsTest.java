package io.holdfast.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.bench.worker.Measured;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class ResultsTest {
  private final Results results = new Results();

  @Test
  void ratioComparesRoundsWithEachOther() {
    // The machine was half as fast in the second round; the ratio does not see it.
    add("ours", 1_000, 500, 900);
    add("theirs", 500, 250, 300);

    assertThat(results.medianRatio("ours", "theirs", "64x64")).hasValue(2);
    assertThat(results.medianRate("ours", "64x64")).hasValue(900);
    assertThat(results.total("theirs", "64x64").orElseThrow().operations()).isEqualTo(1_050);
  }

  @Test
  void systemThatDidNotRunHasNoRatio() {
    add("ours", 1_000);

    assertThat(results.medianRatio("ours", "theirs", "64x64")).isEmpty();
    assertThat(results.total("theirs", "64x64")).isEmpty();
  }

  @Test
  void medianOfAnEvenNumberLiesBetween() {
    assertThat(Results.median(List.of(4.0, 1.0, 3.0, 2.0))).hasValue(2.5);
  }

  @Test
  void lockHeldTwiceIsTheFirstThingToSay() {
    assertThat(Report.complaint(measured(5, 0, 0))).isEmpty();
    assertThat(Report.complaint(measured(5, 2, 0))).hasValue("2 errors, the first: timeout");
    assertThat(Report.complaint(measured(5, 2, 1))).hasValue("held twice 1 times");
  }

  private void add(String system, long... rates) {
    for (long rate : rates) {
      results.add(system, "64x64", measured(rate, 0, 0));
    }
  }

  private static Measured measured(long operations, long errors, long overlaps) {
    return new Measured(
        1, operations, new Histogram(3), 0, 0, 0, errors, errors == 0 ? "" : "timeout", overlaps);
  }
}
