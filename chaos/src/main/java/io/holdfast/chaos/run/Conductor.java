package io.holdfast.chaos.run;

import io.holdfast.chaos.cluster.ClusterUnderTest;
import io.holdfast.chaos.cluster.ClusterUnderTest.Condition;
import io.holdfast.chaos.cluster.ClusterUnderTest.Fact;
import io.holdfast.chaos.cluster.PeerProbe;
import io.holdfast.chaos.history.Recorder;
import io.holdfast.chaos.nemesis.Nemesis;
import io.holdfast.chaos.report.RunFolder;
import io.holdfast.chaos.report.RunRecord;
import io.holdfast.chaos.run.FaultPlan.Planned;
import io.holdfast.chaos.workload.Problems;
import io.holdfast.chaos.workload.Problems.Problem;
import io.holdfast.chaos.workload.Workload;
import io.holdfast.chaos.workload.WorkloadContext;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Runs one attack: warm-up, faults, healing, drain, final reads, comparison of the replicas,
 * judgement. Whatever happens, what was started is ended. For one thread, which may be interrupted
 * to break the run off.
 */
public final class Conductor {
  private static final Duration START_PATIENCE = Duration.ofMinutes(3);
  private static final long WARM_UP_MILLIS_MAX = 5_000;
  private static final long HEAL_MILLIS_MAX = 120_000;
  private static final long SETTLE_MILLIS = 3_000;
  private static final long DRAIN_MILLIS_MAX = 60_000;
  private static final long FINISH_MILLIS_MAX = 180_000;

  private final RunSettings settings;
  private final Progress progress;
  private final RunFolder folder;
  private final Problems problems = new Problems();

  /** A run that has not begun. */
  public Conductor(RunSettings settings, Progress progress) {
    this.settings = settings;
    this.progress = progress;
    this.folder = new RunFolder(settings.folder());
  }

  /**
   * Judges a stored run again.
   *
   * @throws IOException when the folder holds none
   */
  public static RunRecord judgeAgain(RunFolder folder) throws IOException {
    return Assessment.again(folder);
  }

  /** What the phases of the run leave for the record. */
  record Course(
      long warmUpMillis,
      long healMillis,
      long endMillis,
      List<FaultDriver.Made> faults,
      List<RunRecord.LeaderChange> leaderChanges,
      String digest,
      List<Fact> unsupported,
      List<Fact> facts) {}

  /**
   * Runs it.
   *
   * @return the record, which is in the folder as well
   * @throws IOException when the cluster cannot be started or the folder not be written
   * @throws InterruptedException when the run is broken off; everything is ended then
   */
  public RunRecord run() throws IOException, InterruptedException {
    String startedAt = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    Files.createDirectories(settings.folder());
    Path work = Files.createTempDirectory("holdfast-chaos");
    progress.say("run folder " + settings.folder());
    progress.say("seed " + settings.seed() + "; starting " + settings.peers() + " peers");
    Course course;
    try (ClusterUnderTest cluster =
        settings.testbed().create(settings.peers(), work, settings.peerSettings())) {
      course = attack(cluster);
    } finally {
      Files.deleteIfExists(work);
    }
    progress.say("judging");
    RunRecord record = new Assessment(settings, folder, problems.all()).assess(startedAt, course);
    return record;
  }

  private Course attack(ClusterUnderTest cluster) throws IOException, InterruptedException {
    cluster.startAll(START_PATIENCE);
    List<Fact> unsupported = new ArrayList<>();
    List<Nemesis> usable = usable(cluster, unsupported);
    try (Writer history = Files.newBufferedWriter(folder.history(), StandardCharsets.UTF_8);
        Writer samples = Files.newBufferedWriter(folder.samples(), StandardCharsets.UTF_8);
        RealEnvironment environment =
            new RealEnvironment(cluster.clientAddresses(), settings.seed(), this::broken)) {
      Recorder recorder = new Recorder(history, environment::nowNanos);
      Clock clock = new Clock(environment, recorder, progress);
      FaultDriver driver = new FaultDriver(cluster, recorder, environment::nowNanos, progress);
      try (Sampler sampler = new Sampler(cluster, recorder, samples, environment::nowNanos)) {
        List<Workload.Running> running = startWorkloads(environment, recorder);
        long limit = settings.timeLimit().toMillis();
        long warmUp = Math.min(WARM_UP_MILLIS_MAX, limit / 6);
        recorder.mark("harness", "phase", "warm-up");
        makeFaults(plan(usable, warmUp, limit), usable, driver, clock);
        clock.waitUntil(limit);
        recorder.mark("harness", "phase", "heal");
        long healed = heal(cluster, clock);
        clock.waitUntil(clock.nowMillis() + SETTLE_MILLIS);
        finish(environment, recorder, running);
        String digest = new Digests(cluster, problems, clock::nowMillis).compare();
        progress.say(digest);
        long end = clock.nowMillis();
        saveMetrics(cluster);
        return new Course(
            warmUp,
            healed,
            end,
            driver.made(),
            sampler.changes(),
            digest,
            unsupported,
            facts(cluster));
      } finally {
        cluster.collect(folder.peers());
      }
    }
  }

  private static List<Fact> facts(ClusterUnderTest cluster) {
    List<Fact> facts = new ArrayList<>();
    String machine = Runtime.getRuntime().availableProcessors() + " processors, ";
    facts.add(
        new Fact(
            "Machine",
            machine + System.getProperty("os.name") + " " + System.getProperty("os.version")));
    facts.addAll(cluster.facts());
    return facts;
  }

  private List<Nemesis> usable(ClusterUnderTest cluster, List<Fact> unsupported) {
    List<Nemesis> usable = new ArrayList<>();
    for (Nemesis nemesis : settings.testbed().nemeses()) {
      if (settings.faults().contains(nemesis.name())) {
        Optional<String> why = nemesis.unsupportedWhy(cluster);
        if (why.isPresent()) {
          unsupported.add(new Fact(nemesis.name(), why.get()));
          progress.say("unsupported here: " + nemesis.name() + ": " + why.get());
        } else {
          usable.add(nemesis);
        }
      }
    }
    return usable;
  }

  private FaultPlan plan(List<Nemesis> usable, long warmUp, long limit) throws IOException {
    List<String> names = usable.stream().map(Nemesis::name).toList();
    FaultPlan plan =
        FaultPlan.draw(names, warmUp, limit, settings.every().toMillis(), settings.seed());
    RunFolder.writeJson(folder.schedule(), plan);
    return plan;
  }

  private void makeFaults(FaultPlan plan, List<Nemesis> usable, FaultDriver driver, Clock clock)
      throws InterruptedException {
    for (Planned planned : plan.faults()) {
      for (Nemesis nemesis : usable) {
        if (nemesis.name().equals(planned.nemesis())) {
          driver.make(nemesis, planned, clock::waitUntilUnchecked);
          clock.throwIfInterrupted();
        }
      }
    }
  }

  private List<Workload.Running> startWorkloads(RealEnvironment environment, Recorder recorder)
      throws InterruptedException {
    List<Workload.Running> running = new ArrayList<>();
    for (Workload workload : settings.workloads()) {
      WorkloadContext context =
          new WorkloadContext(
              environment, recorder, settings.load(), Judge.prefix(workload), problems);
      running.add(environment.inside(() -> workload.start(context)));
    }
    return running;
  }

  /** Whatever state the faults left: everything runs, is connected and serves again. */
  private long heal(ClusterUnderTest cluster, Clock clock)
      throws IOException, InterruptedException {
    if (cluster.links().unsupportedWhy().isEmpty()) {
      cluster.links().heal();
    }
    for (int peer : cluster.peers()) {
      switch (cluster.condition(peer)) {
        case PAUSED -> cluster.resume(peer);
        case DOWN -> cluster.start(peer);
        case RUNNING -> {
          // As it should be.
        }
      }
    }
    long healed = clock.nowMillis();
    long deadline = healed + HEAL_MILLIS_MAX;
    for (int peer : cluster.peers()) {
      while (!PeerProbe.isReady(cluster.clientAddress(peer))) {
        if (clock.nowMillis() > deadline) {
          problem(
              clock,
              "peer "
                  + peer
                  + " does not serve 120 s after everything was healed; its process is "
                  + cluster.condition(peer));
          return healed;
        }
        clock.waitUntil(clock.nowMillis() + 100);
      }
    }
    progress.say(
        FaultDriver.at(clock.nowMillis())
            + "everything is healed; all peers serve after "
            + (clock.nowMillis() - healed)
            + " ms");
    return healed;
  }

  private void finish(
      RealEnvironment environment, Recorder recorder, List<Workload.Running> running)
      throws InterruptedException, IOException {
    recorder.mark("harness", "phase", "drain");
    long began = environment.nowNanos();
    for (Workload.Running each : running) {
      if (!environment.await(each::drain, DRAIN_MILLIS_MAX)) {
        problems.add(
            new Problem(
                "harness",
                environment.nowNanos(),
                "clients did not come to an end within 60 s after everything was healed"));
      }
    }
    recorder.mark("harness", "phase", "final reads");
    for (Workload.Running each : running) {
      if (!environment.await(each::finish, FINISH_MILLIS_MAX)) {
        problems.add(
            new Problem(
                "harness", environment.nowNanos(), "final reads did not end within 3 minutes"));
      }
    }
    progress.say(
        FaultDriver.at(TimeUnit.NANOSECONDS.toMillis(environment.nowNanos()))
            + "drained and read for the last time in "
            + TimeUnit.NANOSECONDS.toMillis(environment.nowNanos() - began)
            + " ms");
    recorder.flush();
  }

  private void saveMetrics(ClusterUnderTest cluster) throws IOException {
    for (int peer : cluster.peers()) {
      Optional<String> page =
          cluster.condition(peer) == Condition.RUNNING ? cluster.metrics(peer) : Optional.empty();
      if (page.isPresent()) {
        Path target = Files.createDirectories(folder.peers().resolve("peer-" + peer));
        Files.writeString(target.resolve("metrics.txt"), page.get(), StandardCharsets.UTF_8);
      }
    }
  }

  private void problem(Clock clock, String sentence) {
    problems.add(new Problem("harness", clock.nowMillis() * 1_000_000, sentence));
  }

  private void broken(Throwable thrown) {
    problems.add(new Problem("harness", 0, "a workload is broken: " + thrown));
  }

  /** Waits, and tells meanwhile how far the run is. */
  private record Clock(RealEnvironment environment, Recorder recorder, Progress progress) {
    private static final long TICK_MILLIS = 500;

    long nowMillis() {
      return TimeUnit.NANOSECONDS.toMillis(environment.nowNanos());
    }

    void waitUntil(long millis) throws InterruptedException {
      CountDownLatch never = new CountDownLatch(1);
      long left = millis - nowMillis();
      while (left > 0) {
        if (never.await(Math.min(left, TICK_MILLIS), TimeUnit.MILLISECONDS)) {
          throw new IllegalStateException("a latch nobody counts down has opened");
        }
        Recorder.Counts counts = recorder.counts();
        progress.tick(
            FaultDriver.at(nowMillis())
                + counts.invoked()
                + " operations, "
                + counts.ok()
                + " ok, "
                + counts.fail()
                + " refused, "
                + counts.unknown()
                + " unknown");
        left = millis - nowMillis();
      }
    }

    /** Keeps an interrupt for {@link #throwIfInterrupted}, so that the fault is healed first. */
    void waitUntilUnchecked(long millis) {
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
      try {
        waitUntil(millis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    void throwIfInterrupted() throws InterruptedException {
      if (Thread.interrupted()) {
        throw new InterruptedException("the run was broken off");
      }
    }
  }
}
