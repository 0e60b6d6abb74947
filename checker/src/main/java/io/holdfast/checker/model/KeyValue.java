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
public final class KeyValue implements Model<Text>, Lookahead<Text> {
  /** Makes the model. */
  public KeyValue() {}

  @Override
  public String name() {
    return "kv";
  }

  @Override
  public Text initial() {
    return Text.EMPTY;
  }

  @Override
  public Step<Text> step(Text state, Operation operation) {
    return switch (operation.function()) {
      case "get" ->
          operation.outcome() == Outcome.UNKNOWN || state.is(text(operation.output()))
              ? Step.to(state)
              : Step.refused(
                  Violation.STALE_READ,
                  () ->
                      "it returned "
                          + Texts.quoted(text(operation.output()))
                          + " while the key holds "
                          + Texts.quoted(state.toString()));
      case "put" -> Step.to(Text.of(text(operation.input())));
      default -> Step.to(state.append(text(operation.input())));
    };
  }

  @Override
  public boolean isReset(Operation operation) {
    return operation.function().equals("put");
  }

  @Override
  public boolean isWithinReach(Text state, Operation get) {
    return state.isBeginningOf(text(get.output()));
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
  public String describeState(Text state) {
    return "the key holds " + Texts.quoted(state.toString());
  }
}
