package io.holdfast.chaos.run;

import io.holdfast.chaos.cluster.ClusterUnderTest.Fact;
import io.holdfast.chaos.history.Recorder;
import io.holdfast.chaos.report.RunFolder;
import io.holdfast.chaos.report.RunRecord;
import io.holdfast.chaos.sim.Fault;
import io.holdfast.chaos.sim.Guest;
import io.holdfast.chaos.sim.SimOptions;
import io.holdfast.chaos.sim.SimOutcome;
import io.holdfast.chaos.sim.SimRun;
import io.holdfast.chaos.sim.Violation;
import io.holdfast.chaos.workload.Environment;
import io.holdfast.chaos.workload.Problems;
import io.holdfast.chaos.workload.Problems.Problem;
import io.holdfast.chaos.workload.Workload;
import io.holdfast.chaos.workload.WorkloadContext;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * Runs the workloads of an attack against the simulated cluster, in virtual time, and leaves the
 * same folder as an attack on a real one. The simulator's own invariants count as well.
 */
public final class SimulatedConductor {
  private final RunSettings settings;
  private final Progress progress;
  private final RunFolder folder;
  private final Problems problems = new Problems();

  /** A run that has not begun. */
  public SimulatedConductor(RunSettings settings, Progress progress) {
    this.settings = settings;
    this.progress = progress;
    this.folder = new RunFolder(settings.folder());
  }

  /**
   * Runs it.
   *
   * @return the record, which is in the folder as well
   * @throws IOException when the folder cannot be written
   */
  public RunRecord run() throws IOException {
    String startedAt = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    Files.createDirectories(settings.folder());
    progress.say("run folder " + settings.folder());
    progress.say("seed " + settings.seed() + "; simulating " + settings.peers() + " peers");
    Set<Fault> faults =
        Arrays.stream(Fault.values())
            .filter(fault -> settings.faults().contains(fault.title()))
            .collect(Collectors.toSet());
    SimOptions options =
        SimOptions.DRAWN
            .withPeers(settings.peers())
            .withFaultMillis(settings.timeLimit().toMillis())
            .withFaults(faults);
    SimOutcome outcome;
    try (Writer history = Files.newBufferedWriter(folder.history(), StandardCharsets.UTF_8)) {
      outcome = SimRun.run(settings.seed(), options, new Workloads(history));
    }
    Files.writeString(folder.samples(), "");
    Violation violation = outcome.violation();
    if (violation != null) {
      problems.add(new Problem("simulator", violation.atNanos(), violation.toString()));
    }
    progress.say("judging");
    return new Assessment(settings, folder, problems.all()).assess(startedAt, course(outcome));
  }

  private Conductor.Course course(SimOutcome outcome) {
    long limit = settings.timeLimit().toMillis();
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("trace hash", outcome.hashText()));
    facts.add(new Fact("events", Long.toString(outcome.events())));
    facts.add(new Fact("entries committed", Long.toString(outcome.entries())));
    outcome.schedule().forEach(line -> facts.add(new Fact("simulated", line)));
    return new Conductor.Course(
        0,
        limit,
        outcome.virtualNanos() / 1_000_000,
        List.of(),
        List.of(),
        outcome.isClean() ? "the replicas that were healed are equal" : "not compared",
        List.of(),
        facts);
  }

  /** The workloads as the simulator's guests. */
  private final class Workloads implements Guest {
    private final Writer history;
    private final List<Workload.Running> running = new ArrayList<>();

    private Workloads(Writer history) {
      this.history = history;
    }

    @Override
    public void begin(Environment environment) {
      Recorder recorder = new Recorder(history, environment::nowNanos);
      for (Workload workload : settings.workloads()) {
        running.add(
            workload.start(
                new WorkloadContext(
                    environment, recorder, settings.load(), Judge.prefix(workload), problems)));
      }
    }

    @Override
    public CompletableFuture<Void> drain() {
      return CompletableFuture.allOf(
          running.stream().map(Workload.Running::drain).toArray(CompletableFuture[]::new));
    }

    @Override
    public CompletableFuture<Void> finish() {
      return CompletableFuture.allOf(
          running.stream().map(Workload.Running::finish).toArray(CompletableFuture[]::new));
    }
  }
}
