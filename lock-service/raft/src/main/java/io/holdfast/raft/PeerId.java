package io.holdfast.raft;

/**
 * The identity of one peer of a cluster. An identity belongs to one data directory and is never
 * given to another.
 *
 * @param value 1 to 65,535
 */
public record PeerId(int value) implements Comparable<PeerId> {
  public static final int MAX_VALUE = 65_535;

  public PeerId {
    if (value < 1 || value > MAX_VALUE) {
      throw new IllegalArgumentException("peer id " + value + " is outside 1.." + MAX_VALUE);
    }
  }

  @Override
  public int compareTo(PeerId other) {
    return Integer.compare(value, other.value);
  }

  @Override
  public String toString() {
    return "peer-" + value;
  }
}
