package io.holdfast.raft.sim;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/** Virtual time: events in the order of (time, insertion). */
public final class SimClock {
  private record Event(long atNanos, long sequence, Runnable action) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::sequence));
  private long nowNanos;
  private long sequence;
  private long executed;

  public long now() {
    return nowNanos;
  }

  public long nowMillis() {
    return TimeUnit.NANOSECONDS.toMillis(nowNanos);
  }

  /** How many events ran so far. */
  public long executed() {
    return executed;
  }

  public void at(long nanos, Runnable action) {
    events.add(new Event(Math.max(nanos, nowNanos), sequence++, action));
  }

  public void after(long delayNanos, Runnable action) {
    at(nowNanos + delayNanos, action);
  }

  public void afterMillis(long delayMillis, Runnable action) {
    after(TimeUnit.MILLISECONDS.toNanos(delayMillis), action);
  }

  /**
   * Runs the next event if it is due by then; else time moves to then.
   *
   * @return whether an event ran
   */
  public boolean stepUntil(long untilNanos) {
    Event next = events.peek();
    if (next == null || next.atNanos() > untilNanos) {
      nowNanos = Math.max(nowNanos, untilNanos);
      return false;
    }
    events.remove();
    nowNanos = next.atNanos();
    executed++;
    next.action().run();
    return true;
  }
}
