package io.holdfast.checker.history;

import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * The value of a lock operation. A number that was not given is {@link #NONE}.
 *
 * @param token fencing token; 0 in a read of a free lock
 * @param owner process that holds the lock
 * @param ttlMillis length of the lease in milliseconds
 * @param mode {@code exclusive} or {@code shared}
 * @param permits permits of a semaphore that are asked for or given back
 * @param limit all permits the semaphore has
 */
public record LockValue(
    long token, long owner, long ttlMillis, @Nullable String mode, long permits, long limit) {
  /** Stands for a number that was not given. */
  public static final long NONE = Long.MIN_VALUE;

  /** The value {@code {"token": token}}. */
  public static LockValue token(long token) {
    return new LockValue(token, NONE, NONE, null, NONE, NONE);
  }

  /** The value {@code {"token": token, "ttl": ttlMillis}}. */
  public static LockValue lease(long token, long ttlMillis) {
    return new LockValue(token, NONE, ttlMillis, null, NONE, NONE);
  }

  /** The value {@code {"token": token, "owner": owner}}. */
  public static LockValue holder(long token, long owner) {
    return new LockValue(token, owner, NONE, null, NONE, NONE);
  }

  /** The value {@code {"mode": mode}}. */
  public static LockValue mode(String mode) {
    return new LockValue(NONE, NONE, NONE, mode, NONE, NONE);
  }

  /** The value {@code {"permits": permits}}. */
  public static LockValue permits(long permits) {
    return new LockValue(NONE, NONE, NONE, null, permits, NONE);
  }

  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(", ", "{", "}");
    append(text, "token", token);
    append(text, "owner", owner);
    append(text, "ttl", ttlMillis);
    if (mode != null) {
      text.add("mode " + mode);
    }
    append(text, "permits", permits);
    append(text, "limit", limit);
    return text.toString();
  }

  private static void append(StringJoiner text, String name, long value) {
    if (value != NONE) {
      text.add(name + " " + value);
    }
  }
}
