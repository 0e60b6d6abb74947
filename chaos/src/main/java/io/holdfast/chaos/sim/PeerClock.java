package io.holdfast.chaos.sim;

/** A monotonic clock that may run too fast or too slow, and jump ahead. */
final class PeerClock {
  private static final long PARTS = 1_000_000;

  private long worldAnchor;
  private long localAnchor;
  private long millionths;

  /**
   * @param originNanos what it shows at the beginning of the world
   * @param rateMillionths how much too fast it runs; negative when too slow
   */
  PeerClock(long originNanos, long rateMillionths) {
    localAnchor = originNanos;
    millionths = rateMillionths;
  }

  long local(long worldNanos) {
    long passed = worldNanos - worldAnchor;
    return localAnchor + passed + passed / PARTS * millionths + passed % PARTS * millionths / PARTS;
  }

  /** The first moment of the world at which the clock shows this or more. */
  long world(long localNanos) {
    long wanted = localNanos - localAnchor;
    long guess = worldAnchor + (long) (wanted * ((double) PARTS / (PARTS + millionths)));
    while (local(guess) < localNanos) {
      guess += Math.max(1, (localNanos - local(guess)) / 2);
    }
    return guess;
  }

  void jump(long worldNanos, long aheadNanos) {
    localAnchor = local(worldNanos) + aheadNanos;
    worldAnchor = worldNanos;
  }

  void setRate(long worldNanos, long rateMillionths) {
    jump(worldNanos, 0);
    millionths = rateMillionths;
  }

  long rateMillionths() {
    return millionths;
  }
}
