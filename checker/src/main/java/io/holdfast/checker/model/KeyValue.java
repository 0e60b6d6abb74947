package io.holdfast.checker.model;

import io.holdfast.checker.history.Operation;
import io.holdfast.checker.history.Outcome;
import io.holdfast.checker.verdict.Violation;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One key of a store of texts with {@code get}, {@code put} and {@code append}. A key that was
 * never written holds the empty text.
 */
public final class KeyValue implements Model<String> {
  /** Makes the model. */
  public KeyValue() {}

  @Override
  public String name() {
    return "kv";
  }

  @Override
  public String initial() {
    return "";
  }

  @Override
  public Step<String> step(String state, Operation operation) {
    return switch (operation.function()) {
      case "get" ->
          operation.outcome() == Outcome.UNKNOWN || text(operation.output()).equals(state)
              ? Step.to(state)
              : Step.refused(
                  Violation.STALE_READ,
                  "it returned "
                      + Texts.quoted(text(operation.output()))
                      + " while the key holds "
                      + Texts.quoted(state));
      case "put" -> Step.to(text(operation.input()));
      default -> Step.to(state.concat(text(operation.input())));
    };
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }

  @Override
  public boolean isReadOnly(Operation operation) {
    return operation.function().equals("get");
  }

  @Override
  public Object signature(Operation operation) {
    return Arrays.asList(operation.function(), operation.input(), operation.output());
  }

  @Override
  public @Nullable String problem(Operation operation) {
    return switch (operation.function()) {
      case "get", "put", "append" -> null;
      default -> Problems.unknownFunction(this, operation, "get, put or append");
    };
  }

  @Override
  public String describe(Operation operation) {
    return switch (operation.function()) {
      case "get" ->
          operation.isPending() || operation.output() == null
              ? "get" + Problems.ending(operation)
              : "get returned " + Texts.quoted(text(operation.output()));
      default ->
          operation.function()
              + " "
              + Texts.quoted(Objects.toString(operation.input(), ""))
              + Problems.ending(operation);
    };
  }

  @Override
  public String describeState(String state) {
    return "the key holds " + Texts.quoted(state);
  }

  @Override
  public long estimatedBytes(String state) {
    return 64L + 2L * state.length();
  }
}
