package io.holdfast.bench.worker;

import java.util.concurrent.TimeUnit;

/**
 * The longest time without a grant after an event: a grant that was on its way when the leader died
 * may still arrive, so the first grant afterwards tells nothing. For several threads.
 */
final class FailOver {
  private static final long WATCH_NANOS_MAX = TimeUnit.SECONDS.toNanos(60);
  private static final long CALM_NANOS = TimeUnit.SECONDS.toNanos(1);

  private long eventNanos;
  private long lastNanos;
  private long longestGapNanos;
  private long gapEndNanos;
  private boolean watching;

  synchronized void begin(long nowNanos) {
    eventNanos = nowNanos;
    lastNanos = nowNanos;
    gapEndNanos = nowNanos;
    longestGapNanos = 0;
    watching = true;
  }

  synchronized void granted(long nowNanos) {
    if (watching && nowNanos - lastNanos > longestGapNanos) {
      longestGapNanos = nowNanos - lastNanos;
      gapEndNanos = nowNanos;
    }
    lastNanos = nowNanos;
  }

  /** From the event to the end of the longest gap that began after it. */
  synchronized double outageMillis() {
    return (gapEndNanos - eventNanos) / 1e6;
  }

  /** Whether grants flow again: long enough that the longest gap is known. */
  synchronized boolean isOver(long nowNanos) {
    boolean flows = longestGapNanos > 0 && nowNanos - lastNanos < longestGapNanos;
    if (flows && nowNanos - gapEndNanos > Math.max(CALM_NANOS, longestGapNanos)) {
      watching = false;
      return true;
    }
    if (nowNanos - eventNanos > WATCH_NANOS_MAX) {
      throw new IllegalStateException("no grant for 60 s after the leader was killed");
    }
    return false;
  }
}
