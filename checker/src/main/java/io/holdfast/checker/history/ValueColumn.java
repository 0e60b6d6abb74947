package io.holdfast.checker.history;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One value for each operation, in primitive arrays: a million lock operations hold no object at
 * all.
 */
final class ValueColumn {
  private byte[] kinds;
  private long[] firsts;
  private long[] seconds;
  private final List<Object> objects = new ArrayList<>();

  ValueColumn(int capacity) {
    kinds = new byte[capacity];
    firsts = new long[capacity];
    seconds = new long[capacity];
  }

  void resize(int capacity) {
    kinds = Arrays.copyOf(kinds, capacity);
    firsts = Arrays.copyOf(firsts, capacity);
    seconds = Arrays.copyOf(seconds, capacity);
  }

  void set(int row, ValueSlot value) {
    kinds[row] = value.kind;
    if (value.kind == ValueSlot.OBJECT && value.object != null) {
      firsts[row] = objects.size();
      objects.add(value.object);
    } else {
      firsts[row] = value.first;
      seconds[row] = value.second;
    }
  }

  @Nullable Object get(int row) {
    long first = firsts[row];
    long second = seconds[row];
    return switch (kinds[row]) {
      case ValueSlot.NULL -> null;
      case ValueSlot.LONG -> first;
      case ValueSlot.PAIR -> List.of(first, second);
      case ValueSlot.TOKEN -> LockValue.token(first);
      case ValueSlot.TOKEN_TTL -> LockValue.lease(first, second);
      case ValueSlot.TOKEN_OWNER -> LockValue.holder(first, second);
      default -> objects.get((int) first);
    };
  }

  boolean isPlain(int row) {
    return kinds[row] != ValueSlot.OBJECT;
  }

  boolean isNull(int row) {
    return kinds[row] == ValueSlot.NULL;
  }

  long token(int row) {
    byte kind = kinds[row];
    if (kind >= ValueSlot.TOKEN && kind <= ValueSlot.TOKEN_OWNER) {
      return firsts[row];
    }
    return kind == ValueSlot.OBJECT && get(row) instanceof LockValue lock
        ? lock.token()
        : LockValue.NONE;
  }

  long owner(int row) {
    if (kinds[row] == ValueSlot.TOKEN_OWNER) {
      return seconds[row];
    }
    return kinds[row] == ValueSlot.OBJECT && get(row) instanceof LockValue lock
        ? lock.owner()
        : LockValue.NONE;
  }

  long ttlMillis(int row) {
    if (kinds[row] == ValueSlot.TOKEN_TTL) {
      return seconds[row];
    }
    return kinds[row] == ValueSlot.OBJECT && get(row) instanceof LockValue lock
        ? lock.ttlMillis()
        : LockValue.NONE;
  }
}
