package io.holdfast.locks;

import io.holdfast.locks.wire.Utf8;

/**
 * The name of a lock: 1 to 512 bytes of UTF-8, segments separated by {@code /}. No segment is
 * empty, so there is no slash at either end and none doubled; no segment is {@code .} or {@code
 * ..}, which HTTP clients would resolve away; no character is a control character.
 *
 * <p>Names are compared as they are sent, byte by byte: they are not normalised. Normalisation
 * follows Unicode tables that differ between Java versions, and all peers must decide alike for
 * ever.
 */
public record LockName(String value) implements Comparable<LockName> {
  public static final int BYTES_MAX = 512;

  /**
   * @throws IllegalArgumentException naming the rule that is broken
   */
  public LockName {
    Utf8.require("lock", value, 1, BYTES_MAX);
    int segmentStart = 0;
    for (int at = 0; at <= value.length(); at++) {
      if (at == value.length() || value.charAt(at) == '/') {
        requireSegment(value, segmentStart, at);
        segmentStart = at + 1;
      }
    }
  }

  private static void requireSegment(String value, int from, int to) {
    int length = to - from;
    if (length == 0) {
      throw new IllegalArgumentException(
          "lock \"" + value + "\" has an empty segment at character " + from);
    }
    if (value.charAt(from) == '.'
        && (length == 1 || (length == 2 && value.charAt(from + 1) == '.'))) {
      throw new IllegalArgumentException(
          "lock \"" + value + "\" has the segment \"" + value.substring(from, to) + "\"");
    }
  }

  public static LockName of(String value) {
    return new LockName(value);
  }

  /** By UTF-16 code units, the order of listings and snapshots. */
  @Override
  public int compareTo(LockName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
