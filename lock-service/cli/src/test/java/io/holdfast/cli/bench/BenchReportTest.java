package io.holdfast.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class BenchReportTest {
  private final BenchReport report =
      new BenchReport(
          plan(), outcome(), Optional.of(new ClusterCosts.PerPair(123.4, 0.5, 700, 12)));

  @Test
  void textHasRateLatenciesAndCost() {
    assertThat(report.text())
        .contains("2 pairs/s of 500 asked for")
        .contains("p50 1.00")
        .contains("max 4.00 ms")
        .contains("CPU 123 us, 0.50 forced writes, 700 bytes to each other; 12.0 commits")
        .contains("first error: Timeout: <late>");
  }

  @Test
  void jsonHasTheSameFigures() throws Exception {
    JsonNode json = new ObjectMapper().readTree(report.json());

    assertThat(json.path("pairs").asLong()).isEqualTo(4);
    assertThat(json.path("p50Micros").asLong()).isEqualTo(1_000);
    assertThat(json.path("cpuMicrosPerPair").asDouble()).isEqualTo(123.4);
    assertThat(json.path("commitsPerForcedWrite").asDouble()).isEqualTo(12);
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
  void costsAreReadFromTheMetricsPagesOfAllPeers() {
    Optional<ClusterCosts.Spent> before =
        ClusterCosts.spent(List.of(page(1e9, 10, 1_000, 50), page(2e9, 20, 2_000, 48)));
    Optional<ClusterCosts.Spent> after =
        ClusterCosts.spent(List.of(page(3e9, 30, 5_000, 90), page(2e9, 40, 6_000, 90)));

    assertThat(before).hasValue(new ClusterCosts.Spent(3, 30, 2 * 3_000, 50));
    assertThat(ClusterCosts.perPair(before, after, 20, 2))
        .hasValue(new ClusterCosts.PerPair(100_000, 2, 800, 2));
  }

  @Test
  void aPeerThatDoesNotTellLeavesTheCostsUnknown() {
    assertThat(ClusterCosts.spent(List.of(page(1, 1, 1, 1), "process_cpu_usage 0.1\n"))).isEmpty();
  }

  private static String page(double cpuNanos, int forced, int bytes, int commitIndex) {
    return String.format(
        Locale.ROOT,
        """
        # TYPE process_cpu_time_ns_total counter
        process_cpu_time_ns_total{peer="peer-1"} %1$s
        process_cpu_usage 0.1
        holdfast_storage_commits_total{peer="peer-1"} %2$d.0
        holdfast_transport_sent_bytes_total{peer="peer-1",to="peer-2"} %3$d.0
        holdfast_transport_sent_bytes_total{peer="peer-1",to="peer-3"} %3$d.0
        holdfast_peer_commit_index{peer="peer-1"} %4$d.0
        """,
        cpuNanos,
        forced,
        bytes,
        commitIndex);
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
