package io.holdfast.chaos.sim;

import io.holdfast.api.LockMode;

/**
 * What a client wants.
 *
 * @param rw whether the lock is one of those that are taken shared or exclusive
 * @param permits permits of a semaphore
 * @param limit all permits of the semaphore
 * @param waitMillis 0 to try, -1 for ever
 */
record Wish(String lock, LockMode mode, boolean rw, int permits, int limit, long waitMillis) {
  /**
   * Whether a refusal tells that somebody else holds the lock. The queue of a semaphore is fair:
   * one permit may be refused while it is free, because an earlier request waits for two.
   */
  boolean observes() {
    return waitMillis == 0 && mode != LockMode.SEMAPHORE;
  }
}
