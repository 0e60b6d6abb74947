package io.holdfast.checker.model;

import io.holdfast.checker.history.Operation;
import io.holdfast.checker.history.Outcome;
import io.holdfast.checker.verdict.Violation;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A counter that starts at 0: {@code add n}, {@code increment} and {@code decrement} (by 1 if no
 * number is given), {@code addAndGet n} returning the new count, and {@code read}.
 */
public final class Counter implements Model<Long> {
  /** Makes the model. */
  public Counter() {}

  @Override
  public String name() {
    return "counter";
  }

  @Override
  public Long initial() {
    return 0L;
  }

  @Override
  public Step<Long> step(Long state, Operation operation) {
    boolean read = operation.function().equals("read");
    long after = read ? state : state + delta(operation);
    boolean tells = read || operation.function().equals("addAndGet");
    if (tells && operation.output() instanceof Long said && said != after) {
      return Step.refused(
          Violation.STALE_READ,
          () -> "it returned " + said + " while the counter " + (read ? "is " : "became ") + after);
    }
    return Step.to(after);
  }

  private static long delta(Operation operation) {
    long amount = operation.input() instanceof Long given ? given : 1;
    return operation.function().equals("decrement") ? -amount : amount;
  }

  @Override
  public boolean isReadOnly(Operation operation) {
    return operation.function().equals("read");
  }

  @Override
  public Object signature(Operation operation) {
    return Arrays.asList(
        operation.function(), operation.input(), operation.output(), operation.outcome());
  }

  @Override
  public @Nullable String problem(Operation operation) {
    return switch (operation.function()) {
      case "add", "addAndGet" ->
          operation.input() instanceof Long ? null : Problems.badInput(operation, "an integer");
      case "increment", "decrement" ->
          operation.input() == null || operation.input() instanceof Long
              ? null
              : Problems.badInput(operation, "an integer or no value");
      case "read" ->
          operation.outcome() != Outcome.OK || operation.output() instanceof Long
              ? null
              : Problems.badOutput(operation, "an integer");
      default ->
          Problems.unknownFunction(this, operation, "add, increment, decrement, addAndGet or read");
    };
  }

  @Override
  public String describeState(Long state) {
    return "the counter is " + state;
  }
}
