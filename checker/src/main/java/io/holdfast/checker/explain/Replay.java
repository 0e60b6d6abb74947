package io.holdfast.checker.explain;

import io.holdfast.checker.history.History;
import io.holdfast.checker.history.Operation;
import io.holdfast.checker.history.Outcome;
import io.holdfast.checker.model.Model;
import io.holdfast.checker.model.Step;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Runs a model over operations in a given order: so plain that it can be trusted to judge orders
 * found by cleverer means. Not thread-safe.
 *
 * @param <S> type of the model's states
 */
public final class Replay<S> {
  private final Model<S> model;

  /** The state while there is only one, as nearly always. */
  private S state;

  /** All states, when the model leaves open which of several it is; else empty. */
  private Set<S> states = Set.of();

  /** Starts at the model's initial state. */
  public Replay(Model<S> model) {
    this.model = model;
    state = model.initial();
  }

  /**
   * Takes one operation.
   *
   * @return why it does not fit; the state then stays as it was. Empty when it fits
   */
  public Optional<Step.Refused<S>> apply(Operation operation) {
    if (states.isEmpty()) {
      Step<S> step = model.step(state, operation);
      if (step instanceof Step.To<S> to) {
        state = to.state();
        return Optional.empty();
      }
    }
    Set<S> reached = new LinkedHashSet<>();
    Step.Refused<S> refusal = null;
    for (S each : possible()) {
      Step<S> step = model.step(each, operation);
      if (step instanceof Step.To<S> to) {
        reached.add(to.state());
      } else if (step instanceof Step.ToAny<S> any) {
        reached.addAll(any.states());
      } else if (step instanceof Step.Refused<S> refused) {
        refusal = refused;
      }
    }
    if (reached.isEmpty()) {
      return Optional.ofNullable(refusal);
    }
    state = reached.iterator().next();
    states = reached.size() > 1 ? reached : Set.of();
    return Optional.empty();
  }

  private Set<S> possible() {
    return states.isEmpty() ? Set.of(state) : states;
  }

  /** Why the operation would not fit now; empty when it would. The state stays as it is. */
  public Optional<Step.Refused<S>> refusal(Operation operation) {
    S before = state;
    Set<S> allBefore = states;
    Optional<Step.Refused<S>> refusal = apply(operation);
    state = before;
    states = allBefore;
    return refusal;
  }

  /** The state, in words; several when the model leaves it open. */
  public String describe() {
    return possible().stream()
        .map(model::describeState)
        .sorted()
        .collect(Collectors.joining(", or "));
  }

  /**
   * Judges a witness: each relevant operation of known outcome is in it once, none comes after one
   * that was invoked only when it had returned, and the model allows each step.
   *
   * @param ids the partition's operations
   * @throws IllegalStateException when the order is no witness, which is a bug in the search
   */
  public static <S> void verify(Model<S> model, History history, int[] ids, int[] order) {
    boolean[] seen = new boolean[history.size()];
    Replay<S> replay = new Replay<>(model);
    int latestInvocation = -1;
    for (int id : order) {
      if (seen[id]) {
        throw noWitness("operation " + id + " twice");
      }
      seen[id] = true;
      if (history.returnedAt(id) <= latestInvocation) {
        throw noWitness("operation " + id + " out of real time");
      }
      latestInvocation = Math.max(latestInvocation, history.invokedAt(id));
      if (replay.apply(history.operation(id)).isPresent()) {
        throw noWitness("operation " + id + " where the model refuses it");
      }
    }
    for (int id : ids) {
      if (!seen[id]
          && history.returnedAt(id) != Operation.NEVER
          && history.outcome(id) != Outcome.NOT_DONE
          && model.isRelevant(history.operation(id))) {
        throw noWitness("no operation " + id);
      }
    }
  }

  private static IllegalStateException noWitness(String found) {
    return new IllegalStateException("the witness order has " + found);
  }
}
