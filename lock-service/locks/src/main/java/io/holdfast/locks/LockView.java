package io.holdfast.locks;

import java.util.List;
import java.util.Optional;

/**
 * A lock at one moment.
 *
 * @param semaphoreLimit the permits in all, 0 for a lock that is no semaphore
 * @param lastToken token of the latest grant, or the floor the lock was created at when there was
 *     none
 * @param holders the first {@link #LISTED_MAX} by token
 * @param holderCount all of them
 * @param waiters the first {@link #LISTED_MAX} in the order of the queue
 * @param waiterCount all of them
 * @param value what the exclusive holder published
 * @param changedAt index of the entry that last changed its holders or its queue
 */
public record LockView(
    LockName name,
    LockKind kind,
    int semaphoreLimit,
    long lastToken,
    List<Holder> holders,
    int holderCount,
    List<Waiter> waiters,
    int waiterCount,
    Optional<LockValue> value,
    long changedAt) {
  public static final int LISTED_MAX = 100;

  /** Neither held nor waited for. */
  public boolean isIdle() {
    return holderCount == 0 && waiterCount == 0;
  }
}
