package io.holdfast.raft.log;

import io.holdfast.raft.Entry;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The newest entries of a log, in memory: a ring that grows, addressed by log index. */
final class EntryWindow {
  private static final int INITIAL_CAPACITY = 64;

  /** Counted for each entry of a slice, so that empty entries are bounded too. */
  private static final int ENTRY_OVERHEAD_BYTES = 24;

  private @Nullable Entry[] ring = new Entry[INITIAL_CAPACITY];
  private long firstIndex;
  private int count;
  private long payloadBytes;

  EntryWindow(long firstIndex) {
    this.firstIndex = firstIndex;
  }

  /** The index of the oldest entry held, or of the next one when empty. */
  long firstIndex() {
    return firstIndex;
  }

  int count() {
    return count;
  }

  long payloadBytes() {
    return payloadBytes;
  }

  Entry get(long index) {
    Entry entry = index < firstIndex || index >= firstIndex + count ? null : ring[slot(index)];
    if (entry == null) {
      throw new IllegalStateException(
          "entry " + index + " is not in memory, which holds " + firstIndex + " + " + count);
    }
    return entry;
  }

  void append(Entry entry) {
    if (count == ring.length) {
      grow();
    }
    ring[slot(entry.index())] = entry;
    count++;
    payloadBytes += entry.payload().length;
  }

  void removeLast() {
    long index = firstIndex + count - 1;
    payloadBytes -= get(index).payload().length;
    ring[slot(index)] = null;
    count--;
  }

  void removeFirst() {
    payloadBytes -= get(firstIndex).payload().length;
    ring[slot(firstIndex)] = null;
    firstIndex++;
    count--;
  }

  void reset(long newFirstIndex) {
    Arrays.fill(ring, null);
    firstIndex = newFirstIndex;
    count = 0;
    payloadBytes = 0;
  }

  /** Entries from an index on, at most up to another, cut by bytes but never below one entry. */
  List<Entry> slice(long from, long toInclusive, long bytesMax) {
    long bytes = 0;
    long end = from;
    while (end <= toInclusive) {
      bytes += ENTRY_OVERHEAD_BYTES + get(end).payload().length;
      if (bytes > bytesMax && end > from) {
        break;
      }
      end++;
    }
    Entry[] entries = new Entry[(int) (end - from)];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = get(from + i);
    }
    return Collections.unmodifiableList(Arrays.asList(entries));
  }

  private int slot(long index) {
    return (int) (index & (ring.length - 1));
  }

  private void grow() {
    @Nullable Entry[] old = ring;
    ring = new Entry[2 * old.length];
    for (long index = firstIndex; index < firstIndex + count; index++) {
      ring[slot(index)] = old[(int) (index & (old.length - 1))];
    }
  }
}
