package io.holdfast.checker.model;

import io.holdfast.checker.history.Operation;
import io.holdfast.checker.history.Outcome;
import io.holdfast.checker.verdict.Violation;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A register with {@code read} and {@code write}, and with {@code cas [from, to]} if it has
 * compare-and-set. A compare-and-set that failed observed another value than {@code from}.
 */
public final class Register implements Model<Register.Value> {
  /**
   * What the register holds.
   *
   * @param value the value, {@code null} when nothing was ever written
   */
  public record Value(@Nullable Object value) {}

  private final String name;
  private final boolean withCas;
  private final Value initial;

  private Register(String name, boolean withCas, @Nullable Object initial) {
    this.name = name;
    this.withCas = withCas;
    this.initial = new Value(initial);
  }

  /** A register with read and write, holding {@code initial} at first. */
  public static Register plain(@Nullable Object initial) {
    return new Register("register", false, initial);
  }

  /** A register with read, write and compare-and-set, holding {@code initial} at first. */
  public static Register withCas(@Nullable Object initial) {
    return new Register("cas-register", true, initial);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Value initial() {
    return initial;
  }

  @Override
  public Step<Value> step(Value state, Operation operation) {
    return switch (operation.function()) {
      case "read" ->
          operation.outcome() == Outcome.UNKNOWN
                  || Objects.equals(operation.output(), state.value())
              ? Step.to(state)
              : Step.refused(
                  Violation.STALE_READ,
                  () ->
                      "it read "
                          + operation.output()
                          + " while the register holds "
                          + state.value());
      case "write" -> Step.to(new Value(operation.input()));
      default -> compareAndSet(state, operation);
    };
  }

  private static Step<Value> compareAndSet(Value state, Operation operation) {
    List<?> pair = (List<?>) Objects.requireNonNull(operation.input());
    boolean equal = Objects.equals(pair.get(0), state.value());
    if (operation.outcome() == Outcome.FAIL) {
      return equal
          ? Step.refused(
              Violation.STALE_READ,
              () -> "it found another value than " + pair.get(0) + ", which the register holds")
          : Step.to(state);
    }
    return equal
        ? Step.to(new Value(pair.get(1)))
        : Step.refused(
            Violation.STALE_READ,
            () -> "it found " + pair.get(0) + " while the register holds " + state.value());
  }

  @Override
  public boolean isReadOnly(Operation operation) {
    return switch (operation.function()) {
      case "read" -> true;
      case "cas" ->
          operation.outcome() == Outcome.FAIL
              || (operation.input() instanceof List<?> pair
                  && Objects.equals(pair.get(0), pair.get(1)));
      default -> false;
    };
  }

  @Override
  public boolean isRelevant(Operation operation) {
    return operation.outcome() != Outcome.FAIL || operation.function().equals("cas");
  }

  @Override
  public Object signature(Operation operation) {
    return Arrays.asList(
        operation.function(), operation.input(), operation.output(), operation.outcome());
  }

  @Override
  public @Nullable String problem(Operation operation) {
    return switch (operation.function()) {
      case "read", "write" -> null;
      case "cas" -> {
        if (!withCas) {
          yield Problems.unknownFunction(this, operation, "read or write");
        }
        boolean pair = operation.input() instanceof List<?> list && list.size() == 2;
        yield pair ? null : Problems.badInput(operation, "a list of two values, [from, to]");
      }
      default ->
          Problems.unknownFunction(
              this, operation, withCas ? "read, write or cas" : "read or write");
    };
  }

  @Override
  public String describe(Operation operation) {
    if (operation.function().equals("cas")
        && operation.input() instanceof List<?> pair
        && pair.size() == 2) {
      return "cas from " + pair.get(0) + " to " + pair.get(1) + Problems.ending(operation);
    }
    return Model.super.describe(operation);
  }

  @Override
  public String describeState(Value state) {
    return "the register holds " + state.value();
  }
}
