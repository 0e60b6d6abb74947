package io.holdfast.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.bench.worker.Measured;
import java.nio.file.Path;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class ReportTest {
  private final Results results = new Results();
  private final Report report =
      new Report(
          results,
          new Machine("Some CPU", 2, "Linux", "Java 17", "ext4", 130),
          "holdfast compare --rounds 2",
          List.of(Contender.parse("holdfast"), Contender.parse("etcd")),
          new Turns.Plan(
              List.of(new Load.Pairs(64, 64)),
              List.of(),
              2,
              1,
              1,
              1,
              0,
              Path.of("rivals"),
              Path.of("data")));

  ReportTest() {
    results.version("holdfast", "Holdfast 0.1.0");
    results.version("etcd", "etcd 3.4.23");
    for (long rate : new long[] {9_000, 10_000}) {
      results.add("holdfast", "64x64", measured(rate, ""));
      results.add("etcd", "64x64", measured(rate / 4, "deadline"));
    }
    results.addOutage("etcd", 1_234.4);
    results.failed("Hazelcast", "not measured: its libraries are not here");
  }

  @Test
  void textHasFiguresRatiosAndWhatIsMissing() {
    assertThat(report.text())
        .contains("2 x Some CPU", "holdfast compare --rounds 2")
        .contains("Holdfast 0.1.0", "9,500", "1.00x")
        .contains("etcd 3.4.23", "2,375", "4.00x")
        .contains("1,234")
        .contains("Hazelcast: not measured: its libraries are not here")
        .contains("etcd, 64 clients, 64 locks: 2 errors, the first: deadline");
  }

  @Test
  void markdownHasTheSame() {
    assertThat(report.markdown())
        .contains("| 64 clients, 64 locks | etcd 3.4.23 | majority, fsync | 2,375 | 4.00x |");
  }

  @Test
  void jsonHasEveryRound() throws Exception {
    JsonNode json = new ObjectMapper().readTree(report.json());

    assertThat(json.path("rounds")).hasSize(4);
    assertThat(json.path("rounds").get(1).path("perSecond").asLong()).isEqualTo(10_000);
    assertThat(json.path("failOverMillis").path("etcd").get(0).asLong()).isEqualTo(1_234);
    assertThat(json.path("versions").path("etcd").asText()).isEqualTo("etcd 3.4.23");
  }

  private static Measured measured(long operations, String error) {
    Histogram latency = new Histogram(3);
    latency.recordValue(2_000);
    return new Measured(1, operations, latency, 0.5, 0.25, 0, error.isEmpty() ? 0 : 1, error, 0);
  }
}
