package io.holdfast.locks;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What must hold of a state after every command; linear in its size. */
final class Invariants {
  private record Place(long session, String owner) {}

  private final State state;
  private int locks;
  private int idle;
  private int holds;
  private int entries;

  Invariants(State state) {
    this.state = state;
  }

  /**
   * @throws IllegalStateException naming what is broken
   */
  void check() {
    String before = null;
    for (LockRecord lock = state.locks.above("");
        lock != null;
        lock = state.locks.above(lock.name.value())) {
      String name = lock.name.value();
      require(before == null || before.compareTo(name) < 0, "names are out of order at ", name);
      before = name;
      checkLock(lock);
    }
    require(locks == state.locks.size(), "the name order has other locks than the index: ", locks);
    require(holds == state.holdCount, "holds are miscounted: ", holds);
    checkIdleList();
    checkSessions();
    require(state.tokenFloor >= state.raisedFloor, "the floor is low: ", state.tokenFloor);
  }

  private void checkLock(LockRecord lock) {
    locks++;
    require(state.locks.get(lock.name) == lock, "the index does not know lock ", lock.name);
    require(!lock.forgotten && !lock.changing, "a step left its marks on lock ", lock.name);
    checkHolders(lock);
    checkQueue(lock);
    require(lock.inIdleList == lock.isIdle(), "the idle list is wrong about lock ", lock.name);
    idle += lock.isIdle() ? 1 : 0;
  }

  private void checkHolders(LockRecord lock) {
    Set<Place> holders = lock.firstHold == lock.lastHold ? Set.of() : new LinkedHashSet<>();
    int found = 0;
    long token = 0;
    long permits = 0;
    int exclusive = 0;
    Hold previous = null;
    for (Hold hold = lock.firstHold; hold != null; hold = hold.nextOfLock) {
      require(hold.previousOfLock == previous && hold.lock == lock, "holders of ", lock.name);
      require(hold.token > token, "tokens do not increase in lock ", lock.name);
      require(
          state.sessions.get(hold.session.id) == hold.session,
          "a session that ended holds lock ",
          lock.name);
      require(
          (previous == null && hold.nextOfLock == null)
              || holders.add(new Place(hold.session.id, hold.owner)),
          "an owner holds twice the lock ",
          lock.name);
      require(hold.demand > 0 == lock.semaphoreLimit > 0, "a hold of another kind: ", lock.name);
      require(hold.value == null || hold.demand == Demand.EXCLUSIVE, "a shared value: ", lock.name);
      token = hold.token;
      permits += Math.max(0, hold.demand);
      exclusive += hold.demand == Demand.EXCLUSIVE ? 1 : 0;
      found++;
      previous = hold;
    }
    require(lock.lastHold == previous, "the last holder of ", lock.name);
    require(found == lock.holdCount, "holders are miscounted in lock ", lock.name);
    require(exclusive == 0 || lock.holdCount == 1, "an exclusive holder is not alone: ", lock.name);
    require(permits == lock.permitsOut, "permits are miscounted in lock ", lock.name);
    require(permits <= lock.semaphoreLimit, "too many permits are out of ", lock.name);
    require(token <= lock.lastToken, "the last token is not the greatest of lock ", lock.name);
    require(token <= state.tokenMax, "the greatest token is not that of lock ", lock.name);
    holds += lock.holdCount;
  }

  private void checkQueue(LockRecord lock) {
    if (lock.waiterCount == 0 && lock.firstWaiter == null && lock.lastWaiter == null) {
      return;
    }
    Set<Place> waiters = new LinkedHashSet<>();
    long queuedAt = 0;
    QueueEntry previous = null;
    for (QueueEntry entry = lock.firstWaiter; entry != null; entry = entry.next) {
      Asker asker = entry.wait.asker;
      require(entry.previous == previous && entry.lock == lock, "the queue of ", lock.name);
      require(entry.wait.queuedAt > queuedAt, "the queue is out of order in lock ", lock.name);
      require(
          asker.session().waitOf(entry.wait.request) == entry.wait,
          "a session does not know its wait for lock ",
          lock.name);
      require(
          waiters.add(new Place(asker.session().id, asker.owner())),
          "an owner waits twice for lock ",
          lock.name);
      require(lock.holdOf(asker) == null, "a holder waits for lock ", lock.name);
      require(entry.demand > 0 == lock.semaphoreLimit > 0, "a wait of another kind: ", lock.name);
      queuedAt = entry.wait.queuedAt;
      previous = entry;
    }
    require(lock.lastWaiter == previous, "the last waiter of ", lock.name);
    require(waiters.size() == lock.waiterCount, "waiters are miscounted in lock ", lock.name);
    require(
        lock.firstWaiter == null || !Step.isReady(lock.firstWaiter.wait),
        "a waiter that could be granted waits for lock ",
        lock.name);
    entries += lock.waiterCount;
  }

  private void checkIdleList() {
    int found = 0;
    LockRecord previous = null;
    for (LockRecord lock = state.locks.oldestIdle(); lock != null; lock = lock.nextIdle) {
      require(lock.previousIdle == previous, "the idle list at lock ", lock.name);
      require(previous == null || isBefore(previous, lock), "idle out of order: ", lock.name);
      previous = lock;
      found++;
    }
    require(found == idle && found == state.locks.idleCount(), "idle miscounted: ", found);
  }

  private static boolean isBefore(LockRecord left, LockRecord right) {
    return left.changedAt < right.changedAt
        || (left.changedAt == right.changedAt && left.name.compareTo(right.name) < 0);
  }

  private void checkSessions() {
    int sessions = 0;
    int heldBySessions = 0;
    int waits = 0;
    int entriesOfSessions = 0;
    for (SessionRecord session = state.sessions.above(0);
        session != null;
        session = state.sessions.above(session.id)) {
      sessions++;
      heldBySessions += checkHolds(session);
      waits += session.waitCount();
      entriesOfSessions += checkWaits(session);
      require(state.byNonce.get(session.nonce) == session, "the nonce of session ", session.id);
      require(state.ended.get(session.id) == null, "it ended and lives: session ", session.id);
      require(state.ended.get(session.nonce) == null, "a nonce used twice: session ", session.id);
    }
    require(sessions == state.sessions.size(), "sessions are miscounted: ", sessions);
    require(sessions == state.byNonce.size(), "nonces are miscounted: ", sessions);
    require(heldBySessions == holds, "sessions hold other locks than locks say: ", heldBySessions);
    require(waits == state.waitCount, "waits are miscounted: ", waits);
    require(entriesOfSessions == entries, "queues and sessions differ: ", entriesOfSessions);
  }

  private static int checkHolds(SessionRecord session) {
    int found = 0;
    Hold previous = null;
    for (Hold hold = session.firstHold; hold != null; hold = hold.nextOfSession) {
      require(
          hold.session == session && hold.previousOfSession == previous,
          "the holds of session ",
          session.id);
      previous = hold;
      found++;
    }
    require(found == session.holdCount, "holds are miscounted in session ", session.id);
    return found;
  }

  private static int checkWaits(SessionRecord session) {
    int found = 0;
    long queuedAt = 0;
    for (Wait wait : session.waitsByPlace()) {
      require(wait.queuedAt > queuedAt, "two waits at one place in session ", session.id);
      require(
          wait.asker.session() == session && session.waitOf(wait.request) == wait,
          "a wait of another session in session ",
          session.id);
      queuedAt = wait.queuedAt;
      found += wait.entries.length;
    }
    require(found == session.entryCount, "queue entries are miscounted in session ", session.id);
    return found;
  }

  private static void require(boolean holds, String broken, @Nullable Object where) {
    if (!holds) {
      throw new IllegalStateException("broken invariant: " + broken + where);
    }
  }
}
