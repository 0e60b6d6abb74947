package io.holdfast.chaos.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.chaos.planted.PlantedBugException;
import io.holdfast.chaos.sim.Coverage;
import io.holdfast.chaos.sim.Fault;
import io.holdfast.chaos.sim.Kept;
import io.holdfast.chaos.sim.SimFailure;
import io.holdfast.chaos.sim.SimOptions;
import io.holdfast.chaos.sim.SimOutcome;
import io.holdfast.chaos.sim.SimReport;
import io.holdfast.chaos.sim.SimRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast simulate}: whole clusters in virtual time, one for each seed. */
@Command(
    name = "simulate",
    description = "Run simulated clusters under faults, one for each seed, and judge each.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Exit codes: 0 no violation, 1 violation found, 2 usage, 3 a history was not decided.",
      "With --bug or --bugs: 0 found, 1 not found.",
      "",
      "Example:",
      "  holdfast simulate --seeds 1..200",
      "  holdfast simulate --bug M07 --seeds 1..2000"
    })
public final class SimulateCommand implements Callable<Integer> {
  private static final long PROGRESS_NANOS = 1_000_000_000L;
  private static final long SEEDS_MAX = 100_000_000L;

  @Spec private CommandSpec spec;

  @Option(
      names = "--seeds",
      paramLabel = "A..B",
      defaultValue = "1..100",
      description = "Seeds to run, both included; one number for one seed (default: 1..100).")
  private String seeds;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      description = "Go on behind the last seed until so many minutes have passed.")
  private @Nullable Double minutes;

  @Option(names = "--peers", paramLabel = "N", description = "1, 3 or 5 (default: drawn).")
  private @Nullable Integer peers;

  @Option(names = "--clients", paramLabel = "N", description = "1 to 64 (default: drawn).")
  private @Nullable Integer clients;

  @Option(
      names = "--faults",
      paramLabel = "A,B",
      description = "Only these kinds of faults, all in each run; none for none (default: drawn).")
  private @Nullable String faults;

  @Option(
      names = "--fault-millis",
      paramLabel = "N",
      description = "Virtual length of the phase with faults (default: drawn).")
  private @Nullable Long faultMillis;

  @Option(
      names = "--keep-faults",
      paramLabel = "LIST",
      description = "Keep only these faults of the schedule, by number, as 3,7-9.")
  private @Nullable String keepFaults;

  @Option(
      names = "--keep-operations",
      paramLabel = "LIST",
      description = "Keep only these operations of the clients, by number.")
  private @Nullable String keepOperations;

  @Option(names = "--trace", description = "Print what happened in each run.")
  private boolean trace;

  @Option(names = "--twice", description = "Run each seed twice and compare the hashes.")
  private boolean twice;

  @Option(names = "--keep-going", description = "Go on after a violation.")
  private boolean keepGoing;

  @Option(names = "--no-minimise", description = "Report a failing schedule as it was drawn.")
  private boolean asDrawn;

  @Option(
      names = "--reports",
      paramLabel = "DIR",
      defaultValue = "simulation",
      description = "Folder for the reports of violations (default: simulation).")
  private Path reports;

  @Option(
      names = "--bug",
      paramLabel = "NAME",
      description = "Plant this bug in the code first; see docs/planted-bugs.md for their names.")
  private @Nullable String bug;

  @Option(
      names = "--bugs",
      paramLabel = "NAME[,NAME]",
      split = ",",
      description = "Plant each of these bugs, or all, and say how many seeds it takes to find it.")
  private @Nullable List<String> bugs;

  @Option(names = "--write-table", description = "With --bugs: write docs/planted-bugs.md.")
  private boolean writesTable;

  @Option(names = PlantedBugs.PLANTED, hidden = true)
  private @Nullable String planted;

  @Option(names = "--json", description = "Print one JSON object for each violation and the end.")
  private boolean json;

  private final Coverage coverage = new Coverage();
  private long runs;
  private long violations;
  private long undecided;
  private long virtualNanos;
  private long events;
  private long operations;
  private long beganNanos;
  private long progressNanos;

  /** For picocli. */
  public SimulateCommand() {}

  @Override
  public Integer call() throws IOException {
    long[] range = range();
    SimOptions options = options();
    try {
      if (bug != null) {
        return PlantedBugs.simulate(bug, spec.commandLine());
      }
      if (bugs != null) {
        return new PlantedBugs(out()).hunt(bugs, range[0], range[1], writesTable);
      }
    } catch (PlantedBugException wrong) {
      throw usage(wrong.getMessage());
    }
    beganNanos = System.nanoTime();
    long seed = range[0];
    boolean more = true;
    while (more) {
      boolean clean = runSeed(seed, options);
      progress(seed);
      seed++;
      more = (clean || keepGoing) && (minutes == null ? seed <= range[1] : isTimeLeft());
    }
    summary();
    return violations > 0 ? RunExit.INVALID : undecided > 0 ? RunExit.UNKNOWN : RunExit.VALID;
  }

  private boolean isTimeLeft() {
    return minutes != null && System.nanoTime() - beganNanos < minutes * 60e9;
  }

  private boolean runSeed(long seed, SimOptions options) throws IOException {
    SimOutcome outcome = SimRun.run(seed, options);
    runs++;
    virtualNanos += outcome.virtualNanos();
    events += outcome.events();
    operations += outcome.operations();
    coverage.add(outcome.coverage());
    if (trace) {
      outcome.schedule().forEach(out()::println);
      outcome.trace().forEach(out()::println);
    }
    if (outcome.undecided()) {
      undecided++;
      out().println("seed " + seed + ": the checker ran out of its budget");
    }
    if (twice && SimRun.run(seed, options).hash() != outcome.hash()) {
      violations++;
      out().println("seed " + seed + ": two runs have different hashes (I18)");
      return false;
    }
    if (!outcome.isClean()) {
      violations++;
      SimFailure failure = SimFailure.of(outcome, !asDrawn);
      failed(planted == null ? failure : failure.withBug(planted));
    }
    return outcome.isClean();
  }

  private void failed(SimFailure failure) throws IOException {
    Path report = SimReport.write(reports, failure);
    if (json) {
      out().println(SimReport.json(failure, report));
    } else {
      SimReport.lines(failure, report).forEach(out()::println);
    }
    out().flush();
  }

  private long[] range() {
    if (!seeds.matches("\\d{1,18}(\\.\\.\\d{1,18})?")) {
      throw usage("--seeds is '" + seeds + "'; expected a number or a range such as 1..100");
    }
    String[] ends = seeds.split("\\.\\.", -1);
    long from = Long.parseLong(ends[0]);
    long to = Long.parseLong(ends[ends.length - 1]);
    if (to < from || to - from > SEEDS_MAX) {
      throw usage("--seeds is '" + seeds + "'; expected at most " + SEEDS_MAX + ", ascending");
    }
    return new long[] {from, to};
  }

  private SimOptions options() {
    try {
      Kept kept =
          new Kept(
              keepFaults == null ? null : Kept.parse(keepFaults),
              keepOperations == null ? null : Kept.parse(keepOperations));
      return SimOptions.DRAWN
          .withPeers(peers)
          .withClients(clients)
          .withFaultMillis(faultMillis)
          .withFaults(faults == null ? null : faultsNamed(faults))
          .withTracing(trace)
          .withKept(kept);
    } catch (IllegalArgumentException wrong) {
      throw usage(wrong.getMessage());
    }
  }

  private static Set<Fault> faultsNamed(String names) {
    Set<Fault> named = EnumSet.noneOf(Fault.class);
    if (names.equals("none")) {
      return named;
    }
    for (String name : names.split(",", -1)) {
      named.add(
          Arrays.stream(Fault.values())
              .filter(fault -> fault.title().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "--faults names '"
                              + name
                              + "'; expected none or some of "
                              + Arrays.stream(Fault.values())
                                  .map(Fault::title)
                                  .collect(Collectors.joining(",")))));
    }
    return named;
  }

  private CommandLine.ParameterException usage(@Nullable String message) {
    return new CommandLine.ParameterException(spec.commandLine(), String.valueOf(message));
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private double realSeconds() {
    return (System.nanoTime() - beganNanos) / 1e9;
  }

  private void progress(long seed) {
    if (json || System.nanoTime() - progressNanos < PROGRESS_NANOS) {
      return;
    }
    progressNanos = System.nanoTime();
    PrintWriter err = spec.commandLine().getErr();
    err.printf(
        Locale.ROOT,
        "\rseed %d: %d runs, %.1f seeds/s, %.0f simulated s per s, %d violations ",
        seed,
        runs,
        runs / realSeconds(),
        virtualNanos / 1e9 / realSeconds(),
        violations);
    err.flush();
  }

  private void summary() {
    double real = realSeconds();
    if (json) {
      ObjectNode end = new ObjectMapper().createObjectNode();
      end.put("runs", runs).put("violations", violations).put("undecided", undecided);
      end.put("virtualSeconds", virtualNanos / 1e9).put("realSeconds", real);
      end.put("events", events).put("operations", operations);
      ObjectNode marks = end.putObject("coverage");
      coverage.marks().forEach(marks::put);
      out().println(end);
    } else {
      out().println();
      coverage
          .marks()
          .forEach((path, times) -> out().printf(Locale.ROOT, "%10d  %s%n", times, path));
      out()
          .printf(
              Locale.ROOT,
              "%d seeds in %.1f s: %.1f seeds/s, %.0f simulated seconds per second, %d operations,"
                  + " %d events; %d violations, %d undecided%n",
              runs,
              real,
              runs / real,
              virtualNanos / 1e9 / real,
              operations,
              events,
              violations,
              undecided);
    }
    out().flush();
  }
}
