package io.holdfast.locks;

import org.jspecify.annotations.Nullable;

/**
 * Remembered locks: by hash for commands, in the order of names for listings and snapshots, and the
 * idle ones in the order of their last use.
 */
final class LockTable {
  private final NameIndex byName = new NameIndex();
  private final NameOrder order = new NameOrder();
  private @Nullable LockRecord oldestIdle;
  private @Nullable LockRecord newestIdle;
  private int idleCount;

  int size() {
    return byName.size();
  }

  int idleCount() {
    return idleCount;
  }

  @Nullable LockRecord get(LockName name) {
    return byName.get(name);
  }

  void add(LockRecord lock) {
    byName.add(lock);
    order.add(lock);
  }

  void remove(LockRecord lock) {
    unlinkIdle(lock);
    byName.remove(lock.name);
    order.remove(lock);
    lock.forgotten = true;
  }

  /** The first lock behind the name, which need not be a lock's. */
  @Nullable LockRecord above(String name) {
    return order.next(name, false);
  }

  /** The first lock at the name or behind it. */
  @Nullable LockRecord atOrAbove(String name) {
    return order.next(name, true);
  }

  @Nullable LockRecord oldestIdle() {
    return oldestIdle;
  }

  void linkIdle(LockRecord lock) {
    lock.inIdleList = true;
    lock.previousIdle = newestIdle;
    if (newestIdle == null) {
      oldestIdle = lock;
    } else {
      newestIdle.nextIdle = lock;
    }
    newestIdle = lock;
    idleCount++;
  }

  void unlinkIdle(LockRecord lock) {
    if (!lock.inIdleList) {
      return;
    }
    if (lock.previousIdle == null) {
      oldestIdle = lock.nextIdle;
    } else {
      lock.previousIdle.nextIdle = lock.nextIdle;
    }
    if (lock.nextIdle == null) {
      newestIdle = lock.previousIdle;
    } else {
      lock.nextIdle.previousIdle = lock.previousIdle;
    }
    lock.previousIdle = null;
    lock.nextIdle = null;
    lock.inIdleList = false;
    idleCount--;
  }
}
