package io.holdfast.checker.locks;

import java.util.Arrays;

/** Sorts numbers together with what belongs to them. */
final class Sorting {
  private Sorting() {}

  /** Sorts the keys ascending, and the companions with them; equal keys keep their order. */
  static void sortWith(long[] keys, int[] companions) {
    int count = keys.length;
    if (count == 0) {
      return;
    }
    long least = keys[0];
    long greatest = keys[0];
    for (long key : keys) {
      least = Math.min(least, key);
      greatest = Math.max(greatest, key);
    }
    long range = greatest - least;
    if (range >= 0 && range < Integer.MAX_VALUE) {
      sortPacked(keys, companions, least);
    } else {
      sortBoxed(keys, companions);
    }
  }

  private static void sortPacked(long[] keys, int[] companions, long least) {
    int count = keys.length;
    long[] packed = new long[count];
    for (int i = 0; i < count; i++) {
      packed[i] = ((keys[i] - least) << 32) | i;
    }
    Arrays.sort(packed);
    int[] old = companions.clone();
    for (int i = 0; i < count; i++) {
      keys[i] = (packed[i] >>> 32) + least;
      companions[i] = old[(int) packed[i]];
    }
  }

  private static void sortBoxed(long[] keys, int[] companions) {
    Integer[] order = new Integer[keys.length];
    Arrays.setAll(order, i -> i);
    long[] oldKeys = keys.clone();
    int[] old = companions.clone();
    Arrays.sort(order, (a, b) -> Long.compare(oldKeys[a], oldKeys[b]));
    for (int i = 0; i < order.length; i++) {
      keys[i] = oldKeys[order[i]];
      companions[i] = old[order[i]];
    }
  }
}
