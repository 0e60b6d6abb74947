package io.holdfast.locks;

import java.util.Arrays;

/** A value for every {@link Limit}. Immutable. */
public final class Limits {
  /** What a cluster starts with. */
  public static final Limits DEFAULTS = new Limits(defaults());

  private final long[] values;

  private Limits(long[] values) {
    this.values = values;
  }

  private static long[] defaults() {
    long[] values = new long[Limit.count()];
    for (Limit limit : Limit.values()) {
      values[limit.number()] = limit.defaultValue();
    }
    return values;
  }

  public long get(Limit limit) {
    return values[limit.number()];
  }

  /**
   * The same limits but one.
   *
   * @throws IllegalArgumentException if the value is outside the limit's own bounds
   */
  public Limits with(Limit limit, long value) {
    if (value < limit.min() || value > limit.max()) {
      throw new IllegalArgumentException(
          limit.field() + " is " + value + "; allowed are " + limit.min() + " to " + limit.max());
    }
    long[] changed = values.clone();
    changed[limit.number()] = value;
    return new Limits(changed);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Limits that && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Limit limit : Limit.values()) {
      text.append(text.isEmpty() ? "" : ", ").append(limit.field()).append('=').append(get(limit));
    }
    return text.toString();
  }
}
