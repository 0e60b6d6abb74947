package io.holdfast.checker.input;

import io.holdfast.checker.history.HistoryBuilder;
import io.holdfast.checker.history.HistoryException;
import io.holdfast.checker.history.LockValue;
import io.holdfast.checker.history.Outcome;
import io.holdfast.checker.history.ValueSlot;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one event as they are read, in whatever order they come. One serves a whole file.
 */
final class EventFields {
  static final int NO_KEY = -1;

  static final byte MISSING = 0;
  static final byte INVOKE = 1;
  static final byte OK = 2;
  static final byte FAIL = 3;
  static final byte INFO = 4;

  /** Requests whose refusal tells something in formats that do not say whether it does. */
  private static final Set<String> TELLING_REFUSALS = Set.of("tryAcquire");

  final ValueSlot value = new ValueSlot();
  final HistoryBuilder builder;
  private final boolean refusalsTell;

  boolean hasProcess;
  long process;

  /** Name of a process that is no client, such as {@code nemesis}. */
  @Nullable String bystander;

  byte type;
  int function;
  int key;
  @Nullable String error;
  long timeNanos;

  /** Index of the event, {@link LockValue#NONE} when it has none. */
  long index;

  private long lastIndex = -1;

  /**
   * Fields for events of one file.
   *
   * @param refusalsTell whether a {@code fail} without error observed something, for all functions
   */
  EventFields(HistoryBuilder builder, boolean refusalsTell) {
    this.builder = builder;
    this.refusalsTell = refusalsTell;
    clear();
  }

  void clear() {
    hasProcess = false;
    bystander = null;
    type = MISSING;
    function = -1;
    key = NO_KEY;
    error = null;
    timeNanos = LockValue.NONE;
    index = LockValue.NONE;
    value.clear();
  }

  void setType(String name) {
    type =
        switch (name) {
          case "invoke" -> INVOKE;
          case "ok" -> OK;
          case "fail" -> FAIL;
          case "info" -> INFO;
          default ->
              throw new HistoryException(
                  "type \"" + name + "\"; expected invoke, ok, fail or info");
        };
  }

  /** Adds the event to the history. */
  void finish(@Nullable Object markValue, @Nullable String functionName) {
    if (bystander != null) {
      builder.mark(
          bystander,
          functionName == null ? "" : functionName,
          markValue == null ? "" : markValue.toString(),
          timeNanos);
      return;
    }
    if (!hasProcess) {
      throw new HistoryException("an event without process; expected \"process\", an integer");
    }
    if (index != LockValue.NONE) {
      if (index <= lastIndex) {
        throw new HistoryException(
            "index " + index + " after " + lastIndex + "; expected indexes to increase");
      }
      lastIndex = index;
    }
    switch (type) {
      case INVOKE -> {
        if (function < 0) {
          throw new HistoryException("an invocation without \"f\"; expected the function's name");
        }
        builder.invoke(
            process, function, key == NO_KEY ? builder.keyId("") : key, value, timeNanos);
      }
      case OK -> builder.complete(process, Outcome.OK, function, value, timeNanos);
      case FAIL -> {
        boolean tells = error == null && (refusalsTell || TELLING_REFUSALS.contains(open()));
        int id =
            builder.complete(
                process, tells ? Outcome.FAIL : Outcome.NOT_DONE, function, value, timeNanos);
        note(id);
      }
      case INFO -> note(builder.complete(process, Outcome.UNKNOWN, function, value, timeNanos));
      default ->
          throw new HistoryException(
              "an event without type; expected \"type\" invoke, ok, fail or info");
    }
  }

  private String open() {
    return Objects.requireNonNullElse(builder.openFunction(process), "");
  }

  private void note(int id) {
    if (error != null) {
      builder.error(id, error);
    }
  }
}
