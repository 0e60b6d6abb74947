package io.holdfast.checker.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.checker.CheckOptions;
import io.holdfast.checker.LinearizabilityChecker;
import io.holdfast.checker.history.History;
import io.holdfast.checker.locks.ForcedOrder;
import io.holdfast.checker.model.ForcedOrderModel;
import io.holdfast.checker.model.LockRules;
import io.holdfast.checker.model.Model;
import io.holdfast.checker.model.Models;
import io.holdfast.checker.search.MemoryBudget;
import io.holdfast.checker.search.PartitionSearch;
import io.holdfast.checker.verdict.Conclusion;
import io.holdfast.checker.verdict.Evidence.Counterexample;
import io.holdfast.checker.verdict.Verdict;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Search and fast path against brute force, on many small histories of every model. */
class DifferentialTest {
  private static final long HISTORIES_PER_MODEL = 200_000;
  private static final long MEMORY_BYTES = 1L << 30;

  /** One in so many histories is also judged with all its evidence. */
  private static final long EVIDENCE_EVERY = 100;

  static Stream<String> models() {
    return Models.NAMES.stream();
  }

  @ParameterizedTest
  @MethodSource("models")
  void searchAndFastPathAgreeWithBruteForce(String name) {
    Model<?> model = Models.named(name);
    LongAdder valid = new LongAdder();
    LongAdder forced = new LongAdder();
    LongStream.range(0, HISTORIES_PER_MODEL)
        .parallel()
        .forEach(seed -> compare(model, seed, valid, forced));
    assertThat(valid.sum())
        .as("valid histories among those of %s", name)
        .isBetween(HISTORIES_PER_MODEL / 20, HISTORIES_PER_MODEL * 19 / 20);
    if (model instanceof ForcedOrderModel lock && lock.forcedOrder() != null) {
      assertThat(forced.sum())
          .as("histories of %s that the fast path decided", name)
          .isGreaterThan(HISTORIES_PER_MODEL / 3);
    }
  }

  private static <S> void compare(Model<S> model, long seed, LongAdder valid, LongAdder forced) {
    History history = RandomHistories.history(model, seed);
    int[] ids = new int[history.size()];
    Arrays.setAll(ids, id -> id);
    Conclusion expected =
        BruteForce.isLinearizable(model, history) ? Conclusion.VALID : Conclusion.INVALID;
    PartitionSearch<S> search =
        new PartitionSearch<>(model, history, ids, new MemoryBudget(MEMORY_BYTES));
    Conclusion found = search.run(Long.MAX_VALUE / 2).orElseThrow();
    demand(found == expected, "search says " + found, model, seed);
    if (expected == Conclusion.VALID) {
      valid.increment();
      search.witness();
    }
    LockRules rules = model instanceof ForcedOrderModel lock ? lock.forcedOrder() : null;
    if (rules != null) {
      ForcedOrder.Result result = new ForcedOrder(history, ids, rules).result();
      if (result != ForcedOrder.Result.NEEDS_SEARCH) {
        forced.increment();
        boolean agrees = (result == ForcedOrder.Result.VALID) == (expected == Conclusion.VALID);
        demand(agrees, "the fast path says " + result, model, seed);
      }
    }
    if (seed % EVIDENCE_EVERY == 0) {
      judgeEvidence(model, history, expected, seed);
    }
  }

  private static <S> void judgeEvidence(
      Model<S> model, History history, Conclusion expected, long seed) {
    CheckOptions options =
        CheckOptions.defaults().withThreads(1).withMemoryLimitBytes(MEMORY_BYTES);
    for (boolean fastPath : new boolean[] {false, true}) {
      Verdict verdict =
          new LinearizabilityChecker(options.withForcedOrder(fastPath)).check(model, history);
      demand(verdict.conclusion() == expected, "the checker differs", model, seed);
      if (verdict.partitions().get(0).evidence() instanceof Counterexample counterexample) {
        int[] kept = counterexample.minimal();
        demand(counterexample.minimalProven(), "no proof of minimality", model, seed);
        demand(!fits(model, history, kept), "the sub-history is valid", model, seed);
        for (int id : kept) {
          int[] fewer = Arrays.stream(kept).filter(other -> other != id).toArray();
          boolean accused = id == last(counterexample.contradicting());
          demand(accused || fits(model, history, fewer), "it is not minimal", model, seed);
        }
      }
    }
  }

  private static int last(int[] array) {
    return array[array.length - 1];
  }

  private static <S> boolean fits(Model<S> model, History history, int[] kept) {
    return BruteForce.isLinearizable(
        model, history, id -> Arrays.stream(kept).noneMatch(other -> other == id));
  }

  private static void demand(boolean condition, String found, Model<?> model, long seed) {
    if (!condition) {
      History history = RandomHistories.history(model, seed);
      StringBuilder text = new StringBuilder(found + ": " + model.name() + ", seed " + seed);
      history.operations().forEach(operation -> text.append("\n  ").append(operation));
      throw new AssertionError(text.toString());
    }
  }
}
