package io.holdfast.chaos.containers;

import java.util.concurrent.locks.LockSupport;

/**
 * Run inside a peer's container: is the wall clock moved, and do the timers of the JVM still wait?
 * Libraries that move clocks have been seen to make every timed wait return at once, which would
 * attack something else than the clock. Prints the wall clock in milliseconds, the milliseconds
 * that a wait of 200 ms took, and those that it took by the monotonic clock.
 */
final class ClockCheck {
  private static final long WAIT_NANOS = 200_000_000;

  private ClockCheck() {}

  /**
   * Looks once.
   *
   * @param args none
   */
  public static void main(String[] args) {
    long wall = System.currentTimeMillis();
    long monotonic = System.nanoTime();
    LockSupport.parkNanos(WAIT_NANOS);
    System.out.println(
        System.currentTimeMillis()
            + " "
            + (System.currentTimeMillis() - wall)
            + " "
            + (System.nanoTime() - monotonic) / 1_000_000);
  }
}
