package io.holdfast.checker;

import java.time.Duration;

/**
 * The budgets of a check and what it is to do within them.
 *
 * @param timeLimit after which what is undecided stays unknown; evidence may take a little longer
 * @param memoryLimitBytes heap that the searches may hold together, besides the history
 * @param threads how many partitions are looked at in parallel, at least 1
 * @param failFast whether the first invalid partition ends the check of the others
 * @param forcedOrder whether the lock fast path may be used; without it the search decides all
 * @param progress told now and then how far the check is
 */
public record CheckOptions(
    Duration timeLimit,
    long memoryLimitBytes,
    int threads,
    boolean failFast,
    boolean forcedOrder,
    Progress progress) {
  private static final Duration DEFAULT_TIME_LIMIT = Duration.ofSeconds(60);
  private static final long LEAST_MEMORY_BYTES = 16L << 20;
  private static final double PART_OF_FREE_HEAP = 0.7;

  /** Hears how far a check is; called by many threads, often, and must return at once. */
  @FunctionalInterface
  public interface Progress {
    /** Ignores it. */
    Progress NONE = (decided, partitions, steps) -> {};

    /**
     * Some more steps were done.
     *
     * @param decided partitions decided so far
     * @param partitions all partitions
     * @param steps steps done by the caller since it last called
     */
    void report(int decided, int partitions, long steps);
  }

  /** Checks the numbers. */
  public CheckOptions {
    if (timeLimit.isNegative()) {
      throw new IllegalArgumentException("time limit " + timeLimit + "; expected none below 0");
    }
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads; expected at least 1");
    }
    if (memoryLimitBytes < 1) {
      throw new IllegalArgumentException(
          "memory limit of " + memoryLimitBytes + " bytes; expected at least 1");
    }
  }

  /**
   * 60 seconds, most of the free heap, as many threads as processors, fail fast, with fast path.
   */
  public static CheckOptions defaults() {
    return new CheckOptions(
        DEFAULT_TIME_LIMIT,
        freeHeapShare(),
        Runtime.getRuntime().availableProcessors(),
        true,
        true,
        Progress.NONE);
  }

  private static long freeHeapShare() {
    Runtime runtime = Runtime.getRuntime();
    long used = runtime.totalMemory() - runtime.freeMemory();
    return Math.max(LEAST_MEMORY_BYTES, (long) (PART_OF_FREE_HEAP * (runtime.maxMemory() - used)));
  }

  /** The same with this time limit. */
  public CheckOptions withTimeLimit(Duration limit) {
    return new CheckOptions(limit, memoryLimitBytes, threads, failFast, forcedOrder, progress);
  }

  /** The same with this memory limit in bytes. */
  public CheckOptions withMemoryLimitBytes(long limit) {
    return new CheckOptions(timeLimit, limit, threads, failFast, forcedOrder, progress);
  }

  /** The same with this many threads. */
  public CheckOptions withThreads(int count) {
    return new CheckOptions(timeLimit, memoryLimitBytes, count, failFast, forcedOrder, progress);
  }

  /** The same, failing fast or not. */
  public CheckOptions withFailFast(boolean fast) {
    return new CheckOptions(timeLimit, memoryLimitBytes, threads, fast, forcedOrder, progress);
  }

  /** The same, with or without the lock fast path. */
  public CheckOptions withForcedOrder(boolean allowed) {
    return new CheckOptions(timeLimit, memoryLimitBytes, threads, failFast, allowed, progress);
  }

  /** The same, reporting to this listener. */
  public CheckOptions withProgress(Progress listener) {
    return new CheckOptions(timeLimit, memoryLimitBytes, threads, failFast, forcedOrder, listener);
  }
}
