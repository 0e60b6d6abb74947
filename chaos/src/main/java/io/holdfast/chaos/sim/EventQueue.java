package io.holdfast.chaos.sim;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What is to happen, by virtual time, then by the order in which it was planned. */
final class EventQueue {
  /** One thing that is planned. */
  static final class Planned {
    private final long sequence;
    private @Nullable Runnable action;

    private Planned(long sequence, Runnable action) {
      this.sequence = sequence;
      this.action = action;
    }

    /** It will not happen, if it has not. */
    void cancel() {
      action = null;
    }
  }

  private static final int CHILDREN = 4;

  /** A heap; the times stand apart, so that most comparisons touch nothing else. */
  private Planned[] heap = new Planned[1_024];

  private long[] times = new long[1_024];
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
    long atNanos = Math.max(nanos, nowNanos);
    Planned planned = new Planned(sequence++, action);
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, 2 * size);
      times = Arrays.copyOf(times, 2 * size);
    }
    int at = size++;
    // Of events at one time the one that was planned last stands behind the others.
    while (at > 0) {
      int parent = (at - 1) / CHILDREN;
      if (times[parent] <= atNanos) {
        break;
      }
      put(at, times[parent], heap[parent]);
      at = parent;
    }
    put(at, atNanos, planned);
    return planned;
  }

  private void put(int at, long atNanos, Planned planned) {
    times[at] = atNanos;
    heap[at] = planned;
  }

  /**
   * Lets the next thing happen if it is due by then; else time moves to then.
   *
   * @return whether something happened
   */
  boolean step(long untilNanos) {
    while (size > 0 && times[0] <= untilNanos) {
      long atNanos = times[0];
      Planned next = removeFirst();
      Runnable action = next.action;
      if (action != null) {
        next.action = null;
        nowNanos = atNanos;
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
    size--;
    Planned last = heap[size];
    long lastNanos = times[size];
    int at = 0;
    int child = 1;
    while (child < size) {
      int least = child;
      int end = Math.min(child + CHILDREN, size);
      for (int other = child + 1; other < end; other++) {
        if (isBefore(times[other], heap[other], times[least], heap[least])) {
          least = other;
        }
      }
      if (!isBefore(times[least], heap[least], lastNanos, last)) {
        break;
      }
      put(at, times[least], heap[least]);
      at = least;
      child = CHILDREN * at + 1;
    }
    put(at, lastNanos, last);
    return first;
  }

  private static boolean isBefore(long oneNanos, Planned one, long otherNanos, Planned other) {
    return oneNanos != otherNanos ? oneNanos < otherNanos : one.sequence < other.sequence;
  }
}
