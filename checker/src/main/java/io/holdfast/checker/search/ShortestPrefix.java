package io.holdfast.checker.search;

import io.holdfast.checker.history.History;
import io.holdfast.checker.history.Operation;
import io.holdfast.checker.history.Outcome;
import io.holdfast.checker.model.Model;
import java.util.Arrays;
import java.util.Optional;

/**
 * Finds the operation at whose return a history becomes contradictory, and an order of what came
 * before. A search that looks ahead turns back long before that operation, so that it cannot tell.
 *
 * <p>The beginnings of a linearizable history are linearizable, so halving finds the shortest that
 * is not.
 *
 * @param <S> type of the model's states
 */
final class ShortestPrefix<S> {
  private static final long STEPS_PER_TRIAL_MAX = 300_000;
  private static final long STEPS_PER_RUN = 4096;
  private static final long MEMORY_PER_TRIAL = 64L << 20;

  /**
   * The result.
   *
   * @param accused the operation whose return makes the contradiction
   * @param order ids in an order of everything that had returned before
   */
  record Blame(Operation accused, int[] order) {}

  private final Model<S> model;
  private final History history;
  private final int[] ids;
  private final long deadlineNanos;

  ShortestPrefix(Model<S> model, History history, int[] ids, long deadlineNanos) {
    this.model = model;
    this.history = history;
    this.ids = ids;
    this.deadlineNanos = deadlineNanos;
  }

  /** The result; empty when the budget did not allow to be sure of it. */
  Optional<Blame> find() {
    int[] returning = returning();
    int contradictory = returning.length - 1;
    int consistent = -1;
    int[] order = new int[0];
    while (contradictory - consistent > 1) {
      int middle = (consistent + contradictory) >>> 1;
      Search<S> search =
          new Search<>(
              problem(history.returnedAt(returning[middle])), new MemoryBudget(MEMORY_PER_TRIAL));
      switch (run(search)) {
        case FOUND -> {
          consistent = middle;
          order = search.order();
        }
        case REFUTED -> contradictory = middle;
        case UNFINISHED -> {
          return Optional.empty();
        }
      }
    }
    return Optional.of(new Blame(history.operation(returning[contradictory]), order));
  }

  /** Ids of the operations that returned, in the order of their returns. */
  private int[] returning() {
    long[] keys = new long[ids.length];
    int count = 0;
    for (int id : ids) {
      if (history.returnedAt(id) != Operation.NEVER
          && history.outcome(id) != Outcome.NOT_DONE
          && model.isRelevant(history.operation(id))) {
        keys[count++] = ((long) history.returnedAt(id) << 32) | id;
      }
    }
    Arrays.sort(keys, 0, count);
    int[] returning = new int[count];
    for (int i = 0; i < count; i++) {
      returning[i] = (int) keys[i];
    }
    return returning;
  }

  private Problem<S> problem(int end) {
    int[] invoked = Arrays.stream(ids).filter(id -> history.invokedAt(id) < end).toArray();
    return new Problem<>(model, history, invoked, id -> history.returnedAt(id) > end);
  }

  private Search.Progress run(Search<S> search) {
    Search.Progress progress = Search.Progress.UNFINISHED;
    try {
      while (progress == Search.Progress.UNFINISHED
          && search.steps() < STEPS_PER_TRIAL_MAX
          && System.nanoTime() - deadlineNanos < 0) {
        progress = search.run(STEPS_PER_RUN);
      }
    } catch (MemoryBudget.Exhausted e) {
      return Search.Progress.UNFINISHED;
    }
    return progress;
  }
}
