package io.holdfast.server.peer;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.function.Consumer;

/**
 * Things that are kept for a moment, so that they share what each would cost alone; in the order
 * they came.
 */
final class Gathering<T> {
  private final PeerContext context;
  private final long nanosMax;
  private final int countMax;
  private final ArrayDeque<T> kept = new ArrayDeque<>();
  private long dueNanos;

  /**
   * @param nanosMax how long the first of them is kept
   * @param countMax how many are kept
   */
  Gathering(PeerContext context, long nanosMax, int countMax) {
    this.context = context;
    this.nanosMax = nanosMax;
    this.countMax = countMax;
  }

  boolean isFull() {
    return kept.size() >= countMax;
  }

  void add(T item) {
    if (kept.isEmpty()) {
      dueNanos = context.nowNanos() + nanosMax;
    }
    kept.add(item);
  }

  Collection<T> kept() {
    return kept;
  }

  /** Until they must not be kept any longer. */
  long untilDueNanos() {
    return kept.isEmpty()
        ? Long.MAX_VALUE
        : isFull() ? 0 : Math.max(0, dueNanos - context.nowNanos());
  }

  /** Gives everything that is kept by now to the taker. */
  void leave(Consumer<T> taker) {
    for (int left = kept.size(); left > 0; left--) {
      taker.accept(kept.remove());
    }
  }
}
