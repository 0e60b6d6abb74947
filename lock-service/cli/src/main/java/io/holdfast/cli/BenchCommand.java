package io.holdfast.cli;

import io.holdfast.api.Limits;
import io.holdfast.cli.bench.BenchPlot;
import io.holdfast.cli.bench.BenchReport;
import io.holdfast.cli.bench.ClusterCosts;
import io.holdfast.cli.bench.Load;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
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
      "Each client acquires a lock, releases it and begins again: at once, or with --rate when the",
      "next pair is due; then latency counts from that moment, so that no stall is left out. Every",
      "grant is checked: no lock may be held twice, every token must be greater than the one"
          + " before.",
      "",
      "Exit codes: 0 no error and no violation, 1 otherwise, 2 usage.",
      "",
      "Examples:",
      "  holdfast bench --clients 64 --seconds 20            each client its own lock",
      "  holdfast bench --clients 16 --locks 1               all want the same lock",
      "  holdfast bench --rate 2000 --html bench.html        latency at a given load, with a plot"
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

  @Option(
      names = "--rate",
      paramLabel = "PAIRS",
      description = "Pairs a second that are due, all clients together (default: as they come).")
  private @Nullable Double rate;

  @Option(
      names = "--payload",
      paramLabel = "BYTES",
      defaultValue = "0",
      description = "Publish a value of this length on each hold (default: none).")
  private int payload;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  @Option(names = "--csv", paramLabel = "FILE", description = "Write the course by seconds as CSV.")
  private @Nullable Path csv;

  @Option(
      names = "--hdr",
      paramLabel = "FILE",
      description = "Write all latencies by percentile, as HdrHistogram prints them.")
  private @Nullable Path hdr;

  @Option(names = "--html", paramLabel = "FILE", description = "Write plots as one HTML page.")
  private @Nullable Path html;

  @Option(names = "--quiet", description = "Do not print the rate of every second.")
  private boolean quiet;

  @Override
  public Integer call() throws InterruptedException, IOException {
    Load.Plan plan = plan();
    PrintWriter err = spec.commandLine().getErr();
    if (!quiet) {
      err.printf(
          "%d clients on %d connections, %d locks, %d s after %d ms of warm-up%n",
          clients, plan.connections(), plan.locks(), seconds, warmUp.toMillis());
      err.flush();
    }
    Costs costs = new Costs(ClusterCosts.of(connection.http()), quiet ? null : err);
    Load load =
        new Load(
            plan, () -> connection.client().sessionTtl(ttl).ownerName("holdfast bench").build());
    Load.Outcome outcome = load.run(costs);
    write(new BenchReport(plan, outcome, costs.perPair(outcome.pairs())));
    return outcome.errors() + outcome.violations() == 0 ? ExitCodes.OK : ExitCodes.REFUSED;
  }

  private Load.Plan plan() {
    int connectionCount =
        connections == null ? Math.min(clients, CONNECTIONS_DEFAULT_MAX) : connections;
    int lockCount = locks == null ? clients : locks;
    requirePositive("--clients", clients);
    requirePositive("--seconds", seconds);
    requirePositive("--connections", connectionCount);
    requirePositive("--locks", lockCount);
    if (rate != null && !(rate > 0)) {
      throw usage("--rate must be above 0; it is " + rate);
    }
    if (payload < 0 || payload > Limits.VALUE_BYTES_MAX) {
      throw usage("--payload must be from 0 to " + Limits.VALUE_BYTES_MAX + "; it is " + payload);
    }
    return new Load.Plan(
        clients,
        connectionCount,
        lockCount,
        prefix,
        warmUp,
        Duration.ofSeconds(seconds),
        rate == null ? OptionalDouble.empty() : OptionalDouble.of(rate),
        payload);
  }

  private void write(BenchReport report) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? report.json() + "\n" : report.text());
    out.flush();
    if (csv != null) {
      Files.writeString(csv, report.csv(), StandardCharsets.UTF_8);
    }
    if (hdr != null) {
      try (PrintStream file = new PrintStream(hdr.toFile(), StandardCharsets.UTF_8)) {
        report.outcome().latencyMicros().outputPercentileDistribution(file, 1e3);
      }
    }
    if (html != null) {
      Files.writeString(html, new BenchPlot(report).html(), StandardCharsets.UTF_8);
    }
  }

  /**
   * Reads what the peers have spent when counting begins and ends, and tells each second's rate.
   */
  private static final class Costs implements Load.Progress {
    private final ClusterCosts cluster;
    private final @Nullable PrintWriter err;
    private Optional<ClusterCosts.Spent> before = Optional.empty();
    private Optional<ClusterCosts.Spent> after = Optional.empty();

    Costs(ClusterCosts cluster, @Nullable PrintWriter err) {
      this.cluster = cluster;
      this.err = err;
    }

    @Override
    public void second(double pairsPerSecond) {
      if (err != null) {
        err.printf("%8.0f pairs/s%n", pairsPerSecond);
        err.flush();
      }
    }

    @Override
    public void countingBegins() throws InterruptedException {
      before = cluster.spent();
    }

    @Override
    public void countingEnds() throws InterruptedException {
      after = cluster.spent();
    }

    Optional<ClusterCosts.PerPair> perPair(long pairs) {
      return cluster.perPair(before, after, pairs);
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private void requirePositive(String option, int value) {
    if (value < 1) {
      throw usage(option + " must be 1 or more; it is " + value);
    }
  }
}
