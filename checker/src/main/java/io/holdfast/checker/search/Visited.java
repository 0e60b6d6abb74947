package io.holdfast.checker.search;

import java.util.Arrays;

/**
 * The configurations a search has been in.
 *
 * <p>A configuration is the first required operation not yet placed, the state, the slots of the
 * required operations placed, and the set of optional operations placed. One that has placed the
 * same required operations, reached the same state and spent a superset of the optional operations
 * of a known one can achieve nothing that the known one cannot: optional operations need not be
 * placed, and one that is still unplaced can be left so. It is therefore treated as visited too.
 */
final class Visited {
  private static final int NONE = -1;

  private final MemoryBudget budget;
  private final int maskWords;
  private final int stride;

  /** Hash table over the entries; 0 is vacant, else entry number + 1. */
  private int[] table = new int[1 << 8];

  /** Each entry: key, slot words, and place of its newest set of optional operations. */
  private long[] entries;

  private int entryCount;

  /** Each set: place of the next older one and number of words in one word, then the words. */
  private long[] sets = new long[1 << 6];

  private int setsUsed;
  private long reservedBytes;

  Visited(int maskWords, MemoryBudget budget) {
    this.budget = budget;
    this.maskWords = maskWords;
    stride = maskWords + 2;
    entries = new long[stride << 5];
    reserve(4L * table.length + 8L * (entries.length + sets.length));
  }

  /**
   * Adds the configuration unless it, or one that can do no less, is known.
   *
   * @return whether it was added
   */
  boolean add(int first, int state, long[] mask, int maskAt, long[] optional) {
    long key = ((long) first << 32) | state;
    int words = optional.length;
    while (words > 0 && optional[words - 1] == 0) {
      words--;
    }
    int place = find(key, mask, maskAt);
    if (table[place] != 0) {
      int entry = (table[place] - 1) * stride;
      if (isCovered((int) entries[entry + stride - 1], optional, words)) {
        return false;
      }
      int older = (int) entries[entry + stride - 1];
      entries[entry + stride - 1] = addSet(older, optional, words);
      return true;
    }
    if ((entryCount + 1) * (long) stride > entries.length) {
      entries = grown(entries);
    }
    int entry = entryCount * stride;
    entries[entry] = key;
    System.arraycopy(mask, maskAt, entries, entry + 1, maskWords);
    entries[entry + stride - 1] = addSet(NONE, optional, words);
    entryCount++;
    table[place] = entryCount;
    if (2 * entryCount > table.length) {
      growTable();
    }
    return true;
  }

  int size() {
    return entryCount;
  }

  void releaseMemory() {
    budget.release(reservedBytes);
    reservedBytes = 0;
  }

  private int find(long key, long[] mask, int maskAt) {
    int tableMask = table.length - 1;
    int place = hash(key, mask, maskAt) & tableMask;
    while (table[place] != 0) {
      int entry = (table[place] - 1) * stride;
      if (entries[entry] == key
          && Arrays.equals(
              entries, entry + 1, entry + 1 + maskWords, mask, maskAt, maskAt + maskWords)) {
        return place;
      }
      place = (place + 1) & tableMask;
    }
    return place;
  }

  private boolean isCovered(int newest, long[] optional, int words) {
    int set = newest;
    while (set != NONE) {
      long header = sets[set];
      int length = (int) (header & 0xFFFF_FFFFL);
      if (length <= words && isSubset(set + 1, length, optional)) {
        return true;
      }
      set = (int) (header >> 32);
    }
    return false;
  }

  private boolean isSubset(int from, int length, long[] optional) {
    for (int i = 0; i < length; i++) {
      if ((sets[from + i] & ~optional[i]) != 0) {
        return false;
      }
    }
    return true;
  }

  private int addSet(int older, long[] optional, int words) {
    while (setsUsed + 1L + words > sets.length) {
      sets = grown(sets);
    }
    int place = setsUsed;
    sets[place] = ((long) older << 32) | words;
    System.arraycopy(optional, 0, sets, place + 1, words);
    setsUsed += 1 + words;
    return place;
  }

  private long[] grown(long[] array) {
    int length = array.length > (1 << 29) ? Integer.MAX_VALUE - 16 : 2 * array.length;
    if (length == array.length) {
      throw new MemoryBudget.Exhausted();
    }
    reserve(8L * length);
    long[] larger = Arrays.copyOf(array, length);
    budget.release(8L * array.length);
    reservedBytes -= 8L * array.length;
    return larger;
  }

  private void growTable() {
    int oldLength = table.length;
    reserve(8L * oldLength);
    table = new int[2 * oldLength];
    int mask = table.length - 1;
    for (int number = 1; number <= entryCount; number++) {
      int entry = (number - 1) * stride;
      int place = hash(entries[entry], entries, entry + 1) & mask;
      while (table[place] != 0) {
        place = (place + 1) & mask;
      }
      table[place] = number;
    }
    budget.release(4L * oldLength);
    reservedBytes -= 4L * oldLength;
  }

  private int hash(long key, long[] mask, int maskAt) {
    long hash = key * 0x9E3779B97F4A7C15L;
    for (int i = 0; i < maskWords; i++) {
      hash = (hash ^ (hash >>> 32) ^ mask[maskAt + i]) * 0xD6E8FEB86659FD93L;
    }
    return (int) (hash >>> 32) ^ (int) (hash >>> 15);
  }

  private void reserve(long bytes) {
    budget.reserve(bytes);
    reservedBytes += bytes;
  }
}
