package io.holdfast.checker.model;

import io.holdfast.checker.history.Operation;
import io.holdfast.checker.history.Outcome;
import io.holdfast.checker.verdict.Violation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A first-in, first-out queue: {@code enqueue v}, and {@code dequeue} returning the oldest element.
 * A {@code dequeue} that failed found the queue empty.
 */
public final class Queue implements Model<List<Object>> {
  /** Makes the model. */
  public Queue() {}

  @Override
  public String name() {
    return "queue";
  }

  @Override
  public List<Object> initial() {
    return List.of();
  }

  @Override
  public Step<List<Object>> step(List<Object> state, Operation operation) {
    if (operation.function().equals("enqueue")) {
      List<Object> longer = new ArrayList<>(state.size() + 1);
      longer.addAll(state);
      longer.add(Objects.requireNonNull(operation.input()));
      return Step.to(List.copyOf(longer));
    }
    if (operation.outcome() == Outcome.FAIL) {
      return state.isEmpty()
          ? Step.to(state)
          : Step.refused(
              Violation.OUT_OF_ORDER,
              () -> "it found the queue empty while " + describeState(state));
    }
    boolean fits =
        !state.isEmpty()
            && (operation.outcome() == Outcome.UNKNOWN || state.get(0).equals(operation.output()));
    return fits
        ? Step.to(List.copyOf(state.subList(1, state.size())))
        : Step.refused(
            Violation.OUT_OF_ORDER,
            () -> "it returned " + operation.output() + " while " + describeState(state));
  }

  @Override
  public boolean isReadOnly(Operation operation) {
    return operation.outcome() == Outcome.FAIL;
  }

  @Override
  public boolean isRelevant(Operation operation) {
    return operation.outcome() != Outcome.FAIL || operation.function().equals("dequeue");
  }

  @Override
  public Object signature(Operation operation) {
    return Arrays.asList(
        operation.function(), operation.input(), operation.output(), operation.outcome());
  }

  @Override
  public @Nullable String problem(Operation operation) {
    return switch (operation.function()) {
      case "enqueue" ->
          operation.input() == null ? Problems.badInput(operation, "the element") : null;
      case "dequeue" ->
          operation.outcome() == Outcome.OK && operation.output() == null
              ? Problems.badOutput(operation, "the element; or type fail when it was empty")
              : null;
      default -> Problems.unknownFunction(this, operation, "enqueue or dequeue");
    };
  }

  @Override
  public String describeState(List<Object> state) {
    return switch (state.size()) {
      case 0 -> "the queue is empty";
      case 1 -> "the queue holds only " + state.get(0);
      default -> "the queue holds " + state.size() + " elements, first " + state.get(0);
    };
  }

  @Override
  public long estimatedBytes(List<Object> state) {
    return 64 + 8L * state.size();
  }
}
