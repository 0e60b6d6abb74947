package io.holdfast.server.storage;

import io.holdfast.raft.EntryId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where each entry of the log is stored: runs of entries by the record that holds them, 20 bytes a
 * run. Written by the owner of the log, read by any thread.
 */
final class EntryLocations {
  private static final int RUNS_AT_START = 256;

  private EntryId head = EntryId.NONE;
  private long lastIndex;
  private long[] firstIndexes = new long[RUNS_AT_START];
  private long[] segments = new long[RUNS_AT_START];
  private int[] records = new int[RUNS_AT_START];
  private int from;
  private int to;

  /**
   * The entries {@code firstIndex} up to and including {@code lastIndex} are in one record, which
   * may hold others too.
   */
  record Run(long firstIndex, long lastIndex, long segment, int record) {}

  /** Starts over: the log goes from {@code head} to {@code lastIndex}, stored nowhere. */
  synchronized void reset(EntryId newHead, long newLastIndex) {
    head = newHead;
    lastIndex = newLastIndex;
    from = 0;
    to = 0;
  }

  synchronized EntryId head() {
    return head;
  }

  synchronized long lastIndex() {
    return lastIndex;
  }

  synchronized void moveHead(EntryId newHead) {
    head = newHead;
    lastIndex = Math.max(lastIndex, newHead.index());
    while (from < to && endOf(from) <= head.index()) {
      from++;
    }
  }

  synchronized void truncateFrom(long index) {
    lastIndex = Math.min(lastIndex, Math.max(index - 1, head.index()));
    while (from < to && firstIndexes[to - 1] > lastIndex) {
      to--;
    }
  }

  synchronized void append(long count, long segment, long record) {
    if (count == 0) {
      return;
    }
    boolean continuesRun =
        from < to && segments[to - 1] == segment && records[to - 1] == (int) record;
    if (!continuesRun) {
      makeRoom();
      firstIndexes[to] = lastIndex + 1;
      segments[to] = segment;
      records[to] = (int) record;
      to++;
    }
    lastIndex += count;
  }

  /** The first entry after the head of which no place is known; beyond the end if there is none. */
  synchronized long firstMissing() {
    long next = head.index() + 1;
    return from < to && firstIndexes[from] <= next ? lastIndex + 1 : next;
  }

  /** The oldest segment that still holds an entry of the log, or {@code otherwise}. */
  synchronized long oldestSegment(long otherwise) {
    return from < to ? segments[from] : otherwise;
  }

  /** The runs that hold the entries wanted; empty when the first of them is not stored. */
  synchronized List<Run> find(long firstIndex, long endIndex, int runsMax) {
    List<Run> found = new ArrayList<>();
    if (from == to || firstIndex <= head.index() || firstIndex < firstIndexes[from]) {
      return found;
    }
    int position = Arrays.binarySearch(firstIndexes, from, to, firstIndex);
    int run = position >= 0 ? position : -position - 2;
    while (run < to && found.size() < runsMax) {
      long first = Math.max(firstIndex, firstIndexes[run]);
      long last = Math.min(endIndex - 1, endOf(run));
      if (first > last) {
        break;
      }
      found.add(new Run(first, last, segments[run], records[run]));
      run++;
    }
    return found;
  }

  private long endOf(int run) {
    return run + 1 < to ? firstIndexes[run + 1] - 1 : lastIndex;
  }

  private void makeRoom() {
    if (to < firstIndexes.length) {
      return;
    }
    int used = to - from;
    int capacity = Math.max(RUNS_AT_START, used + used / 2);
    long[] newFirstIndexes = new long[capacity];
    long[] newSegments = new long[capacity];
    int[] newRecords = new int[capacity];
    System.arraycopy(firstIndexes, from, newFirstIndexes, 0, used);
    System.arraycopy(segments, from, newSegments, 0, used);
    System.arraycopy(records, from, newRecords, 0, used);
    firstIndexes = newFirstIndexes;
    segments = newSegments;
    records = newRecords;
    from = 0;
    to = used;
  }
}
