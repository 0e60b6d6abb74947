package io.holdfast.locks;

import java.util.ArrayList;
import java.util.List;

/** A request that waits: one entry in the queue of each of its locks, in the order of names. */
final class Wait {
  final Asker asker;
  final int fingerprint;
  final boolean all;
  final long queuedAt;
  final QueueEntry[] entries;
  RequestId request;
  long waitMillis;

  Wait(Asking asking, RequestId request, long queuedAt, LockRecord[] locks) {
    this.asker = asking.asker();
    this.fingerprint = asking.fingerprint();
    this.all = asking.all();
    this.request = request;
    this.waitMillis = asking.waitMillis();
    this.queuedAt = queuedAt;
    this.entries = new QueueEntry[locks.length];
    for (int at = 0; at < locks.length; at++) {
      entries[at] = new QueueEntry(this, locks[at], asking.demand(at));
    }
  }

  /** Whether it asks for the same locks in the same way. */
  boolean asksTheSame(Asking asking) {
    if (all != asking.all() || entries.length != asking.size()) {
      return false;
    }
    for (int at = 0; at < entries.length; at++) {
      if (!entries[at].lock.name.equals(asking.lock(at))
          || entries[at].demand != asking.demand(at)) {
        return false;
      }
    }
    return true;
  }

  boolean isFor(LockRecord lock) {
    for (QueueEntry entry : entries) {
      if (entry.lock == lock) {
        return true;
      }
    }
    return false;
  }

  /** Requests before it, of several queues the most. */
  int position() {
    int position = 0;
    for (QueueEntry entry : entries) {
      position = Math.max(position, entry.position());
    }
    return position;
  }

  LockEvent.RequestRef ref() {
    return new LockEvent.RequestRef(asker.session().id, request);
  }

  List<LockName> lockNames() {
    List<LockName> names = new ArrayList<>(entries.length);
    for (QueueEntry entry : entries) {
      names.add(entry.lock.name);
    }
    return names;
  }

  PendingWait view() {
    List<Command.Item> items = new ArrayList<>(entries.length);
    for (QueueEntry entry : entries) {
      items.add(new Command.Item(entry.lock.name, entry.mode()));
    }
    return new PendingWait(request, asker.owner(), items, waitMillis, queuedAt);
  }
}
