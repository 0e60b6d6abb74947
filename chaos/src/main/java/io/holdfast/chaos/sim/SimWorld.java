package io.holdfast.chaos.sim;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time, one queue of events, random sources, the trace and the first violation. Everything
 * of one run belongs to one world, and one thread turns it.
 */
final class SimWorld {
  /** Lines of the trace kept for a failure. */
  private static final int TRACE_LINES_MAX = 30_000;

  private static final long HASH_FACTOR = 0x9E3779B97F4A7C15L;

  private final EventQueue queue = new EventQueue();
  private final Draws draws;
  private final Coverage coverage = new Coverage();
  private final Deque<String> trace = new ArrayDeque<>();
  private final boolean tracing;
  private long hash = HASH_FACTOR;
  private long events;
  private @Nullable Violation violation;

  SimWorld(long seed, boolean tracing) {
    this.draws = new Draws(seed);
    this.tracing = tracing;
  }

  long now() {
    return queue.now();
  }

  long nowMillis() {
    return queue.now() / 1_000_000;
  }

  Draws draws() {
    return draws;
  }

  Coverage coverage() {
    return coverage;
  }

  long events() {
    return events;
  }

  long hash() {
    return hash;
  }

  EventQueue.Planned at(long nanos, Runnable action) {
    return queue.at(nanos, action);
  }

  EventQueue.Planned after(long delayNanos, Runnable action) {
    return queue.at(queue.now() + delayNanos, action);
  }

  EventQueue.Planned afterMillis(long delayMillis, Runnable action) {
    return after(delayMillis * 1_000_000, action);
  }

  /** Makes what happened part of the hash of the run. */
  void mix(long value) {
    hash = (hash ^ value) * HASH_FACTOR;
    hash ^= hash >>> 29;
  }

  /**
   * Lets time pass until then, or until something is violated.
   *
   * @return whether all went well
   */
  boolean runUntil(long untilNanos) {
    boolean more = true;
    while (more && violation == null) {
      more = stepOnce(untilNanos);
    }
    return violation == null;
  }

  /** Lets one thing happen. */
  boolean stepOnce(long untilNanos) {
    try {
      boolean stepped = queue.step(untilNanos);
      if (stepped) {
        events++;
        mix(queue.now());
        mix(queue.lastSequence());
      }
      return stepped;
    } catch (RuntimeException | StackOverflowError | AssertionError uncaught) {
      violate("I17", "uncaught " + describe(uncaught));
      return false;
    }
  }

  private static String describe(Throwable thrown) {
    StringBuilder text = new StringBuilder(thrown.toString());
    StackTraceElement[] frames = thrown.getStackTrace();
    for (int i = 0; i < Math.min(4, frames.length); i++) {
      text.append(i == 0 ? " at " : " < ").append(frames[i]);
    }
    Throwable cause = thrown.getCause();
    return cause == null ? text.toString() : text + ", caused by " + describe(cause);
  }

  /** Ends the run; the first violation counts. */
  void violate(String check, String message) {
    if (violation == null) {
      violation = new Violation(check, message, queue.now());
      note("VIOLATION", () -> check + " " + message);
    }
  }

  Optional<Violation> violation() {
    return Optional.ofNullable(violation);
  }

  boolean isTracing() {
    return tracing;
  }

  /** Adds a line to the trace. */
  void note(Object who, Supplier<String> what) {
    if (!tracing) {
      return;
    }
    if (trace.size() == TRACE_LINES_MAX) {
      trace.removeFirst();
    }
    trace.addLast(
        String.format(Locale.ROOT, "%10.3f  %-9s %s", queue.now() / 1e6, who, what.get()));
  }

  /** The last lines of the trace: milliseconds, who, what. */
  Deque<String> trace() {
    return trace;
  }
}
