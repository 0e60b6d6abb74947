package io.holdfast.checker.model;

/**
 * What forces the order of a lock's grants.
 *
 * @param tokens whether grants carry fencing tokens that increase
 * @param dense whether each token is the one before plus 1
 * @param leases whether a hold may end by itself once its lease has run out
 * @param leaseTolerance part of the TTL by which a lease may end early, from 0 to 1
 */
public record LockRules(boolean tokens, boolean dense, boolean leases, double leaseTolerance) {
  /** The longest lease that is understood, in milliseconds: some 30 years. */
  public static final long TTL_MILLIS_MAX = 1_000_000_000_000L;

  static final LockRules WITHOUT_TOKENS = new LockRules(false, false, false, 0);

  private static final long NANOS_PER_MILLI = 1_000_000;

  /**
   * Nanoseconds for which a hold is safe after the sending of the request that was acknowledged.
   */
  public long leaseNanos(long ttlMillis) {
    long nanos = Math.multiplyExact(ttlMillis, NANOS_PER_MILLI);
    return leaseTolerance == 0 ? nanos : (long) (nanos * (1 - leaseTolerance));
  }
}
