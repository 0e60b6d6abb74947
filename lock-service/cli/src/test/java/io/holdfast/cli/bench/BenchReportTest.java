package io.holdfast.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class BenchReportTest {
  private final BenchReport report = new BenchReport(plan(), outcome(), OptionalDouble.of(123.4));

  @Test
  void textHasRateLatenciesAndCost() {
    assertThat(report.text())
        .contains("2 pairs/s of 500 asked for")
        .contains("p50 1.00")
        .contains("max 4.00 ms")
        .contains("CPU of all peers 123 us a pair")
        .contains("first error: Timeout: <late>");
  }

  @Test
  void jsonHasTheSameFigures() throws Exception {
    JsonNode json = new ObjectMapper().readTree(report.json());

    assertThat(json.path("pairs").asLong()).isEqualTo(4);
    assertThat(json.path("p50Micros").asLong()).isEqualTo(1_000);
    assertThat(json.path("cpuMicrosPerPair").asDouble()).isEqualTo(123.4);
    assertThat(json.path("course")).hasSize(2);
    assertThat(json.path("course").get(1).path("maxMicros").asLong()).isBetween(3_999L, 4_003L);
  }

  @Test
  void csvHasALineForEachSecond() {
    assertThat(report.csv())
        .isEqualTo(
            """
            second,pairs_per_second,p50_us,p99_us,max_us
            1,3.0,1000,1000,1000
            2,1.0,4001,4001,4001
            """);
  }

  @Test
  void plotNeedsNothingFromElsewhere() {
    String page = new BenchPlot(report).html();

    assertThat(page).doesNotContain("http://", "https://", "<script", "<late>");
    assertThat(page).contains("&lt;late&gt;");
    assertThat(page.split("<polyline", -1)).hasSize(1 + 4);
  }

  @Test
  void axesEndAtRoundNumbers() {
    assertThat(BenchPlot.niceCeiling(0)).isEqualTo(1);
    assertThat(BenchPlot.niceCeiling(1)).isEqualTo(1);
    assertThat(BenchPlot.niceCeiling(9_239)).isEqualTo(10_000);
    assertThat(BenchPlot.niceCeiling(2.1)).isEqualTo(2.5);
    assertThat(BenchPlot.niceCeiling(0.03)).isEqualTo(0.05);
  }

  @Test
  void processorTimeIsReadFromAMetricsPage() {
    String page =
        """
        # TYPE process_cpu_time_ns_total counter
        process_cpu_time_ns_total{peer="peer-1"} 2.5E9
        process_cpu_usage 0.1
        """;

    assertThat(ClusterCpu.secondsIn(page)).hasValue(2.5);
    assertThat(ClusterCpu.secondsIn("process_cpu_usage 0.1\n")).isEmpty();
  }

  private static Load.Plan plan() {
    return new Load.Plan(
        4, 1, 4, "bench/", Duration.ZERO, Duration.ofSeconds(2), OptionalDouble.of(500), 100);
  }

  private static Load.Outcome outcome() {
    Load.Second first = new Load.Second(1, histogram(1_000, 1_000, 1_000));
    Load.Second second = new Load.Second(1, histogram(4_000));
    return new Load.Outcome(
        2,
        4,
        histogram(1_000, 1_000, 1_000, 4_000),
        List.of(first, second),
        1,
        Optional.of("Timeout: <late>"),
        0,
        Optional.empty(),
        30);
  }

  private static Histogram histogram(long... micros) {
    Histogram histogram = new Histogram(3);
    for (long value : micros) {
      histogram.recordValue(value);
    }
    return histogram;
  }
}
