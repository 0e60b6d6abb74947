package io.holdfast.server.peer;

import java.util.BitSet;

/**
 * Which numbers of a growing sequence were seen. A number far below the highest counts as seen: a
 * doubled frame must never be taken twice, a very late one need not be taken at all.
 */
final class SeenWindow {
  private final int size;
  private final BitSet seen;
  private long highest;

  /**
   * @param size numbers below the highest by this much or more count as seen
   */
  SeenWindow(int size) {
    this.size = size;
    this.seen = new BitSet(size);
  }

  /**
   * Notes a number.
   *
   * @param number 1 or more
   * @return whether it is new
   */
  boolean add(long number) {
    if (number <= highest - size || number < 1) {
      return false;
    }
    if (number > highest) {
      if (number - highest >= size) {
        seen.clear();
      } else {
        for (long skipped = highest + 1; skipped <= number; skipped++) {
          seen.clear(place(skipped));
        }
      }
      highest = number;
    }
    if (seen.get(place(number))) {
      return false;
    }
    seen.set(place(number));
    return true;
  }

  private int place(long number) {
    return (int) (number % size);
  }
}
