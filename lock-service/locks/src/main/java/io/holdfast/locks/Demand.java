package io.holdfast.locks;

/** An acquire mode as one number: what holds and queue entries keep of it. */
final class Demand {
  static final int EXCLUSIVE = -1;
  static final int SHARED = 0;

  private Demand() {}

  /** {@link #EXCLUSIVE}, {@link #SHARED}, or the permits of a semaphore. */
  static int of(AcquireMode mode) {
    if (mode instanceof AcquireMode.Semaphore semaphore) {
      return semaphore.permits();
    }
    return mode == AcquireMode.shared() ? SHARED : EXCLUSIVE;
  }

  /** The limit a semaphore mode names; 0 for the others. */
  static int semaphoreLimit(AcquireMode mode) {
    return mode instanceof AcquireMode.Semaphore semaphore ? semaphore.limit() : 0;
  }

  static AcquireMode mode(int demand, int semaphoreLimit) {
    if (demand > 0) {
      return new AcquireMode.Semaphore(semaphoreLimit, demand);
    }
    return demand == SHARED ? AcquireMode.shared() : AcquireMode.exclusive();
  }
}
