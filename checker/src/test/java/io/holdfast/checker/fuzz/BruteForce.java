package io.holdfast.checker.fuzz;

import io.holdfast.checker.history.History;
import io.holdfast.checker.history.Operation;
import io.holdfast.checker.history.Outcome;
import io.holdfast.checker.model.Model;
import io.holdfast.checker.model.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/** Tries every order. Shares nothing with the search but the model. */
public final class BruteForce<S> {
  private final Model<S> model;
  private final List<Operation> operations = new ArrayList<>();
  private final List<Boolean> optional = new ArrayList<>();

  private BruteForce(Model<S> model, History history, IntPredicate unknown) {
    this.model = model;
    for (Operation operation : history.operations()) {
      if (operation.outcome() != Outcome.NOT_DONE && model.isRelevant(operation)) {
        operations.add(operation);
        optional.add(operation.isPending() || unknown.test(operation.id()));
      }
    }
  }

  /** Whether some order fits; a history of one key. */
  public static <S> boolean isLinearizable(Model<S> model, History history) {
    return isLinearizable(model, history, id -> false);
  }

  /** The same, where some more operations may have had no effect, or have it late. */
  public static <S> boolean isLinearizable(Model<S> model, History history, IntPredicate unknown) {
    return new BruteForce<>(model, history, unknown).extend(model.initial(), 0);
  }

  private boolean extend(S state, long placed) {
    boolean complete = true;
    for (int i = 0; i < operations.size(); i++) {
      complete &= optional.get(i) || (placed >> i & 1) == 1;
    }
    if (complete) {
      return true;
    }
    for (int i = 0; i < operations.size(); i++) {
      if ((placed >> i & 1) == 0 && mayBeNext(i, placed)) {
        Step<S> step = model.step(state, operations.get(i));
        if (step instanceof Step.To<S> to && extend(to.state(), placed | 1L << i)) {
          return true;
        }
        if (step instanceof Step.ToAny<S> any) {
          for (S next : any.states()) {
            if (extend(next, placed | 1L << i)) {
              return true;
            }
          }
        }
      }
    }
    return false;
  }

  private boolean mayBeNext(int candidate, long placed) {
    for (int i = 0; i < operations.size(); i++) {
      if ((placed >> i & 1) == 0
          && !optional.get(i)
          && operations.get(i).returnedAt() < operations.get(candidate).invokedAt()) {
        return false;
      }
    }
    return true;
  }
}
