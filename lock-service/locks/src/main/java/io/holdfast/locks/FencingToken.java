package io.holdfast.locks;

/**
 * The number of a grant of one lock. Later grants of the lock have greater tokens, for ever; a
 * resource that remembers the greatest it saw can refuse a holder whose lease is over.
 *
 * @param value 1 or more
 */
public record FencingToken(long value) implements Comparable<FencingToken> {
  public FencingToken {
    if (value < 1) {
      throw new IllegalArgumentException("token is " + value + "; tokens start at 1");
    }
  }

  @Override
  public int compareTo(FencingToken other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
