package io.holdfast.server.peer;

import java.util.HashMap;
import java.util.Map;

/**
 * The recent events of this peer's own apply, each with the log index that caused it, kept so that
 * a watcher can resume where it was cut off. Bounded by count and by bytes; what falls out at the
 * old end can be resumed no more. Events are numbered without gaps as they come; the numbers mean
 * nothing outside this peer.
 */
final class WatchWindow<E> {
  private final int countMax;
  private final long bytesMax;

  private final Map<Long, Kept<E>> events = new HashMap<>();
  private long firstNumber;
  private long nextNumber;
  private long keptBytes;
  private long lostThrough;

  WatchWindow(int countMax, long bytesMax) {
    this.countMax = countMax;
    this.bytesMax = bytesMax;
  }

  /** Adds an event; indexes never decrease, and one index may cause several events. */
  void add(long index, E event, int bytes) {
    while (size() == countMax || (size() > 0 && keptBytes + bytes > bytesMax)) {
      dropFirst();
    }
    events.put(nextNumber++, new Kept<>(index, event, bytes));
    keptBytes += bytes;
  }

  /**
   * Nothing is known of the events up to and including this index; everything kept is dropped, and
   * one number is left out, so that a watcher that stood at the end sees that it lost something.
   */
  void restartAfter(long index) {
    events.clear();
    keptBytes = 0;
    nextNumber++;
    firstNumber = nextNumber;
    lostThrough = index;
  }

  /** The first index from which a watcher can resume without a gap. */
  long firstIndex() {
    return lostThrough + 1;
  }

  /** The number of the oldest event kept. A watcher that stands before it has lost events. */
  long firstNumber() {
    return firstNumber;
  }

  /** The number that the next event will get. */
  long nextNumber() {
    return nextNumber;
  }

  /** The number of the first event kept with this index or a later one. */
  long numberOf(long index) {
    long low = firstNumber;
    long high = nextNumber;
    while (low < high) {
      long middle = low + (high - low) / 2;
      if (get(middle).index < index) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The event with a number from {@link #firstNumber} to below {@link #nextNumber}. */
  Kept<E> get(long number) {
    Kept<E> kept = events.get(number);
    if (kept == null) {
      throw new IllegalArgumentException(
          "number " + number + " is outside " + firstNumber + ".." + (nextNumber - 1));
    }
    return kept;
  }

  int size() {
    return events.size();
  }

  private void dropFirst() {
    Kept<E> lost = get(firstNumber);
    events.remove(firstNumber++);
    keptBytes -= lost.bytes;
    lostThrough = lost.index;
  }

  /** An event that is kept. */
  record Kept<E>(long index, E event, int bytes) {}
}
