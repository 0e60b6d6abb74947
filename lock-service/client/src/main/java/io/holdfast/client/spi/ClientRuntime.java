package io.holdfast.client.spi;

import java.util.random.RandomGenerator;

/**
 * Time, turns and randomness for one client. Everything the client does inside happens in {@link
 * #execute} and {@link #schedule} tasks, of which the runtime runs one at a time.
 */
public interface ClientRuntime {
  /** Monotonic time in nanoseconds; any origin. Any thread. */
  long nanoTime();

  /**
   * Runs a task soon, after those given before it, never two at once. Any thread; the task may run
   * before this returns, but not inside another task.
   */
  void execute(Runnable task);

  /** Runs a task as {@link #execute} does, but not before the delay is over. Inside a task only. */
  Cancellable schedule(long delayNanos, Runnable task);

  /** The source of jitter and nonces. Inside a task only. */
  RandomGenerator random();

  /** The client is closed: gives back threads and whatever else is held. Any thread. */
  void close();

  /** Something scheduled. */
  interface Cancellable {
    /** Does not run the task any more, if it has not run. Inside a task only. */
    void cancel();
  }
}
