package io.holdfast.raft.log;

import java.util.Arrays;

/**
 * The term of every index of a log, as runs of equal terms: terms never fall along a log, so that a
 * few pairs describe millions of entries, compacted from memory or not.
 *
 * <p>The first run starts at the head position itself.
 */
final class TermRuns {
  private static final int INITIAL_CAPACITY = 16;

  private long[] starts = new long[INITIAL_CAPACITY];
  private long[] terms = new long[INITIAL_CAPACITY];
  private int count;
  private long lastIndex;

  TermRuns(long headIndex, long headTerm) {
    reset(headIndex, headTerm);
  }

  void reset(long headIndex, long headTerm) {
    starts[0] = headIndex;
    terms[0] = headTerm;
    count = 1;
    lastIndex = headIndex;
  }

  long headIndex() {
    return starts[0];
  }

  long lastIndex() {
    return lastIndex;
  }

  long lastTerm() {
    return terms[count - 1];
  }

  void append(long index, long term) {
    if (index != lastIndex + 1 || term < lastTerm()) {
      throw new IllegalStateException(
          "entry " + term + "/" + index + " cannot follow " + lastTerm() + "/" + lastIndex);
    }
    if (term > lastTerm()) {
      if (count == starts.length) {
        starts = Arrays.copyOf(starts, 2 * count);
        terms = Arrays.copyOf(terms, 2 * count);
      }
      starts[count] = index;
      terms[count] = term;
      count++;
    }
    lastIndex = index;
  }

  void truncateFrom(long index) {
    if (index <= headIndex()) {
      throw new IllegalStateException(
          "cannot truncate from " + index + ", the log starts after " + headIndex());
    }
    while (count > 1 && starts[count - 1] >= index) {
      count--;
    }
    lastIndex = Math.min(lastIndex, index - 1);
  }

  void compactTo(long newHeadIndex) {
    int first = runOf(newHeadIndex);
    System.arraycopy(starts, first, starts, 0, count - first);
    System.arraycopy(terms, first, terms, 0, count - first);
    count -= first;
    starts[0] = newHeadIndex;
  }

  /** The term at an index from the head to the last; -1 outside. */
  long termAt(long index) {
    return index < headIndex() || index > lastIndex ? -1 : terms[runOf(index)];
  }

  /** The first index, from the head on, that has the same term as {@code index}. */
  long firstIndexOfTermAt(long index) {
    return starts[runOf(index)];
  }

  /** The last index up to {@code bound} whose term is {@code term} or less; -1 if there is none. */
  long lastIndexWithTermAtMost(long term, long bound) {
    if (bound < headIndex()) {
      return -1;
    }
    int run = runOf(Math.min(bound, lastIndex));
    if (terms[run] <= term) {
      return Math.min(bound, lastIndex);
    }
    while (run >= 0 && terms[run] > term) {
      run--;
    }
    return run < 0 ? -1 : starts[run + 1] - 1;
  }

  private int runOf(long index) {
    int found = Arrays.binarySearch(starts, 0, count, index);
    return found >= 0 ? found : -found - 2;
  }
}
