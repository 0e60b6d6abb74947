package io.holdfast.checker.model;

import io.holdfast.checker.history.Operation;

/**
 * A model that can tell from a state that a later observation is out of reach. The search then
 * turns back at once, instead of trying every order of the operations in between.
 *
 * @param <S> type of the model's states
 */
public interface Lookahead<S> {
  /**
   * Whether the operation, if it takes effect, leads to a state that does not depend on the one
   * before.
   */
  boolean isReset(Operation operation);

  /**
   * Whether operations that are no {@linkplain #isReset resets} might lead from this state to one
   * in which the read-only operation fits; {@code true} when in doubt.
   */
  boolean isWithinReach(S state, Operation readOnly);
}
