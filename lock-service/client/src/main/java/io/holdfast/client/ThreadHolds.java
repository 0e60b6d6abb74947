package io.holdfast.client;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** What each thread holds through a {@code Lock} view. Nothing is kept of what is not held. */
final class ThreadHolds {
  private record Key(Thread thread, String lock) {}

  private static final class Hold {
    private final Lease lease;
    private int count = 1;

    Hold(Lease lease) {
      this.lease = lease;
    }
  }

  private final ConcurrentMap<Key, Hold> holds = new ConcurrentHashMap<>();

  private static Key key(String lock) {
    return new Key(Thread.currentThread(), lock);
  }

  /**
   * Counts one more lock by this thread if it holds it already.
   *
   * @throws LeaseLostException if it did, but the lease is lost
   */
  boolean reenter(String lock) {
    Hold hold = holds.get(key(lock));
    if (hold == null) {
      return false;
    }
    hold.lease.requireValid();
    if (hold.count == Integer.MAX_VALUE) {
      throw new IllegalMonitorStateException("the lock is held too many times by this thread");
    }
    hold.count++;
    return true;
  }

  void enter(String lock, Lease lease) {
    holds.put(key(lock), new Hold(lease));
  }

  /** Counts one unlock by this thread; returns the lease when it was the last, else null. */
  @Nullable Lease leave(String lock) {
    Key key = key(lock);
    Hold hold = holds.get(key);
    if (hold == null) {
      throw new IllegalMonitorStateException("this thread does not hold the lock");
    }
    if (--hold.count > 0) {
      return null;
    }
    holds.remove(key);
    return hold.lease;
  }
}
