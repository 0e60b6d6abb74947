package io.holdfast.locks;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Acquire and AcquireAll. The order of the checks is part of the replicated behaviour: what the
 * request says, what its locks are, what the owner holds already, whether it can be granted, and
 * only then whether it may wait.
 */
final class Acquiring {
  private final Step step;

  Acquiring(Step step) {
    this.step = step;
  }

  CommandResult acquire(Asking asking, RequestId request, boolean mayWait) {
    CommandResult refusal = refusalOfWords(asking);
    if (refusal != null) {
      return refusal;
    }
    @Nullable LockRecord[] locks = find(asking);
    refusal = refusalOfKind(asking, locks);
    if (refusal != null) {
      return refusal;
    }
    CommandResult held = heldAlready(asking, locks);
    if (held != null) {
      return held;
    }
    if (mayWait) {
      CommandResult kept = replaceEarlierWaits(asking, request, locks);
      if (kept != null) {
        return kept;
      }
    }
    int blocked = firstBlocked(asking, locks);
    if (blocked < 0) {
      return grant(asking, request, locks);
    }
    return mayWait ? queue(asking, request, locks) : busy(asking, locks[blocked]);
  }

  private State state() {
    return step.state();
  }

  private @Nullable CommandResult refusalOfWords(Asking asking) {
    CommandResult refusal = Words.refusalOfOwner(state(), asking.asker().owner());
    if (refusal == null) {
      refusal = state().over(Limit.LOCKS_PER_REQUEST, asking.size());
    }
    for (int at = 0; refusal == null && at < asking.size(); at++) {
      refusal = state().over(Limit.SEMAPHORE_LIMIT, Demand.semaphoreLimit(asking.mode(at)));
    }
    return refusal;
  }

  private @Nullable LockRecord[] find(Asking asking) {
    @Nullable LockRecord[] locks = new @Nullable LockRecord[asking.size()];
    for (int at = 0; at < locks.length; at++) {
      locks[at] = state().locks.get(asking.lock(at));
    }
    return locks;
  }

  private static @Nullable CommandResult refusalOfKind(
      Asking asking, @Nullable LockRecord[] locks) {
    for (int at = 0; at < locks.length; at++) {
      LockRecord lock = locks[at];
      if (lock == null) {
        continue;
      }
      int limitAsked = Demand.semaphoreLimit(asking.mode(at));
      if (lock.kind() != asking.mode(at).kind()) {
        return new CommandResult.KindMismatch(lock.name, lock.kind());
      }
      if (lock.semaphoreLimit != limitAsked) {
        return new CommandResult.LimitMismatch(lock.name, lock.semaphoreLimit, limitAsked);
      }
    }
    return null;
  }

  /** The same holder asking again gets the grants that exist, with their tokens. */
  private static @Nullable CommandResult heldAlready(Asking asking, @Nullable LockRecord[] locks) {
    List<Hold> holds = null;
    for (int at = 0; at < locks.length; at++) {
      LockRecord lock = locks[at];
      Hold hold = lock == null ? null : lock.holdOf(asking.asker());
      if (hold == null) {
        continue;
      }
      if (hold.demand != asking.demand(at)) {
        AcquireMode mode = Demand.mode(hold.demand, hold.lock.semaphoreLimit);
        return new CommandResult.HeldOtherwise(hold.lock.name, new FencingToken(hold.token), mode);
      }
      if (holds == null) {
        holds = new ArrayList<>(locks.length);
      }
      holds.add(hold);
    }
    if (holds == null) {
      return null;
    }
    if (holds.size() < locks.length) {
      Hold first = holds.get(0);
      return new CommandResult.PartlyHeld(first.lock.name, new FencingToken(first.token));
    }
    return Step.answerOf(holds, asking.all());
  }

  /**
   * An owner waits at most once for a lock. If it asks for the same again under another request id
   * the wait goes over to that id and keeps its place; any other wait for one of these locks is
   * withdrawn, whatever becomes of this request.
   *
   * @return the answer if the place was kept
   */
  private @Nullable CommandResult replaceEarlierWaits(
      Asking asking, RequestId request, @Nullable LockRecord[] locks) {
    Set<Wait> earlier = null;
    for (LockRecord lock : locks) {
      Wait wait = lock == null ? null : waitOf(asking.asker(), lock);
      if (wait != null) {
        if (wait.asksTheSame(asking)) {
          return keepPlace(wait, request, asking.waitMillis());
        }
        if (earlier == null) {
          earlier = new LinkedHashSet<>(4);
        }
        earlier.add(wait);
      }
    }
    if (earlier != null) {
      earlier.forEach(wait -> step.withdraw(wait, WaitEnd.REPLACED));
      earlier.forEach(step::handOver);
    }
    return null;
  }

  private CommandResult keepPlace(Wait wait, RequestId request, long waitMillis) {
    SessionRecord session = wait.asker.session();
    session.removeWait(wait);
    step.endWait(wait, WaitEnd.REPLACED);
    wait.request = request;
    wait.waitMillis = waitMillis;
    session.addWait(wait);
    step.emitQueued(wait);
    return new CommandResult.Queued(wait.position());
  }

  /** The owner's wait for this lock, looked for in the shorter of queue and session. */
  private static @Nullable Wait waitOf(Asker asker, LockRecord lock) {
    SessionRecord session = asker.session();
    if (session.waitCount() == 0) {
      return null;
    }
    if (session.waitCount() < lock.waiterCount) {
      return session.waitOf(asker.owner(), lock);
    }
    for (QueueEntry entry = lock.firstWaiter; entry != null; entry = entry.next) {
      Asker other = entry.wait.asker;
      if (other.session() == session && other.owner().equals(asker.owner())) {
        return entry.wait;
      }
    }
    return null;
  }

  /** The first lock that cannot be had at once, for its holders or for requests before; or -1. */
  private static int firstBlocked(Asking asking, @Nullable LockRecord[] locks) {
    for (int at = 0; at < locks.length; at++) {
      LockRecord lock = locks[at];
      if (lock != null && (lock.waiterCount > 0 || !lock.fits(asking.demand(at)))) {
        return at;
      }
    }
    return -1;
  }

  private CommandResult grant(Asking asking, RequestId request, @Nullable LockRecord[] locks) {
    CommandResult refusal = refusalOfRoom(asking, locks);
    if (refusal != null) {
      return refusal;
    }
    LockRecord[] present = create(asking, locks);
    LockEvent.RequestRef ref = new LockEvent.RequestRef(asking.asker().session().id, request);
    if (present.length == 1 && !asking.all()) {
      return step.grant(present[0], asking.demand(0), asking.asker(), ref).answer();
    }
    List<Hold> holds = new ArrayList<>(present.length);
    for (int at = 0; at < present.length; at++) {
      holds.add(step.grant(present[at], asking.demand(at), asking.asker(), ref));
    }
    return Step.answerOf(holds, asking.all());
  }

  private static CommandResult busy(Asking asking, @Nullable LockRecord lock) {
    if (lock == null) {
      throw new IllegalStateException("a lock that does not exist is busy: " + asking);
    }
    return new CommandResult.Busy(
        lock.name, lock.holders(CommandResult.HOLDERS_MAX), lock.holdCount, lock.waiterCount);
  }

  private CommandResult queue(Asking asking, RequestId request, @Nullable LockRecord[] locks) {
    SessionRecord session = asking.asker().session();
    CommandResult refusal = state().over(Limit.WAITS_PER_SESSION, session.waitCount() + 1L);
    for (int at = 0; refusal == null && at < locks.length; at++) {
      LockRecord lock = locks[at];
      refusal = state().over(Limit.WAITERS_PER_LOCK, lock == null ? 1 : lock.waiterCount + 1L);
    }
    if (refusal == null) {
      refusal = refusalOfRoom(asking, locks);
    }
    if (refusal == null) {
      refusal = new DeadlockSearch(asking, locks).refusal();
    }
    if (refusal != null) {
      return refusal;
    }
    Wait wait = new Wait(asking, request, step.index(), create(asking, locks));
    step.enqueue(wait);
    return new CommandResult.Queued(wait.position());
  }

  /** What a grant needs room for, now or after a wait. */
  private @Nullable CommandResult refusalOfRoom(Asking asking, @Nullable LockRecord[] locks) {
    SessionRecord session = asking.asker().session();
    long holds = (long) session.holdCount + session.entryCount + locks.length;
    CommandResult refusal = state().over(Limit.HOLDS_PER_SESSION, holds);
    int newLocks = 0;
    int idle = 0;
    for (int at = 0; refusal == null && at < locks.length; at++) {
      LockRecord lock = locks[at];
      if (lock == null) {
        newLocks++;
        continue;
      }
      idle += lock.inIdleList ? 1 : 0;
      if (asking.demand(at) != Demand.EXCLUSIVE) {
        long holders = lock.holdCount + lock.waiterCount + 1L;
        refusal = state().over(Limit.HOLDERS_PER_LOCK, holders);
      }
    }
    if (refusal == null && state().locksToForget(newLocks) > state().locks.idleCount() - idle) {
      refusal = state().refusal(Limit.LOCKS, (long) state().locks.size() + newLocks);
    }
    return refusal;
  }

  /** Makes the records that are missing, and room for them. */
  private LockRecord[] create(Asking asking, @Nullable LockRecord[] locks) {
    int newLocks = 0;
    for (LockRecord lock : locks) {
      newLocks += lock == null ? 1 : 0;
    }
    forgetIdle(state().locksToForget(newLocks), locks);
    LockRecord[] present = new LockRecord[locks.length];
    for (int at = 0; at < locks.length; at++) {
      LockRecord lock = locks[at];
      present[at] =
          lock != null
              ? lock
              : state().addLock(asking.lock(at), Demand.semaphoreLimit(asking.mode(at)));
    }
    return present;
  }

  private void forgetIdle(int count, @Nullable LockRecord[] except) {
    LockRecord candidate = state().locks.oldestIdle();
    int left = count;
    while (left > 0 && candidate != null) {
      LockRecord next = candidate.nextIdle;
      if (!contains(except, candidate)) {
        state().removeLock(candidate);
        step.emit(new LockEvent.LockForgotten(step.index(), candidate.name, candidate.lastToken));
        left--;
      }
      candidate = next;
    }
  }

  private static boolean contains(@Nullable LockRecord[] locks, LockRecord wanted) {
    for (LockRecord lock : locks) {
      if (lock == wanted) {
        return true;
      }
    }
    return false;
  }
}
