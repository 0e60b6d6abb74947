package io.holdfast.raft.sim;

import java.util.Random;
import java.util.concurrent.TimeUnit;

/** How slow one peer's disk is, and what goes wrong with it. Changed while a run goes on. */
public final class SimFaults {
  private long syncMinNanos = TimeUnit.MICROSECONDS.toNanos(100);
  private long syncMaxNanos = TimeUnit.MICROSECONDS.toNanos(800);
  private long stalledUntilNanos;
  private boolean failNextSync;

  public void syncMillis(long min, long max) {
    syncMinNanos = TimeUnit.MILLISECONDS.toNanos(min);
    syncMaxNanos = TimeUnit.MILLISECONDS.toNanos(max);
  }

  public void stallUntil(long nanos) {
    stalledUntilNanos = nanos;
  }

  public void failNextSync() {
    failNextSync = true;
  }

  long syncNanos(Random random, long nowNanos) {
    long usual = syncMinNanos + (long) (random.nextDouble() * (syncMaxNanos - syncMinNanos));
    return Math.max(usual, stalledUntilNanos - nowNanos);
  }

  long readNanos(Random random) {
    return 20_000L + random.nextInt(100_000);
  }

  boolean takeSyncFailure() {
    boolean fail = failNextSync;
    failNextSync = false;
    return fail;
  }
}
