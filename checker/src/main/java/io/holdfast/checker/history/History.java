package io.holdfast.checker.history;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * What the clients of one system did and were told, in the order in which the events were recorded.
 *
 * <p>Operations are numbered from 0 in the order of their invocations. They are kept in columns, so
 * that a million of them take some 70 MB; {@link #operation} makes the object when one is wanted.
 * Immutable and safe for use by many threads once built.
 */
public final class History {
  private final int size;
  private final int events;
  private final long[] processes;
  private final int[] functionIds;
  private final int[] keyIds;
  private final byte[] outcomes;
  private final int[] invokedAt;
  private final int[] returnedAt;
  private final long[] invokedNanos;
  private final long[] returnedNanos;
  private final int[] invokedLines;
  private final int[] returnedLines;
  private final ValueColumn inputs;
  private final ValueColumn outputs;
  private final String[] functionNames;
  private final String[] keyNames;
  private final List<String> functions;
  private final List<String> keys;
  private final List<Mark> marks;
  private final Map<Integer, String> errors;
  private final boolean timed;
  private volatile int @Nullable [][] operationsByKey;

  History(HistoryBuilder from) {
    size = from.size;
    events = from.events;
    processes = from.processes;
    functionIds = from.functionIds;
    keyIds = from.keyIds;
    outcomes = from.outcomes;
    invokedAt = from.invokedAt;
    returnedAt = from.returnedAt;
    invokedNanos = from.invokedNanos;
    returnedNanos = from.returnedNanos;
    invokedLines = from.invokedLines;
    returnedLines = from.returnedLines;
    inputs = from.inputs;
    outputs = from.outputs;
    functionNames = from.functions.names().toArray(String[]::new);
    keyNames = from.keys.names().toArray(String[]::new);
    functions = List.of(functionNames);
    keys = List.of(keyNames);
    marks = List.copyOf(from.marks);
    errors = Collections.unmodifiableMap(new HashMap<>(from.errors));
    timed = from.timed;
  }

  /** How many operations there are. */
  public int size() {
    return size;
  }

  /** How many invocations and completions were recorded. */
  public int events() {
    return events;
  }

  /** Whether the events carry times; otherwise an event's time is its position. */
  public boolean isTimed() {
    return timed;
  }

  /** The operation with this id, from 0 to {@code size() - 1}. */
  public Operation operation(int id) {
    return new Operation(
        id,
        processes[id],
        functionNames[functionIds[id]],
        keyNames[keyIds[id]],
        inputs.get(id),
        outputs.get(id),
        outcome(id),
        invokedAt[id],
        returnedAt[id],
        invokedNanos[id],
        returnedNanos[id]);
  }

  /** All operations, made as they are asked for. */
  public List<Operation> operations() {
    return new Operations();
  }

  /** The distinct functions, in the order of their first appearance. */
  public List<String> functions() {
    return functions;
  }

  /** The distinct keys, in the order of their first appearance. */
  public List<String> keys() {
    return keys;
  }

  /** What happened beside the operations, in the order of its recording. */
  public List<Mark> marks() {
    return marks;
  }

  /** The recorded error of the operation, if there was one. */
  public @Nullable String error(int id) {
    return errors.get(id);
  }

  /** The process of the operation. */
  public long process(int id) {
    return processes[id];
  }

  /** Index of the operation's function in {@link #functions}. */
  public int functionId(int id) {
    return functionIds[id];
  }

  /** Index of the operation's key in {@link #keys}. */
  public int keyId(int id) {
    return keyIds[id];
  }

  /** The outcome of the operation. */
  public Outcome outcome(int id) {
    return HistoryBuilder.OUTCOMES[outcomes[id]];
  }

  /** Position of the operation's invocation among the events. */
  public int invokedAt(int id) {
    return invokedAt[id];
  }

  /** Position of its completion among the events, {@link Operation#NEVER} while pending. */
  public int returnedAt(int id) {
    return returnedAt[id];
  }

  /** Time of its invocation in nanoseconds. */
  public long invokedNanos(int id) {
    return invokedNanos[id];
  }

  /** Time of its completion in nanoseconds, {@link Long#MAX_VALUE} when there was none. */
  public long returnedNanos(int id) {
    return returnedNanos[id];
  }

  /** Line of the invocation in the file it was read from; 0 when it was not read from a file. */
  public int invokedLine(int id) {
    return invokedLines[id];
  }

  /** Line of the completion in the file; 0 when there is none. */
  public int returnedLine(int id) {
    return returnedLines[id];
  }

  /** Whether the invocation has a value. */
  public boolean hasInput(int id) {
    return !inputs.isNull(id);
  }

  /** Token in the invocation's value, {@link LockValue#NONE} when there is none. */
  public long inputToken(int id) {
    return inputs.token(id);
  }

  /** Token in the completion's value, {@link LockValue#NONE} when there is none. */
  public long outputToken(int id) {
    return outputs.token(id);
  }

  /** Owner in the completion's value, {@link LockValue#NONE} when there is none. */
  public long outputOwner(int id) {
    return outputs.owner(id);
  }

  /** TTL in milliseconds in the completion's value, {@link LockValue#NONE} when there is none. */
  public long outputTtlMillis(int id) {
    return outputs.ttlMillis(id);
  }

  /** Whether the invocation's value has no more than token, owner or ttl; a quick look. */
  public boolean inputsPlainLock(int id) {
    return inputs.isPlain(id);
  }

  /** The same of the completion's value. */
  public boolean outputsPlainLock(int id) {
    return outputs.isPlain(id);
  }

  /** Ids of the operations of one key, ascending. The array is a copy. */
  public int[] operationsOfKey(int keyId) {
    int[][] index = operationsByKey;
    if (index == null) {
      index = indexKeys();
      operationsByKey = index;
    }
    return index[keyId].clone();
  }

  private int[][] indexKeys() {
    int[] counts = new int[keys.size()];
    for (int id = 0; id < size; id++) {
      counts[keyIds[id]]++;
    }
    int[][] index = new int[keys.size()][];
    for (int key = 0; key < index.length; key++) {
      index[key] = new int[counts[key]];
    }
    Arrays.fill(counts, 0);
    for (int id = 0; id < size; id++) {
      int key = keyIds[id];
      index[key][counts[key]++] = id;
    }
    return index;
  }

  private final class Operations extends AbstractList<Operation> implements RandomAccess {
    @Override
    public Operation get(int id) {
      return operation(id);
    }

    @Override
    public int size() {
      return size;
    }
  }
}
