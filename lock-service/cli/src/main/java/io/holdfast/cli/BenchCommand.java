package io.holdfast.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.bench.Load;
import io.holdfast.cli.http.HttpApi;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast bench}: load, and what it costs. */
@Command(
    name = "bench",
    description = "Load a cluster with acquire+release pairs; measure and check what it answers.",
    footer = {
      "",
      "Each client acquires a lock, releases it and begins again. Every grant is checked: no lock",
      "may be held twice, every token must be greater than the one before.",
      "",
      "Exit codes: 0 no error and no violation, 1 otherwise, 2 usage.",
      "",
      "Examples:",
      "  holdfast bench --clients 64 --seconds 20            each client its own lock",
      "  holdfast bench --clients 16 --locks 1               all want the same lock"
    })
final class BenchCommand implements Callable<Integer> {
  private static final int CONNECTIONS_DEFAULT_MAX = 8;

  @Spec private CommandSpec spec;
  @Mixin private Connection connection;

  @Option(
      names = {"-c", "--clients"},
      paramLabel = "N",
      defaultValue = "16",
      description = "Loops at once (default: ${DEFAULT-VALUE}).")
  private int clients;

  @Option(
      names = "--connections",
      paramLabel = "N",
      description = "Connections the clients share (default: one each, at most 8).")
  private @Nullable Integer connections;

  @Option(
      names = "--locks",
      paramLabel = "N",
      description = "Locks the clients share (default: one each).")
  private @Nullable Integer locks;

  @Option(
      names = {"-s", "--seconds"},
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "Time that is counted (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "DURATION",
      defaultValue = "3s",
      description = "Time before counting begins (default: ${DEFAULT-VALUE}).")
  private Duration warmUp;

  @Option(
      names = "--ttl",
      paramLabel = "DURATION",
      defaultValue = "10s",
      description = "TTL of the clients' sessions (default: ${DEFAULT-VALUE}).")
  private Duration ttl;

  @Option(
      names = "--prefix",
      paramLabel = "PREFIX",
      defaultValue = "bench/",
      description = "Beginning of the locks' names (default: ${DEFAULT-VALUE}).")
  private String prefix;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  @Option(names = "--quiet", description = "Do not print the rate of every second.")
  private boolean quiet;

  @Override
  public Integer call() throws InterruptedException {
    requirePositive("--clients", clients);
    requirePositive("--seconds", seconds);
    int connectionCount =
        connections == null ? Math.min(clients, CONNECTIONS_DEFAULT_MAX) : connections;
    int lockCount = locks == null ? clients : locks;
    requirePositive("--connections", connectionCount);
    requirePositive("--locks", lockCount);
    PrintWriter err = spec.commandLine().getErr();
    if (!quiet) {
      err.printf(
          "%d clients on %d connections, %d locks, %d s after %d ms of warm-up%n",
          clients, connectionCount, lockCount, seconds, warmUp.toMillis());
      err.flush();
    }
    Load.Plan plan =
        new Load.Plan(
            clients, connectionCount, lockCount, prefix, warmUp, Duration.ofSeconds(seconds));
    Load load =
        new Load(
            plan, () -> connection.client().sessionTtl(ttl).ownerName("holdfast bench").build());
    Load.Outcome outcome =
        load.run(
            rate -> {
              if (!quiet) {
                err.printf("%8.0f pairs/s%n", rate);
                err.flush();
              }
            });
    print(outcome);
    return outcome.errors() + outcome.violations() == 0 ? ExitCodes.OK : ExitCodes.REFUSED;
  }

  private void print(Load.Outcome outcome) {
    PrintWriter out = spec.commandLine().getOut();
    Histogram latency = outcome.latencyMicros();
    if (json) {
      ObjectNode result = HttpApi.object();
      result.put("clients", clients);
      result.put("seconds", outcome.seconds());
      result.put("pairs", outcome.pairs());
      result.put("pairsPerSecond", outcome.pairsPerSecond());
      result.put("p50Micros", latency.getValueAtPercentile(50));
      result.put("p99Micros", latency.getValueAtPercentile(99));
      result.put("maxMicros", latency.getMaxValue());
      result.put("longestGapMillis", outcome.longestGapMillis());
      result.put("errors", outcome.errors());
      result.put("firstError", outcome.firstError().orElse(null));
      result.put("violations", outcome.violations());
      result.put("firstViolation", outcome.firstViolation().orElse(null));
      out.println(HttpApi.text(result));
    } else {
      out.printf(
          "%.0f pairs/s  p50 %.2f ms  p99 %.2f ms  max %.1f ms  longest gap %.0f ms%n",
          outcome.pairsPerSecond(),
          latency.getValueAtPercentile(50) / 1e3,
          latency.getValueAtPercentile(99) / 1e3,
          latency.getMaxValue() / 1e3,
          outcome.longestGapMillis());
      out.printf(
          "%d pairs, %d errors, %d violations%n",
          outcome.pairs(), outcome.errors(), outcome.violations());
      outcome.firstError().ifPresent(error -> out.println("first error: " + error));
      outcome.firstViolation().ifPresent(what -> out.println("first violation: " + what));
    }
    out.flush();
  }

  private void requirePositive(String option, int value) {
    if (value < 1) {
      throw new ParameterException(
          spec.commandLine(), option + " must be 1 or more; it is " + value);
    }
  }
}
