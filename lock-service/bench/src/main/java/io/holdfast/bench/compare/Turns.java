package io.holdfast.bench.compare;

import io.holdfast.bench.worker.Measured;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Starts the systems, loads them in turns, and ends them. */
final class Turns {
  /** Loads a system's members and clients before anything is measured, most locks first. */
  private static final List<Column> WARM_UP_COLUMNS =
      List.of(new Column(64, 64), new Column(16, 1));

  private final Plan plan;
  private final List<Contender> contenders;
  private final Results results;
  private final PrintWriter progress;
  private final Map<Contender, WorkerProcess> workers = new LinkedHashMap<>();
  private boolean clean = true;

  /**
   * @param rivals folder of the other systems' modules
   * @param directory for data
   */
  record Plan(
      List<Column> columns,
      int rounds,
      int seconds,
      int warmUpSeconds,
      int firstWarmUpSeconds,
      int failOvers,
      Path rivals,
      Path directory) {}

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
    Thread hook = new Thread(() -> workers.values().forEach(WorkerProcess::close));
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      contenders.forEach(this::start);
      contenders.forEach(this::warmUp);
      for (int round = 1; round <= plan.rounds(); round++) {
        for (Column column : plan.columns()) {
          for (Contender contender : contenders) {
            load(contender, column, round);
          }
        }
      }
      for (int attempt = 1; attempt <= plan.failOvers(); attempt++) {
        for (Contender contender : contenders) {
          failOver(contender, attempt);
        }
      }
      return clean;
    } finally {
      new ArrayList<>(workers.values()).forEach(WorkerProcess::close);
      Runtime.getRuntime().removeShutdownHook(hook);
    }
  }

  private void start(Contender contender) {
    attempt(
        contender,
        () -> {
          WorkerProcess worker =
              WorkerProcess.start(
                  contender.title(),
                  contender.requirement().classPath(plan.rivals()),
                  plan.directory().resolve(contender.id()),
                  contender.factory());
          workers.put(contender, worker);
          results.version(contender.id(), worker.version());
          tell("%s serves", worker.version());
        });
  }

  private void warmUp(Contender contender) {
    for (Column column : WARM_UP_COLUMNS) {
      attempt(
          contender,
          () -> workers.get(contender).load(column, "warm-up/", plan.firstWarmUpSeconds(), 1));
    }
  }

  private void load(Contender contender, Column column, int round) {
    attempt(
        contender,
        () -> {
          Measured measured =
              workers
                  .get(contender)
                  .load(column, "compare/" + column + "/", plan.warmUpSeconds(), plan.seconds());
          results.add(contender.id(), column.toString(), measured);
          clean &= Report.complaint(measured).isEmpty();
          tell(
              "round %d, %s: %s %,.0f pairs/s, p50 %.2f ms, p99 %.2f ms",
              round,
              column.title(),
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
    if (results.failures().containsKey(contender.title())) {
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
