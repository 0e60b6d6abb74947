package io.holdfast.chaos.workload;

import java.time.Duration;

/**
 * What is wanted of a lock.
 *
 * @param owner tells the competitors of one session apart
 * @param mode exclusive, shared or semaphore
 * @param permits permits wanted of a semaphore, otherwise 0
 * @param limit permits in all of a semaphore, otherwise 0
 * @param patience how long to wait; zero tries once
 */
record LockWish(String lock, String owner, Mode mode, int permits, int limit, Duration patience) {
  enum Mode {
    EXCLUSIVE,
    SHARED,
    SEMAPHORE
  }

  static LockWish exclusive(String lock, String owner, Duration patience) {
    return new LockWish(lock, owner, Mode.EXCLUSIVE, 0, 0, patience);
  }

  static LockWish shared(String lock, String owner, Duration patience) {
    return new LockWish(lock, owner, Mode.SHARED, 0, 0, patience);
  }

  static LockWish permits(String lock, String owner, int permits, int limit, Duration patience) {
    return new LockWish(lock, owner, Mode.SEMAPHORE, permits, limit, patience);
  }
}
