package io.holdfast.checker.history;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A value on its way into a history, held without boxing. One slot serves a whole reading: each
 * setter replaces what was there. Not thread-safe.
 */
public final class ValueSlot {
  static final byte NULL = 0;
  static final byte LONG = 1;
  static final byte PAIR = 2;
  static final byte TOKEN = 3;
  static final byte TOKEN_TTL = 4;
  static final byte TOKEN_OWNER = 5;
  static final byte OBJECT = 6;

  byte kind;
  long first;
  long second;
  @Nullable Object object;

  /** Makes an empty slot, which stands for {@code null}. */
  public ValueSlot() {}

  /** Holds {@code null}. */
  public void clear() {
    kind = NULL;
    object = null;
  }

  /** Holds an integer. */
  public void setLong(long value) {
    kind = LONG;
    first = value;
  }

  /** Holds a list of two integers, as a compare-and-set has it. */
  public void setPair(long one, long other) {
    kind = PAIR;
    first = one;
    second = other;
  }

  /** Holds the value of a lock operation; {@link LockValue#NONE} for numbers that are absent. */
  public void setLock(LockValue value) {
    if (value.mode() == null && value.permits() == LockValue.NONE) {
      setLock(value.token(), value.owner(), value.ttlMillis());
      if (kind != OBJECT && value.limit() == LockValue.NONE) {
        return;
      }
    }
    kind = OBJECT;
    object = value;
  }

  /** Holds {@code {"token", "owner", "ttl"}}; {@link LockValue#NONE} for what is absent. */
  public void setLock(long token, long owner, long ttlMillis) {
    first = token;
    if (owner == LockValue.NONE && ttlMillis == LockValue.NONE) {
      kind = TOKEN;
    } else if (owner == LockValue.NONE) {
      kind = TOKEN_TTL;
      second = ttlMillis;
    } else if (ttlMillis == LockValue.NONE) {
      kind = TOKEN_OWNER;
      second = owner;
    } else {
      kind = OBJECT;
      object = new LockValue(token, owner, ttlMillis, null, LockValue.NONE, LockValue.NONE);
    }
  }

  /** Holds any value that {@link Operation} allows. */
  public void set(@Nullable Object value) {
    if (value == null) {
      clear();
    } else if (value instanceof Long number) {
      setLong(number);
    } else if (value instanceof Integer number) {
      setLong(number);
    } else if (value instanceof LockValue lock) {
      setLock(lock);
    } else if (value instanceof List<?> list
        && list.size() == 2
        && list.get(0) instanceof Long one
        && list.get(1) instanceof Long other) {
      setPair(one, other);
    } else {
      kind = OBJECT;
      object = value;
    }
  }
}
