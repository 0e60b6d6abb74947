package io.holdfast.checker.search;

import io.holdfast.checker.explain.Narrator;
import io.holdfast.checker.explain.Replay;
import io.holdfast.checker.history.History;
import io.holdfast.checker.history.Operation;
import io.holdfast.checker.history.Outcome;
import io.holdfast.checker.model.Lookahead;
import io.holdfast.checker.model.Model;
import io.holdfast.checker.model.Step;
import io.holdfast.checker.verdict.Conclusion;
import io.holdfast.checker.verdict.Evidence;
import io.holdfast.checker.verdict.Evidence.Counterexample;
import io.holdfast.checker.verdict.Evidence.GoodPrefix;
import io.holdfast.checker.verdict.Evidence.Refusal;
import io.holdfast.checker.verdict.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The search over one partition, run piecemeal. Used by one thread at a time.
 *
 * @param <S> type of the model's states
 */
public final class PartitionSearch<S> {
  private static final int REFUSALS_MAX = 64;

  private final Model<S> model;
  private final History history;
  private final int[] ids;
  private final MemoryBudget budget;
  private @Nullable Search<S> search;
  private @Nullable Conclusion conclusion;
  private long steps;
  private int[] order = new int[0];
  private @Nullable Operation accused;

  /** A search for an order of these operations. */
  public PartitionSearch(Model<S> model, History history, int[] ids, MemoryBudget budget) {
    this.model = model;
    this.history = history;
    this.ids = ids;
    this.budget = budget;
  }

  /**
   * Goes on for about this many steps.
   *
   * @return the conclusion; {@link Conclusion#UNKNOWN} when the memory budget is exhausted; empty
   *     when there is more to do
   */
  public Optional<Conclusion> run(long stepsMax) {
    if (conclusion != null) {
      return Optional.of(conclusion);
    }
    try {
      if (search == null) {
        search = new Search<>(new Problem<>(model, history, ids, id -> false), budget);
      }
      conclude(search, search.run(stepsMax));
    } catch (MemoryBudget.Exhausted e) {
      abandon();
      conclusion = Conclusion.UNKNOWN;
    }
    return Optional.ofNullable(conclusion);
  }

  private void conclude(Search<S> running, Search.Progress progress) {
    steps = running.steps();
    switch (progress) {
      case FOUND -> {
        conclusion = Conclusion.VALID;
        order = running.order();
        abandon();
      }
      case REFUTED -> {
        conclusion = Conclusion.INVALID;
        order = running.bestOrder();
        accused = running.accused();
        abandon();
      }
      case UNFINISHED -> {}
    }
  }

  /** Steps done so far. */
  public long steps() {
    return steps;
  }

  /** Gives back all memory; the search cannot go on after that. */
  public void abandon() {
    if (search != null) {
      search.releaseMemory();
      search = null;
    }
  }

  /** After a valid conclusion: the order, replayed through the model. */
  public Evidence.Witness witness() {
    Replay.verify(model, history, ids, order);
    return new Evidence.Witness(order);
  }

  /**
   * After an invalid conclusion: why.
   *
   * @param deadlineNanos when to be content with a sub-history that is not minimal
   */
  public Counterexample counterexample(long deadlineNanos) {
    Operation blamed = blame(deadlineNanos);
    Replay<S> replay = new Replay<>(model);
    boolean[] placed = new boolean[history.size()];
    for (int id : order) {
      replay.apply(history.operation(id));
      placed[id] = true;
    }
    List<Refusal> refusals = refusals(replay, placed, blamed);
    Optional<Step.Refused<S>> refused = replay.refusal(blamed);
    Violation violation = refused.map(Step.Refused::violation).orElse(Violation.NOT_LINEARIZABLE);
    String reason = refused.map(Step.Refused::reason).orElse("no order of the others admits it");
    int[] suspects = {blamed.id()};
    Core core = minimize(model, history, ids, suspects, deadlineNanos, blamed.returnedAt());
    Narrator narrator = new Narrator(model, history);
    int[] contradicting = accusedLast(core.ids(), blamed.id());
    List<String> sentences = narrator.story(contradicting);
    sentences.add(
        "In the longest order that can be built, "
            + narrator.brief(blamed.id())
            + " does not fit: "
            + reason
            + ".");
    return new Counterexample(
        violation,
        narrator.full(blamed.id()) + " fits in no order: " + reason + ".",
        List.copyOf(sentences),
        contradicting,
        core.ids(),
        core.proven(),
        new GoodPrefix(order, replay.describe()),
        refusals);
  }

  /**
   * A minimal failing sub-history.
   *
   * @param ids the operations kept, ascending
   * @param proven whether each of them was shown to be needed
   */
  public record Core(int[] ids, boolean proven) {}

  /**
   * The core of the contradiction among these operations that shows at the earliest of some points.
   *
   * @param suspects ids of the operations to try first: if they contradict each other, the core is
   *     among them. The last one is kept in any case
   * @param deadlineNanos when to be content with what was reached, by {@link System#nanoTime}
   * @param ends positions in the history up to which to look, ascending
   */
  public static <S> Core minimize(
      Model<S> model, History history, int[] ids, int[] suspects, long deadlineNanos, int... ends) {
    return new Minimizer<>(model, history, ids, deadlineNanos).minimize(suspects, ends);
  }

  /** The accused operation; also settles on the longest good order. */
  private Operation blame(long deadlineNanos) {
    Operation blamed = accused;
    if (blamed == null) {
      throw new IllegalStateException("no operation is accused before a refutation");
    }
    if (!(model instanceof Lookahead<?>)) {
      return blamed;
    }
    Optional<ShortestPrefix.Blame> blame =
        new ShortestPrefix<>(model, history, ids, deadlineNanos).find();
    if (blame.isEmpty()) {
      return blamed;
    }
    order = blame.get().order();
    return blame.get().accused();
  }

  private static int[] accusedLast(int[] core, int accused) {
    int[] result = new int[core.length];
    int count = 0;
    for (int id : core) {
      if (id != accused) {
        result[count++] = id;
      }
    }
    result[count] = accused;
    return result;
  }

  /** Why no operation that was open when the accused one returned can come next. */
  private List<Refusal> refusals(Replay<S> replay, boolean[] placed, Operation blamed) {
    List<Refusal> refusals = new ArrayList<>();
    for (int id : ids) {
      if (refusals.size() == REFUSALS_MAX || history.invokedAt(id) > blamed.returnedAt()) {
        break;
      }
      Operation operation = history.operation(id);
      if (placed[id]
          || operation.outcome() == Outcome.NOT_DONE
          || !model.isRelevant(operation)
          || (operation.isPending() && model.isReadOnly(operation))) {
        continue;
      }
      String reason =
          replay
              .refusal(operation)
              .map(Step.Refused::reason)
              .orElse("it would fit, but what must follow would not");
      refusals.add(new Refusal(id, reason));
    }
    return refusals;
  }
}
