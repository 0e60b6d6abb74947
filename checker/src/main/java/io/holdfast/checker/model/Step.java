package io.holdfast.checker.model;

import io.holdfast.checker.verdict.Violation;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a model says of one operation in one state.
 *
 * @param <S> type of the states
 */
public sealed interface Step<S> {
  /**
   * The operation fits and leads to this state.
   *
   * @param state the state after it
   */
  record To<S>(S state) implements Step<S> {}

  /**
   * The operation fits and leads to one of these states; which one, later operations tell.
   *
   * @param states the possible states after it, at least one
   */
  record ToAny<S>(List<S> states) implements Step<S> {
    /** Keeps its own copy of the list. */
    public ToAny {
      states = List.copyOf(states);
    }
  }

  /**
   * The operation does not fit.
   *
   * @param violation the name of what would be wrong
   * @param explanation makes the reason when it is asked for: a search is refused a million times
   *     and asks once
   */
  record Refused<S>(Violation violation, Supplier<String> explanation) implements Step<S> {
    /** The reason in words, to follow "because". */
    public String reason() {
      return explanation.get();
    }
  }

  /** The operation leads to this state. */
  static <S> Step<S> to(S state) {
    return new To<>(state);
  }

  /** The operation leads to one of these states. */
  static <S> Step<S> toAny(List<S> states) {
    return new ToAny<>(states);
  }

  /** The operation does not fit. */
  static <S> Step<S> refused(Violation violation, Supplier<String> explanation) {
    return new Refused<>(violation, explanation);
  }
}
