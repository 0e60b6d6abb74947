package io.holdfast.checker.history;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Collects events, in the order of their recording, into a {@link History}.
 *
 * <p>Every method that takes an event throws {@link HistoryException} when the event cannot follow
 * what came before: a second invocation while the first is open, a completion without invocation,
 * time that runs backwards. Not thread-safe.
 */
public final class HistoryBuilder {
  /** The outcomes, each at the place that is its code in the column. */
  static final Outcome[] OUTCOMES = {Outcome.UNKNOWN, Outcome.OK, Outcome.FAIL, Outcome.NOT_DONE};

  private static final byte UNKNOWN = 0;
  private static final byte OK = 1;
  private static final byte FAIL = 2;
  private static final byte NOT_DONE = 3;

  /** Processes from 0 to this are looked up in an array, others in a map. */
  private static final int DENSE_PROCESSES = 1 << 16;

  int size;
  int events;
  long[] processes = new long[64];
  int[] functionIds = new int[64];
  int[] keyIds = new int[64];
  byte[] outcomes = new byte[64];
  int[] invokedAt = new int[64];
  int[] returnedAt = new int[64];
  long[] invokedNanos = new long[64];
  long[] returnedNanos = new long[64];
  int[] invokedLines = new int[64];
  int[] returnedLines = new int[64];
  ValueColumn inputs = new ValueColumn(64);
  ValueColumn outputs = new ValueColumn(64);
  final Names functions = new Names();
  final Names keys = new Names();
  final List<Mark> marks = new ArrayList<>();
  final Map<Integer, String> errors = new HashMap<>();
  boolean timed;

  private int[] openOfDense = new int[64];
  private final Map<Long, Integer> openOfOther = new HashMap<>();
  private final ValueSlot scratch = new ValueSlot();
  private long lastNanos = Long.MIN_VALUE;
  private int line;

  /** Makes an empty builder. */
  public HistoryBuilder() {}

  /** Tells on which line of its file the next event stands, counted from 1. */
  public void atLine(int number) {
    line = number;
  }

  /** A small number for a function's name, for {@link #invoke(long, int, int, ValueSlot, long)}. */
  public int functionId(String name) {
    return functions.id(name);
  }

  /** A small number for a function's name given as characters. */
  public int functionId(char[] text, int start, int length) {
    return functions.id(text, start, length);
  }

  /** A small number for a function's name given as ASCII characters. */
  public int functionId(byte[] ascii, int start, int length) {
    return functions.id(ascii, start, length);
  }

  /** A small number for a key given as ASCII characters. */
  public int keyId(byte[] ascii, int start, int length) {
    return keys.id(ascii, start, length);
  }

  /** A small number for a key; the empty key stands for the only object of a history. */
  public int keyId(String key) {
    return keys.id(key);
  }

  /** A small number for a key given as characters. */
  public int keyId(char[] text, int start, int length) {
    return keys.id(text, start, length);
  }

  /** Adds an invocation that has a time. */
  public int invoke(
      long process, String function, String key, @Nullable Object input, long timeNanos) {
    scratch.set(input);
    return invoke(process, functions.id(function), keys.id(key), scratch, timeNanos);
  }

  /**
   * Adds an invocation.
   *
   * @param timeNanos its time, or {@link LockValue#NONE} when the history has no times
   * @return the id of the new operation
   */
  public int invoke(long process, int functionId, int keyId, ValueSlot input, long timeNanos) {
    int open = open(process);
    if (open >= 0) {
      throw new HistoryException(
          "process "
              + process
              + " invokes "
              + functions.name(functionId)
              + " while its "
              + functions.name(functionIds[open])
              + (invokedLines[open] > 0 ? " of line " + invokedLines[open] : "")
              + " is still open; expected the completion (ok, fail or info) of that one first");
    }
    if (size == processes.length) {
      resize(size * 2);
    }
    int id = size;
    invokedNanos[id] = time(timeNanos);
    processes[id] = process;
    functionIds[id] = functionId;
    keyIds[id] = keyId;
    outcomes[id] = UNKNOWN;
    invokedAt[id] = events++;
    returnedAt[id] = Operation.NEVER;
    returnedNanos[id] = Long.MAX_VALUE;
    invokedLines[id] = line;
    inputs.set(id, input);
    size++;
    setOpen(process, id);
    return id;
  }

  /** Completes the open operation of the process: it took effect and returned this. */
  public void ok(long process, @Nullable Object output, long timeNanos) {
    scratch.set(output);
    complete(process, Outcome.OK, -1, scratch, timeNanos);
  }

  /** Completes the open operation of the process: it had no effect. */
  public void fail(long process, @Nullable Object output, long timeNanos) {
    scratch.set(output);
    complete(process, Outcome.FAIL, -1, scratch, timeNanos);
  }

  /** Completes the open operation of the process: it did not happen, and says nothing. */
  public void notDone(long process, long timeNanos) {
    scratch.clear();
    complete(process, Outcome.NOT_DONE, -1, scratch, timeNanos);
  }

  /** Gives the open operation of the process up: its outcome stays unknown. */
  public void info(long process, long timeNanos) {
    scratch.clear();
    complete(process, Outcome.UNKNOWN, -1, scratch, timeNanos);
  }

  /**
   * Completes the open operation of the process.
   *
   * @param functionId function the completion names, or -1 when it names none
   * @return the id of the operation
   */
  public int complete(
      long process, Outcome outcome, int functionId, ValueSlot output, long timeNanos) {
    int id = open(process);
    if (id < 0) {
      throw new HistoryException(
          "a completion of process "
              + process
              + ", which has no open operation; expected an invocation of it first");
    }
    if (functionId >= 0 && functionId != functionIds[id]) {
      throw new HistoryException(
          "process "
              + process
              + " completes "
              + functions.name(functionId)
              + ", but its open operation is "
              + functions.name(functionIds[id])
              + (invokedLines[id] > 0 ? " of line " + invokedLines[id] : ""));
    }
    returnedNanos[id] = time(timeNanos);
    returnedLines[id] = line;
    int position = events++;
    if (outcome != Outcome.UNKNOWN) {
      returnedAt[id] = position;
      outcomes[id] =
          switch (outcome) {
            case OK -> OK;
            case FAIL -> FAIL;
            default -> NOT_DONE;
          };
      outputs.set(id, output);
    }
    setOpen(process, -1);
    return id;
  }

  /** Notes the error the client saw. */
  public void error(int id, String text) {
    errors.put(id, text);
  }

  /** Adds something that happened beside the operations. */
  public void mark(String process, String function, String detail, long timeNanos) {
    long nanos = timeNanos == LockValue.NONE ? events : timeNanos;
    marks.add(new Mark(nanos, events, process, function, detail));
  }

  /** The function of the process's open operation; {@code null} when it has none. */
  public @Nullable String openFunction(long process) {
    int id = open(process);
    return id < 0 ? null : functions.name(functionIds[id]);
  }

  /** Makes the history; operations still open are of unknown outcome. Use the builder no more. */
  public History build() {
    resize(size);
    return new History(this);
  }

  private long time(long timeNanos) {
    if (timeNanos == LockValue.NONE) {
      if (timed) {
        throw new HistoryException(
            "an event without time; expected \"time\" in nanoseconds, as earlier events have it");
      }
      return events;
    }
    if (!timed && events > 0) {
      throw new HistoryException(
          "an event with a time after events without; expected \"time\" on all events or on none");
    }
    timed = true;
    if (timeNanos < lastNanos) {
      throw new HistoryException(
          "time "
              + timeNanos
              + " runs backwards; expected at least "
              + lastNanos
              + ", the time of the event before");
    }
    lastNanos = timeNanos;
    return timeNanos;
  }

  private int open(long process) {
    if (process >= 0 && process < DENSE_PROCESSES) {
      return process < openOfDense.length ? openOfDense[(int) process] - 1 : -1;
    }
    return openOfOther.getOrDefault(process, -1);
  }

  private void setOpen(long process, int id) {
    if (process < 0 || process >= DENSE_PROCESSES) {
      if (id < 0) {
        openOfOther.remove(process);
      } else {
        openOfOther.put(process, id);
      }
      return;
    }
    if (process >= openOfDense.length) {
      openOfDense =
          Arrays.copyOf(
              openOfDense,
              Math.min(DENSE_PROCESSES, Math.max((int) process + 1, 2 * openOfDense.length)));
    }
    openOfDense[(int) process] = id + 1;
  }

  private void resize(int capacity) {
    processes = Arrays.copyOf(processes, capacity);
    functionIds = Arrays.copyOf(functionIds, capacity);
    keyIds = Arrays.copyOf(keyIds, capacity);
    outcomes = Arrays.copyOf(outcomes, capacity);
    invokedAt = Arrays.copyOf(invokedAt, capacity);
    returnedAt = Arrays.copyOf(returnedAt, capacity);
    invokedNanos = Arrays.copyOf(invokedNanos, capacity);
    returnedNanos = Arrays.copyOf(returnedNanos, capacity);
    invokedLines = Arrays.copyOf(invokedLines, capacity);
    returnedLines = Arrays.copyOf(returnedLines, capacity);
    inputs.resize(capacity);
    outputs.resize(capacity);
  }
}
