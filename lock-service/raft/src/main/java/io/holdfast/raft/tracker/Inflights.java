package io.holdfast.raft.tracker;

/**
 * The append messages sent to one peer and not yet answered, oldest first: a ring of (last index,
 * bytes) pairs, bounded in messages and bytes.
 */
final class Inflights {
  private final int messagesMax;
  private final long bytesMax;
  private long[] lastIndexes = new long[8];
  private long[] sizes = new long[8];
  private int start;
  private int count;
  private long bytes;

  Inflights(int messagesMax, long bytesMax) {
    this.messagesMax = messagesMax;
    this.bytesMax = bytesMax;
  }

  int count() {
    return count;
  }

  long bytes() {
    return bytes;
  }

  /** The byte bound is met, not cut: a message may start while any of it is left. */
  boolean isFull() {
    return count >= messagesMax || bytes >= bytesMax;
  }

  void add(long lastIndex, long sizeBytes) {
    if (isFull()) {
      throw new IllegalStateException(
          "window is full: " + count + " messages, " + bytes + " bytes");
    }
    if (count == lastIndexes.length) {
      grow();
    }
    int slot = (start + count) & (lastIndexes.length - 1);
    lastIndexes[slot] = lastIndex;
    sizes[slot] = sizeBytes;
    count++;
    bytes += sizeBytes;
  }

  /** Forgets every message that ends at or before {@code matchIndex}. */
  void freeUpTo(long matchIndex) {
    while (count > 0 && lastIndexes[start] <= matchIndex) {
      bytes -= sizes[start];
      start = (start + 1) & (lastIndexes.length - 1);
      count--;
    }
  }

  void clear() {
    start = 0;
    count = 0;
    bytes = 0;
  }

  private void grow() {
    int capacity = lastIndexes.length;
    long[] newIndexes = new long[2 * capacity];
    long[] newSizes = new long[2 * capacity];
    for (int i = 0; i < count; i++) {
      newIndexes[i] = lastIndexes[(start + i) & (capacity - 1)];
      newSizes[i] = sizes[(start + i) & (capacity - 1)];
    }
    lastIndexes = newIndexes;
    sizes = newSizes;
    start = 0;
  }
}
