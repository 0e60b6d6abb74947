package io.holdfast.client.internal;

import java.util.random.RandomGenerator;

/** Pauses between attempts: doubling, with full jitter in the upper half, bounded. */
final class Backoff {
  private static final int DOUBLINGS_MAX = 16;

  private Backoff() {}

  /**
   * The pause after so many failed attempts.
   *
   * @param failures at least 1
   */
  static long nanos(int failures, long firstNanos, long maxNanos, RandomGenerator random) {
    int doublings = Math.min(failures - 1, DOUBLINGS_MAX);
    long full = Math.min(maxNanos, firstNanos << doublings);
    return full / 2 + (long) (random.nextDouble() * (full - full / 2));
  }
}
