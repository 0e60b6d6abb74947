package io.holdfast.checker.model;

import io.holdfast.checker.history.Operation;
import io.holdfast.checker.history.Outcome;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The sequential specification of an object: a pure value, safe for use by many threads.
 *
 * <p>A model needs {@link #name}, {@link #initial} and {@link #step}; the rest has defaults. States
 * must have {@code equals} and {@code hashCode}; records do. A step that leads {@linkplain
 * Step.ToAny to one of several states} makes the model non-deterministic: the check then follows
 * all of them at once.
 *
 * @param <S> type of the states
 */
public interface Model<S> {
  /** Its name, as on the command line. */
  String name();

  /** The state before the first operation. */
  S initial();

  /**
   * What the operation does in this state. For an operation of unknown outcome: what it does if it
   * takes effect; whether it does is not the model's concern.
   */
  Step<S> step(S state, Operation operation);

  /**
   * Whether the operation, as it was asked and answered, never changes the object, in any state.
   * Such an operation is placed as soon as it fits, and never tried elsewhere. "It did not change
   * the state this time" is not enough.
   */
  default boolean isReadOnly(Operation operation) {
    return false;
  }

  /**
   * Whether the operation has an effect or has observed anything. The check leaves out those that
   * have not, and never asks for those that were {@link Outcome#NOT_DONE}; by default operations
   * that failed are left out.
   */
  default boolean isRelevant(Operation operation) {
    return operation.outcome() != Outcome.FAIL;
  }

  /**
   * A value that is equal for operations that {@link #step} treats alike in every state. By default
   * everything but the times: process, function, input, output and outcome. Leave the process out
   * where it does not matter; add times where they do.
   */
  default Object signature(Operation operation) {
    return Arrays.asList(
        operation.process(),
        operation.function(),
        operation.input(),
        operation.output(),
        operation.outcome());
  }

  /** Whether the operations of each key form a history of their own. */
  default boolean isPartitionedByKey() {
    return true;
  }

  /**
   * What is wrong with the operation's form, in the words "found ...; expected ..."; {@code null}
   * when nothing is. A history with such an operation is bad input, not an invalid history.
   */
  default @Nullable String problem(Operation operation) {
    return null;
  }

  /** The operation in words. */
  default String describe(Operation operation) {
    StringBuilder text = new StringBuilder(operation.function());
    if (operation.input() != null) {
      text.append(' ').append(operation.input());
    }
    switch (operation.outcome()) {
      case OK -> {
        if (operation.output() != null && !operation.output().equals(operation.input())) {
          text.append(" returned ").append(operation.output());
        }
      }
      case FAIL -> text.append(" was refused");
      case NOT_DONE -> text.append(" was not done");
      case UNKNOWN -> text.append(" of unknown outcome");
    }
    return text.toString();
  }

  /** The state in words. */
  default String describeState(S state) {
    return Objects.toString(state);
  }

  /** Roughly how many bytes of heap the state takes, for the memory budget. */
  default long estimatedBytes(S state) {
    return 64;
  }
}
