package io.holdfast.checker.cli;

import io.holdfast.checker.CheckOptions;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells how far a long check is: one line that is written over on a terminal, a line every ten
 * seconds elsewhere. Safe for use by many threads.
 */
final class ProgressLine implements CheckOptions.Progress {
  private static final long QUIET_NANOS = 1_000_000_000L;
  private static final long TERMINAL_INTERVAL_NANOS = 200_000_000L;
  private static final long PLAIN_INTERVAL_NANOS = 10_000_000_000L;
  private static final double MILLION = 1e6;

  private final PrintStream out;
  private final boolean terminal;
  private final long began = System.nanoTime();
  private final AtomicLong nextNanos = new AtomicLong();
  private final AtomicLong steps = new AtomicLong();
  private boolean shown;

  ProgressLine(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
    nextNanos.set(terminal ? QUIET_NANOS : PLAIN_INTERVAL_NANOS);
  }

  @Override
  public void report(int decided, int partitions, long more) {
    long total = steps.addAndGet(more);
    long elapsed = System.nanoTime() - began;
    long next = nextNanos.get();
    long interval = terminal ? TERMINAL_INTERVAL_NANOS : PLAIN_INTERVAL_NANOS;
    if (elapsed < next || !nextNanos.compareAndSet(next, elapsed + interval)) {
      return;
    }
    show(
        String.format(
            Locale.ROOT,
            "checking: %d of %d keys decided, %.1f million steps, %.0f s",
            decided,
            partitions,
            total / MILLION,
            elapsed / 1e9));
  }

  private synchronized void show(String text) {
    shown = true;
    if (terminal) {
      out.print("\r" + text + "\033[K");
      out.flush();
    } else {
      out.println(text);
    }
  }

  /** Takes the line away. */
  synchronized void finish() {
    if (shown && terminal) {
      out.print("\r\033[K");
      out.flush();
    }
  }
}
