package io.holdfast.locks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The state of one lock. Holders and queue are linked lists, so that leaving them is one step. */
final class LockRecord {
  final LockName name;

  /** 0 for a read-write lock. */
  final int semaphoreLimit;

  long lastToken;
  long changedAt;
  @Nullable Hold firstHold;
  @Nullable Hold lastHold;
  int holdCount;
  int permitsOut;
  @Nullable QueueEntry firstWaiter;
  @Nullable QueueEntry lastWaiter;
  int waiterCount;

  /** Neighbours in the list of idle locks, the least recently used first. */
  @Nullable LockRecord previousIdle;

  @Nullable LockRecord nextIdle;
  boolean inIdleList;

  /** Whether the command being applied changed it. */
  boolean changing;

  boolean forgotten;

  /** The latest snapshot view that needs no pre-image of this lock any more. */
  int settledForView;

  LockRecord(LockName name, int semaphoreLimit, long lastToken) {
    this.name = name;
    this.semaphoreLimit = semaphoreLimit;
    this.lastToken = lastToken;
  }

  LockKind kind() {
    return semaphoreLimit > 0 ? LockKind.SEMAPHORE : LockKind.READ_WRITE;
  }

  boolean isIdle() {
    return holdCount == 0 && waiterCount == 0;
  }

  /** Whether the holders leave room, whatever the queue. */
  boolean fits(int demand) {
    if (demand > 0) {
      return permitsOut + demand <= semaphoreLimit;
    }
    return firstHold == null || (demand == Demand.SHARED && firstHold.demand == Demand.SHARED);
  }

  void addHold(Hold hold) {
    hold.previousOfLock = lastHold;
    if (lastHold == null) {
      firstHold = hold;
    } else {
      lastHold.nextOfLock = hold;
    }
    lastHold = hold;
    holdCount++;
    permitsOut += Math.max(0, hold.demand);
  }

  void removeHold(Hold hold) {
    if (hold.previousOfLock == null) {
      firstHold = hold.nextOfLock;
    } else {
      hold.previousOfLock.nextOfLock = hold.nextOfLock;
    }
    if (hold.nextOfLock == null) {
      lastHold = hold.previousOfLock;
    } else {
      hold.nextOfLock.previousOfLock = hold.previousOfLock;
    }
    hold.previousOfLock = null;
    hold.nextOfLock = null;
    holdCount--;
    permitsOut -= Math.max(0, hold.demand);
  }

  void addWaiter(QueueEntry entry) {
    entry.previous = lastWaiter;
    if (lastWaiter == null) {
      firstWaiter = entry;
    } else {
      lastWaiter.next = entry;
    }
    lastWaiter = entry;
    waiterCount++;
  }

  void removeWaiter(QueueEntry entry) {
    if (entry.previous == null) {
      firstWaiter = entry.next;
    } else {
      entry.previous.next = entry.next;
    }
    if (entry.next == null) {
      lastWaiter = entry.previous;
    } else {
      entry.next.previous = entry.previous;
    }
    entry.previous = null;
    entry.next = null;
    waiterCount--;
  }

  /** The hold of (session, owner), looked for in the shorter of the two lists it is in. */
  @Nullable Hold holdOf(Asker asker) {
    if (holdCount <= asker.session().holdCount) {
      for (Hold hold = firstHold; hold != null; hold = hold.nextOfLock) {
        if (hold.isOf(asker.session(), asker.owner())) {
          return hold;
        }
      }
      return null;
    }
    for (Hold hold = asker.session().firstHold; hold != null; hold = hold.nextOfSession) {
      if (hold.lock == this && hold.owner.equals(asker.owner())) {
        return hold;
      }
    }
    return null;
  }

  List<Holder> holders(int max) {
    List<Holder> holders = new ArrayList<>(Math.min(max, holdCount));
    for (Hold hold = firstHold; hold != null && holders.size() < max; hold = hold.nextOfLock) {
      holders.add(hold.view());
    }
    return holders;
  }

  LockView view() {
    List<Waiter> waiters = new ArrayList<>(Math.min(LockView.LISTED_MAX, waiterCount));
    for (QueueEntry entry = firstWaiter;
        entry != null && waiters.size() < LockView.LISTED_MAX;
        entry = entry.next) {
      waiters.add(entry.view());
    }
    return new LockView(
        name,
        kind(),
        semaphoreLimit,
        lastToken,
        holders(LockView.LISTED_MAX),
        holdCount,
        waiters,
        waiterCount,
        firstHold == null ? Optional.empty() : Optional.ofNullable(firstHold.value),
        changedAt);
  }
}
