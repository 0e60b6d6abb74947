package io.holdfast.checker;

import io.holdfast.checker.explain.Replay;
import io.holdfast.checker.history.History;
import io.holdfast.checker.locks.ForcedOrder;
import io.holdfast.checker.locks.LockExplanation;
import io.holdfast.checker.model.ForcedOrderModel;
import io.holdfast.checker.model.LockRules;
import io.holdfast.checker.model.Model;
import io.holdfast.checker.search.MemoryBudget;
import io.holdfast.checker.search.PartitionSearch;
import io.holdfast.checker.verdict.Conclusion;
import io.holdfast.checker.verdict.Evidence;
import io.holdfast.checker.verdict.Evidence.Cause;
import io.holdfast.checker.verdict.Evidence.Undecided;
import io.holdfast.checker.verdict.Method;
import io.holdfast.checker.verdict.PartitionVerdict;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The check of one partition, done in slices. Handed from thread to thread, used by one at a time.
 *
 * @param <S> type of the model's states
 */
final class PartitionTask<S> {
  /** Steps between two looks at the clock. */
  private static final long STEPS_PER_LOOK = 1024;

  private final Model<S> model;
  private final History history;
  private final MemoryBudget budget;
  private final String key;
  private final int[] ids;
  private final PartitionSearch<S> search;
  private @Nullable ForcedOrder forcedOrder;
  private boolean triedForcedOrder;
  private @Nullable Conclusion conclusion;
  private @Nullable Undecided undecided;
  private long nanos;

  PartitionTask(Model<S> model, History history, MemoryBudget budget, String key, int[] ids) {
    this.model = model;
    this.history = history;
    this.budget = budget;
    this.key = key;
    this.ids = ids;
    search = new PartitionSearch<>(model, history, ids, budget);
  }

  int size() {
    return ids.length;
  }

  @Nullable Conclusion conclusion() {
    return conclusion;
  }

  void skipForcedOrder() {
    triedForcedOrder = true;
  }

  /**
   * Goes on for about this many steps, or until the deadline, or until told to stop.
   *
   * @return steps done
   */
  long run(long stepsMax, long deadlineNanos, BooleanSupplier stop) {
    long began = System.nanoTime();
    long before = search.steps();
    try {
      if (!triedForcedOrder) {
        triedForcedOrder = true;
        tryForcedOrder();
      }
      while (conclusion == null
          && search.steps() - before < stepsMax
          && System.nanoTime() - deadlineNanos < 0
          && !stop.getAsBoolean()) {
        Optional<Conclusion> found = search.run(STEPS_PER_LOOK);
        if (found.isPresent()) {
          conclude(found.get());
        }
      }
    } catch (OutOfMemoryError e) {
      // The budget is an estimate; what it missed must not take the other partitions down.
      search.abandon();
      forcedOrder = null;
      conclude(Conclusion.UNKNOWN);
    }
    nanos += System.nanoTime() - began;
    return search.steps() - before;
  }

  private void tryForcedOrder() {
    LockRules rules = model instanceof ForcedOrderModel lock ? lock.forcedOrder() : null;
    if (rules == null) {
      return;
    }
    ForcedOrder order = new ForcedOrder(history, ids, rules);
    switch (order.result()) {
      case VALID -> conclusion = Conclusion.VALID;
      case INVALID -> conclusion = Conclusion.INVALID;
      case NEEDS_SEARCH -> {
        return;
      }
    }
    forcedOrder = order;
  }

  private void conclude(Conclusion found) {
    conclusion = found;
    if (found == Conclusion.UNKNOWN) {
      undecided =
          new Undecided(
              Cause.MEMORY,
              "The searches held as much memory as they may, "
                  + (budget.limitBytes() >> 20)
                  + " MiB together, after "
                  + search.steps()
                  + " steps here; give more with a higher memory limit.");
    }
  }

  /** Ends the task undecided. */
  void giveUp(Cause cause, String explanation) {
    search.abandon();
    conclusion = Conclusion.UNKNOWN;
    undecided = new Undecided(cause, explanation);
  }

  long steps() {
    return forcedOrder != null ? forcedOrder.steps() : search.steps();
  }

  /** The verdict, with evidence; only once there is a conclusion. */
  PartitionVerdict verdict(long evidenceDeadlineNanos) {
    Conclusion found = conclusion == null ? Conclusion.UNKNOWN : conclusion;
    Evidence evidence =
        switch (found) {
          case VALID -> witness();
          case INVALID -> counterexample(evidenceDeadlineNanos);
          case UNKNOWN ->
              undecided != null ? undecided : new Undecided(Cause.STOPPED, "Not looked at.");
        };
    return new PartitionVerdict(
        key,
        found,
        ids.length,
        forcedOrder != null ? Method.FORCED_ORDER : Method.SEARCH,
        steps(),
        Duration.ofNanos(nanos),
        evidence);
  }

  private Evidence witness() {
    if (forcedOrder == null) {
      return search.witness();
    }
    int[] order = forcedOrder.order();
    Replay.verify(model, history, ids, order);
    return new Evidence.Witness(order);
  }

  private Evidence counterexample(long deadlineNanos) {
    return forcedOrder == null
        ? search.counterexample(deadlineNanos)
        : new LockExplanation<>(model, history, ids, forcedOrder).counterexample(deadlineNanos);
  }
}
