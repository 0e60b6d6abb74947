package io.holdfast.cli.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.http.HttpApi;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * What a load came to, as text, JSON and CSV.
 *
 * @param costs of all peers together; empty where they do not tell
 */
public record BenchReport(
    Load.Plan plan, Load.Outcome outcome, Optional<ClusterCosts.PerPair> costs) {
  private static final List<Double> PERCENTILES = List.of(50.0, 90.0, 99.0, 99.9, 99.99, 100.0);

  public String text() {
    StringBuilder text = new StringBuilder();
    text.append(String.format(Locale.ROOT, "%,.0f pairs/s", outcome.pairsPerSecond()));
    plan.pairsPerSecond()
        .ifPresent(rate -> text.append(String.format(Locale.ROOT, " of %,.0f asked for", rate)));
    text.append("\nlatency");
    for (double percentile : PERCENTILES) {
      text.append("  ").append(name(percentile)).append(' ').append(millis(percentile));
    }
    text.append(" ms\n");
    costs.ifPresent(
        cost ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "all peers, a pair: CPU %.0f us, %.2f forced writes, %.0f bytes to each other;"
                        + " %.1f commits per forced write%n",
                    cost.cpuMicrosPerPair(),
                    cost.forcedWritesPerPair(),
                    cost.bytesBetweenPeersPerPair(),
                    cost.commitsPerForcedWrite())));
    text.append(
        String.format(
            Locale.ROOT,
            "longest gap between grants %.0f ms; %d pairs, %d errors, %d violations%n",
            outcome.longestGapMillis(),
            outcome.pairs(),
            outcome.errors(),
            outcome.violations()));
    outcome.firstError().ifPresent(it -> text.append("first error: ").append(it).append('\n'));
    outcome
        .firstViolation()
        .ifPresent(it -> text.append("first violation: ").append(it).append('\n'));
    return text.toString();
  }

  public String json() {
    Histogram latency = outcome.latencyMicros();
    ObjectNode result = HttpApi.object();
    result.put("clients", plan.callers());
    result.put("locks", plan.locks());
    plan.pairsPerSecond().ifPresent(rate -> result.put("askedPairsPerSecond", rate));
    result.put("payloadBytes", plan.payloadBytes());
    result.put("seconds", outcome.seconds());
    result.put("pairs", outcome.pairs());
    result.put("pairsPerSecond", outcome.pairsPerSecond());
    result.put("p50Micros", latency.getValueAtPercentile(50));
    result.put("p90Micros", latency.getValueAtPercentile(90));
    result.put("p99Micros", latency.getValueAtPercentile(99));
    result.put("p999Micros", latency.getValueAtPercentile(99.9));
    result.put("maxMicros", latency.getMaxValue());
    costs.ifPresent(
        cost -> {
          result.put("cpuMicrosPerPair", cost.cpuMicrosPerPair());
          result.put("forcedWritesPerPair", cost.forcedWritesPerPair());
          result.put("bytesBetweenPeersPerPair", cost.bytesBetweenPeersPerPair());
          result.put("commitsPerForcedWrite", cost.commitsPerForcedWrite());
        });
    result.put("longestGapMillis", outcome.longestGapMillis());
    result.put("errors", outcome.errors());
    result.put("firstError", outcome.firstError().orElse(null));
    result.put("violations", outcome.violations());
    result.put("firstViolation", outcome.firstViolation().orElse(null));
    ArrayNode course = result.putArray("course");
    for (Load.Second second : outcome.course()) {
      course
          .addObject()
          .put("pairsPerSecond", second.pairsPerSecond())
          .put("p50Micros", second.latencyMicros().getValueAtPercentile(50))
          .put("p99Micros", second.latencyMicros().getValueAtPercentile(99))
          .put("maxMicros", second.latencyMicros().getMaxValue());
    }
    return HttpApi.text(result);
  }

  /** A line for each second. */
  public String csv() {
    StringBuilder text = new StringBuilder("second,pairs_per_second,p50_us,p99_us,max_us\n");
    int number = 0;
    for (Load.Second second : outcome.course()) {
      number++;
      text.append(
          String.format(
              Locale.ROOT,
              "%d,%.1f,%d,%d,%d%n",
              number,
              second.pairsPerSecond(),
              second.latencyMicros().getValueAtPercentile(50),
              second.latencyMicros().getValueAtPercentile(99),
              second.latencyMicros().getMaxValue()));
    }
    return text.toString();
  }

  private static String name(double percentile) {
    if (percentile == 100) {
      return "max";
    }
    String number = String.valueOf(percentile);
    return "p" + (number.endsWith(".0") ? number.substring(0, number.length() - 2) : number);
  }

  private String millis(double percentile) {
    return String.format(
        Locale.ROOT, "%.2f", outcome.latencyMicros().getValueAtPercentile(percentile) / 1e3);
  }
}
