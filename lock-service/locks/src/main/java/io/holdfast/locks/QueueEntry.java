package io.holdfast.locks;

import org.jspecify.annotations.Nullable;

/** The place of a waiting request in the queue of one lock. */
final class QueueEntry {
  final Wait wait;
  final LockRecord lock;
  final int demand;
  @Nullable QueueEntry previous;
  @Nullable QueueEntry next;

  QueueEntry(Wait wait, LockRecord lock, int demand) {
    this.wait = wait;
    this.lock = lock;
    this.demand = demand;
  }

  AcquireMode mode() {
    return Demand.mode(demand, lock.semaphoreLimit);
  }

  int position() {
    int position = 0;
    for (QueueEntry before = previous; before != null; before = before.previous) {
      position++;
    }
    return position;
  }

  Waiter view() {
    return new Waiter(
        wait.asker.session().id, wait.request, wait.asker.owner(), mode(), wait.queuedAt);
  }
}
