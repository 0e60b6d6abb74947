package io.holdfast.client;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/** A distributed lock with the manners of {@code java.util.concurrent.locks.ReentrantLock}. */
final class LockView implements Lock {
  private static final Duration WAIT_MAX = Duration.ofDays(1);

  private final DistributedLock lock;
  private final ThreadHolds holds;
  private final String key;

  LockView(DistributedLock lock, ThreadHolds holds) {
    this.lock = lock;
    this.holds = holds;
    this.key = lock.holdKey();
  }

  @Override
  public void lock() {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          lockInterruptibly();
          return;
        } catch (InterruptedException again) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void lockInterruptibly() throws InterruptedException {
    if (!holds.reenter(key)) {
      holds.enter(key, lock.acquire());
    }
  }

  @Override
  public boolean tryLock() {
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          return tryLock(Duration.ZERO);
        } catch (InterruptedException again) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
    Duration wait = Duration.of(Math.max(0, time), unit.toChronoUnit());
    return tryLock(wait.compareTo(WAIT_MAX) > 0 ? WAIT_MAX : wait);
  }

  private boolean tryLock(Duration wait) throws InterruptedException {
    if (holds.reenter(key)) {
      return true;
    }
    Optional<Lease> lease = lock.tryAcquire(wait);
    lease.ifPresent(held -> holds.enter(key, held));
    return lease.isPresent();
  }

  @Override
  public void unlock() {
    Lease lease = holds.leave(key);
    if (lease != null) {
      lease.release();
    }
  }

  /**
   * Not supported: a condition would need its own replicated queue.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public Condition newCondition() {
    throw new UnsupportedOperationException("a distributed lock has no conditions; use a watch");
  }

  @Override
  public String toString() {
    return "Lock view of " + lock;
  }
}
