package io.holdfast.checker.search;

import io.holdfast.checker.history.History;
import io.holdfast.checker.history.Outcome;
import io.holdfast.checker.model.Model;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Finds a minimal failing sub-history, by delta debugging over what is known: step by step it
 * pretends not to know the outcome of more operations, as long as the rest is still contradictory.
 *
 * <p>To leave an operation out altogether would prove nothing: without its write any read is wrong.
 * Therefore an operation not kept may still take effect, at any time after its invocation, or
 * never; only those that merely observe vanish. What is kept in the end contradicts itself whatever
 * the others did.
 *
 * @param <S> type of the model's states
 */
final class Minimizer<S> {
  private static final long STEPS_PER_TRIAL_MAX = 300_000;
  private static final long STEPS_PER_RUN = 4096;
  private static final long MEMORY_PER_TRIAL = 64L << 20;

  private final Model<S> model;
  private final History history;
  private final int[] ids;
  private final long deadlineNanos;
  private boolean complete = true;

  /**
   * Prepares the search for the core.
   *
   * @param ids the partition's operations
   * @param deadlineNanos when to be content with what was reached, by {@link System#nanoTime}
   */
  Minimizer(Model<S> model, History history, int[] ids, long deadlineNanos) {
    this.model = model;
    this.history = history;
    this.ids = ids;
    this.deadlineNanos = deadlineNanos;
  }

  /**
   * The core of the contradiction that shows at the earliest of these points.
   *
   * @param suspects ids of the operations to try first: if they contradict each other, the core is
   *     among them. The last one is kept in any case
   * @param ends positions in the history up to which to look, ascending
   */
  PartitionSearch.Core minimize(int[] suspects, int... ends) {
    int accused = suspects[suspects.length - 1];
    for (int end : ends) {
      int[] considered = prefix(end);
      BitSet kept = known(suspects, end);
      if (suspects.length == 1 || !isContradictory(considered, kept)) {
        complete = true;
        kept = known(considered, end);
      }
      if (isContradictory(considered, kept)) {
        reduce(considered, kept, accused);
        return new PartitionSearch.Core(kept.stream().toArray(), complete);
      }
    }
    return new PartitionSearch.Core(ids, false);
  }

  /** Those of the operations that had returned by then, and say anything. */
  private BitSet known(int[] candidates, int end) {
    BitSet known = new BitSet();
    for (int id : candidates) {
      if (history.returnedAt(id) <= end && isRelevant(id)) {
        known.set(id);
      }
    }
    return known;
  }

  private int[] prefix(int end) {
    int count = 0;
    int[] prefix = new int[ids.length];
    for (int id : ids) {
      if (history.invokedAt(id) < end) {
        prefix[count++] = id;
      }
    }
    return Arrays.copyOf(prefix, count);
  }

  private boolean isRelevant(int id) {
    return history.outcome(id) != Outcome.NOT_DONE && model.isRelevant(history.operation(id));
  }

  private void reduce(int[] considered, BitSet kept, int accused) {
    int chunk = Math.max(1, kept.cardinality() / 2);
    while (true) {
      boolean changed = false;
      int[] candidates = kept.stream().filter(id -> id != accused).toArray();
      for (int from = 0; from < candidates.length; from += chunk) {
        int to = Math.min(from + chunk, candidates.length);
        for (int i = from; i < to; i++) {
          kept.clear(candidates[i]);
        }
        if (isContradictory(considered, kept)) {
          changed = true;
        } else {
          for (int i = from; i < to; i++) {
            kept.set(candidates[i]);
          }
        }
        if (System.nanoTime() - deadlineNanos > 0) {
          complete = false;
          return;
        }
      }
      if (chunk == 1 && !changed) {
        return;
      }
      chunk = Math.max(1, Math.min(chunk / 2, Math.max(1, kept.cardinality() / 2)));
    }
  }

  private boolean isContradictory(int[] considered, BitSet kept) {
    MemoryBudget budget = new MemoryBudget(MEMORY_PER_TRIAL);
    try {
      Search<S> search =
          new Search<>(new Problem<>(model, history, considered, id -> !kept.get(id)), budget);
      while (search.steps() < STEPS_PER_TRIAL_MAX && System.nanoTime() - deadlineNanos < 0) {
        switch (search.run(STEPS_PER_RUN)) {
          case FOUND -> {
            return false;
          }
          case REFUTED -> {
            return true;
          }
          case UNFINISHED -> {}
        }
      }
    } catch (MemoryBudget.Exhausted e) {
      // Not refuted within the budget: the operations tried are kept.
    }
    complete = false;
    return false;
  }
}
