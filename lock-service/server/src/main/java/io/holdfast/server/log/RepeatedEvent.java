package io.holdfast.server.log;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Lets one event of a kind through at a time, so that a client that misbehaves is seen in the log
 * and cannot fill it. Any thread.
 */
public final class RepeatedEvent {
  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

  private record State(boolean open, long openedNanos, long suppressed) {}

  private final LongSupplier nanoTime;
  private final AtomicReference<State> state = new AtomicReference<>(new State(false, 0, 0));

  public RepeatedEvent() {
    this(System::nanoTime);
  }

  RepeatedEvent(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * Calls {@code log} at most once in ten seconds.
   *
   * @param log takes the number of events that were left out since it was called last
   */
  public void happened(LongConsumer log) {
    long now = nanoTime.getAsLong();
    State before =
        state.getAndUpdate(
            current ->
                speaks(current, now)
                    ? new State(true, now, 0)
                    : new State(true, current.openedNanos(), current.suppressed() + 1));
    if (speaks(before, now)) {
      log.accept(before.suppressed());
    }
  }

  private static boolean speaks(State state, long now) {
    return !state.open() || now - state.openedNanos() >= INTERVAL_NANOS;
  }
}
