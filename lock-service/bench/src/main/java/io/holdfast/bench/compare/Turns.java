package io.holdfast.bench.compare;

import io.holdfast.bench.worker.Measured;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Starts the systems, loads them in turns, and ends them. */
final class Turns implements AutoCloseable {
  /** Loads a system's members and clients before anything is measured, most locks first. */
  private static final List<Load> WARM_UP_PAIRS =
      List.of(new Load.Pairs(64, 64), new Load.Pairs(16, 1));

  private static final List<Load> WARM_UP_COMMANDS = List.of(new Load.Commands(64));

  private final Plan plan;
  private final List<Contender> contenders;
  private final Results results;
  private final PrintWriter progress;
  private final Map<Contender, WorkerProcess> workers = new ConcurrentHashMap<>();
  private volatile boolean closing;
  private boolean clean = true;

  /**
   * @param rivals folder of the other systems' modules
   * @param directory for data
   */
  record Plan(
      List<Load> pairs,
      List<Load> commands,
      int rounds,
      int seconds,
      int warmUpSeconds,
      int firstWarmUpSeconds,
      int failOvers,
      Path rivals,
      Path directory) {
    List<Load> loads(Contender.Work work) {
      return switch (work) {
        case PAIRS -> pairs;
        case COMMANDS -> commands;
      };
    }
  }

  Turns(Plan plan, List<Contender> contenders, Results results, PrintWriter progress) {
    this.plan = plan;
    this.contenders = contenders;
    this.results = results;
    this.progress = progress;
  }

  /**
   * @return whether every system did what it should
   */
  boolean run() {
    contenders.forEach(this::start);
    contenders.forEach(this::warmUp);
    for (int round = 1; round <= plan.rounds(); round++) {
      round(round);
    }
    for (int attempt = 1; attempt <= plan.failOvers(); attempt++) {
      for (Contender contender : contenders) {
        failOver(contender, attempt);
      }
    }
    return clean;
  }

  /** Ends every system that was started. Any thread. */
  @Override
  public void close() {
    closing = true;
    List<WorkerProcess> ending = List.copyOf(workers.values());
    ending.forEach(WorkerProcess::requestStop);
    ending.forEach(WorkerProcess::close);
  }

  /** One load after the other, each on every system in turn: neighbours in time are compared. */
  private void round(int round) {
    for (Contender.Work work : Contender.Work.values()) {
      for (Load load : plan.loads(work)) {
        contenders.stream()
            .filter(contender -> contender.work() == work)
            .forEach(contender -> load(contender, load, round));
      }
    }
  }

  private void start(Contender contender) {
    attempt(
        contender,
        () -> {
          WorkerProcess worker =
              WorkerProcess.start(
                  contender, plan.rivals(), plan.directory().resolve(contender.id()));
          workers.put(contender, worker);
          worker.awaitReady();
          results.version(contender.id(), worker.version());
          tell("%s serves", worker.version());
        });
  }

  private void warmUp(Contender contender) {
    List<Load> loads =
        switch (contender.work()) {
          case PAIRS -> WARM_UP_PAIRS;
          case COMMANDS -> WARM_UP_COMMANDS;
        };
    for (Load load : loads) {
      attempt(contender, () -> workers.get(contender).load(load, plan.firstWarmUpSeconds(), 1));
    }
  }

  private void load(Contender contender, Load load, int round) {
    attempt(
        contender,
        () -> {
          Measured measured =
              workers.get(contender).load(load, plan.warmUpSeconds(), plan.seconds());
          results.add(contender.id(), load.toString(), measured);
          clean &= Report.complaint(measured).isEmpty();
          tell(
              "round %d, %s: %s %,.0f/s, p50 %.2f ms, p99 %.2f ms",
              round,
              load.title(),
              contender.title(),
              measured.perSecond(),
              measured.percentileMillis(50),
              measured.percentileMillis(99));
        });
  }

  private void failOver(Contender contender, int attempt) {
    if (!contender.failsOver()) {
      return;
    }
    attempt(
        contender,
        () -> {
          double millis = workers.get(contender).failOver("failover/" + attempt + "/");
          results.addOutage(contender.id(), millis);
          tell("leader killed, try %d: %s %,.0f ms", attempt, contender.title(), millis);
        });
  }

  private interface Task {
    void run() throws IOException;
  }

  /** A system that fails once is left out from then on; what it had measured stays. */
  private void attempt(Contender contender, Task task) {
    if (closing || results.failures().containsKey(contender.title())) {
      return;
    }
    try {
      task.run();
    } catch (IOException | IllegalArgumentException e) {
      clean = false;
      results.failed(contender.title(), String.valueOf(e.getMessage()));
      tell("%s is left out: %s", contender.title(), e.getMessage());
    }
  }

  private void tell(String format, Object... values) {
    progress.println(String.format(Locale.ROOT, format, values));
    progress.flush();
  }
}
