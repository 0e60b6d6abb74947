package io.holdfast.server.peer;

import java.util.ArrayDeque;
import java.util.function.BiConsumer;

/**
 * The recent events of this peer's own apply, each with the log index that caused it, kept so that
 * a watcher can resume where it was cut off. Bounded by count and by bytes; what falls out at the
 * old end can be resumed no more.
 */
final class WatchWindow<E> {
  private final int countMax;
  private final long bytesMax;
  private final ArrayDeque<Kept<E>> events = new ArrayDeque<>();
  private long keptBytes;
  private long lostThrough;

  WatchWindow(int countMax, long bytesMax) {
    this.countMax = countMax;
    this.bytesMax = bytesMax;
  }

  /** Adds an event; indexes never decrease, and one index may cause several events. */
  void add(long index, E event, int bytes) {
    events.addLast(new Kept<>(index, event, bytes));
    keptBytes += bytes;
    while (events.size() > countMax || keptBytes > bytesMax) {
      Kept<E> lost = events.removeFirst();
      keptBytes -= lost.bytes;
      lostThrough = lost.index;
    }
  }

  /** Nothing is known of the events up to and including this index; everything kept is dropped. */
  void restartAfter(long index) {
    events.clear();
    keptBytes = 0;
    lostThrough = index;
  }

  /** The first index from which a watcher can resume without a gap. */
  long firstIndex() {
    return lostThrough + 1;
  }

  /** Replays what is kept from {@code fromIndex} on, which is at least {@link #firstIndex()}. */
  void replay(long fromIndex, BiConsumer<Long, E> consumer) {
    if (fromIndex < firstIndex()) {
      throw new IllegalArgumentException(
          "index " + fromIndex + " is before the first retained one, " + firstIndex());
    }
    for (Kept<E> kept : events) {
      if (kept.index >= fromIndex) {
        consumer.accept(kept.index, kept.event);
      }
    }
  }

  int size() {
    return events.size();
  }

  private record Kept<E>(long index, E event, int bytes) {}
}
