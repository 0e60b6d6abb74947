package io.holdfast.checker;

import io.holdfast.checker.history.History;
import io.holdfast.checker.history.HistoryException;
import io.holdfast.checker.history.Operation;
import io.holdfast.checker.history.Outcome;
import io.holdfast.checker.model.ForcedOrderModel;
import io.holdfast.checker.model.LockForm;
import io.holdfast.checker.model.LockRules;
import io.holdfast.checker.model.Model;
import io.holdfast.checker.search.MemoryBudget;
import io.holdfast.checker.verdict.Conclusion;
import io.holdfast.checker.verdict.PartitionVerdict;
import io.holdfast.checker.verdict.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether a history is linearizable: whether the operations of each object can be put in one
 * order that its model allows and in which no operation comes before one that had returned when it
 * was invoked.
 *
 * <p>The objects are checked separately, which is enough (Herlihy and Wing, "Linearizability",
 * 1990, theorem 1), interleaved so that a hard one does not hold up the others. Safe for use by
 * many threads.
 */
public final class LinearizabilityChecker {
  /** Time for explanations once the verdict is there. */
  private static final Duration EVIDENCE_TIME = Duration.ofSeconds(5);

  private final CheckOptions options;

  /** A checker with these budgets. */
  public LinearizabilityChecker(CheckOptions options) {
    this.options = options;
  }

  /**
   * Judges the history by the model.
   *
   * @throws HistoryException when the model does not understand an operation of it
   */
  public <S> Verdict check(Model<S> model, History history) {
    long began = System.nanoTime();
    LockRules rules = model instanceof ForcedOrderModel lock ? lock.forcedOrder() : null;
    demandTimes(model, rules, history);
    boolean hasForm = demandKnownOperations(model, rules, history);
    MemoryBudget budget = new MemoryBudget(options.memoryLimitBytes());
    List<PartitionTask<S>> tasks = tasks(model, history, budget);
    if (!options.forcedOrder() || !hasForm) {
      tasks.forEach(PartitionTask::skipForcedOrder);
    }
    new Schedule<>(tasks, options, began).run();
    long evidenceDeadline = System.nanoTime() + EVIDENCE_TIME.toNanos();
    List<PartitionVerdict> verdicts = new ArrayList<>();
    Conclusion overall = Conclusion.VALID;
    for (PartitionTask<S> task : tasks) {
      PartitionVerdict verdict = task.verdict(evidenceDeadline);
      verdicts.add(verdict);
      overall = overall.and(verdict.conclusion());
    }
    return new Verdict(
        overall, model.name(), verdicts, Duration.ofNanos(System.nanoTime() - began));
  }

  private static <S> List<PartitionTask<S>> tasks(
      Model<S> model, History history, MemoryBudget budget) {
    List<PartitionTask<S>> tasks = new ArrayList<>();
    if (!model.isPartitionedByKey() && history.keys().size() > 1) {
      int[] all = new int[history.size()];
      java.util.Arrays.setAll(all, id -> id);
      tasks.add(new PartitionTask<>(model, history, budget, "", all));
      return tasks;
    }
    for (int key = 0; key < history.keys().size(); key++) {
      int[] ids = history.operationsOfKey(key);
      tasks.add(new PartitionTask<>(model, history, budget, history.keys().get(key), ids));
    }
    return tasks;
  }

  private static void demandTimes(Model<?> model, @Nullable LockRules rules, History history) {
    if (rules != null && rules.leases() && !history.isTimed() && history.size() > 0) {
      throw new HistoryException(
          "model "
              + model.name()
              + " judges by time, but the history has no times;"
              + " expected \"time\" in nanoseconds on every event");
    }
  }

  /**
   * Finds the first operation the model does not understand.
   *
   * @return whether all operations have the form of the rules, if there are rules
   */
  private static boolean demandKnownOperations(
      Model<?> model, @Nullable LockRules rules, History history) {
    @Nullable LockForm form = rules == null ? null : new LockForm(history, rules);
    boolean haveForm = form != null;
    for (int id = 0; id < history.size(); id++) {
      if (history.outcome(id) == Outcome.NOT_DONE || (form != null && form.isGood(id))) {
        continue;
      }
      haveForm = false;
      Operation operation = history.operation(id);
      @Nullable String problem = model.problem(operation);
      if (problem != null) {
        boolean atReturn = problem.startsWith(operation.function() + " completes");
        int line = atReturn ? history.returnedLine(id) : history.invokedLine(id);
        throw new HistoryException(problem, line);
      }
    }
    return haveForm;
  }
}
