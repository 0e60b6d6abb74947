package io.holdfast.chaos.sim;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What is to happen, by virtual time, then by the order in which it was planned. */
final class EventQueue {
  /** One thing that is planned. */
  static final class Planned {
    private final long atNanos;
    private final long sequence;
    private @Nullable Runnable action;

    private Planned(long atNanos, long sequence, Runnable action) {
      this.atNanos = atNanos;
      this.sequence = sequence;
      this.action = action;
    }

    /** It will not happen, if it has not. */
    void cancel() {
      action = null;
    }

    private boolean isBefore(Planned other) {
      return atNanos != other.atNanos ? atNanos < other.atNanos : sequence < other.sequence;
    }
  }

  private Planned[] heap = new Planned[1_024];
  private int size;
  private long nowNanos;
  private long sequence;
  private long lastSequence;

  long now() {
    return nowNanos;
  }

  /** The number of the event that runs or ran last. */
  long lastSequence() {
    return lastSequence;
  }

  Planned at(long nanos, Runnable action) {
    Planned planned = new Planned(Math.max(nanos, nowNanos), sequence++, action);
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, 2 * size);
    }
    int at = size++;
    while (at > 0) {
      int parent = (at - 1) >>> 1;
      if (!planned.isBefore(heap[parent])) {
        break;
      }
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = planned;
    return planned;
  }

  /**
   * Lets the next thing happen if it is due by then; else time moves to then.
   *
   * @return whether something happened
   */
  boolean step(long untilNanos) {
    while (size > 0 && heap[0].atNanos <= untilNanos) {
      Planned next = removeFirst();
      Runnable action = next.action;
      if (action != null) {
        next.action = null;
        nowNanos = next.atNanos;
        lastSequence = next.sequence;
        action.run();
        return true;
      }
    }
    nowNanos = Math.max(nowNanos, untilNanos);
    return false;
  }

  private Planned removeFirst() {
    Planned first = heap[0];
    Planned last = heap[--size];
    int at = 0;
    while (true) {
      int child = 2 * at + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size && heap[child + 1].isBefore(heap[child])) {
        child++;
      }
      if (!heap[child].isBefore(last)) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
    return first;
  }
}
