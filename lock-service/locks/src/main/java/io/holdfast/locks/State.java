package io.holdfast.locks;

import io.holdfast.locks.SessionRecord.NonceKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything replicated. Changes to a lock or a session are announced with {@link #change} before
 * the first write, so that open snapshot views keep what it was.
 */
final class State {
  /** Idle locks forgotten for one new lock at most, when the bound was lowered below what is. */
  private static final int FORGET_PER_LOCK_MAX = 16;

  private static final Comparator<LockRecord> BY_NAME = Comparator.comparing(lock -> lock.name);

  final SessionTable sessions = new SessionTable();
  final LockTable locks = new LockTable();
  final EndedSessions ended = new EndedSessions();
  final AdminAnswers adminAnswers = new AdminAnswers();
  final OpenViews views = new OpenViews();

  /** For what outlives its command: owners of holds and waits, principals of sessions. */
  final SharedTexts texts = new SharedTexts();

  /** Live sessions by nonce; never iterated. */
  final Map<NonceKey, SessionRecord> byNonce = new LinkedHashMap<>();

  Limits limits = Limits.DEFAULTS;

  /** A new lock's tokens start above it. */
  long tokenFloor;

  /** Every lock's next token is above it, of remembered ones too; raised after a backup. */
  long raisedFloor;

  /** The greatest token granted so far of all locks. */
  long tokenMax;

  int holdCount;
  int waitCount;

  private final List<LockRecord> changing = new ArrayList<>();

  void change(LockRecord lock) {
    if (!lock.changing) {
      lock.changing = true;
      changing.add(lock);
      views.beforeChange(lock);
    }
  }

  void change(SessionRecord session) {
    views.beforeChange(session);
  }

  /**
   * Ends the step of one command: locks that are idle now are the most recently used idle ones, in
   * the order of names where one command freed several.
   */
  void finishStep() {
    if (changing.size() > 1) {
      changing.sort(BY_NAME);
    }
    for (LockRecord lock : changing) {
      lock.changing = false;
      if (!lock.forgotten) {
        locks.unlinkIdle(lock);
        if (lock.isIdle()) {
          locks.linkIdle(lock);
        }
      }
    }
    changing.clear();
  }

  CommandResult.@Nullable LimitExceeded over(Limit limit, long value) {
    return value > limits.get(limit) ? refusal(limit, value) : null;
  }

  CommandResult.LimitExceeded refusal(Limit limit, long value) {
    return new CommandResult.LimitExceeded(limit.field(), value, limits.get(limit));
  }

  /** What to answer to a command of a session that does not live. */
  CommandResult absent(long session) {
    EndedSessions.Ended end = ended.get(session);
    return end == null
        ? new CommandResult.UnknownSession(session)
        : new CommandResult.SessionExpired(session, end.reason());
  }

  void addSession(SessionRecord session) {
    session.settledForView = views.newest();
    sessions.add(session);
    byNonce.put(session.nonce, session);
  }

  void removeSession(SessionRecord session, SessionEnd reason) {
    change(session);
    sessions.remove(session.id);
    byNonce.remove(session.nonce);
    ended.add(
        new EndedSessions.Ended(session.id, session.nonce, reason),
        limits.get(Limit.ENDED_SESSIONS));
  }

  LockRecord addLock(LockName name, int semaphoreLimit) {
    LockRecord lock = new LockRecord(name, semaphoreLimit, tokenFloor);
    lock.settledForView = views.newest();
    locks.add(lock);
    return lock;
  }

  void removeLock(LockRecord lock) {
    change(lock);
    tokenFloor = Math.max(tokenFloor, lock.lastToken);
    locks.remove(lock);
  }

  /** Idle locks that must go before this number of new ones may come. */
  int locksToForget(int newLocks) {
    long above = (long) locks.size() + newLocks - limits.get(Limit.LOCKS);
    return (int) Math.max(0, Math.min(above, (long) newLocks * FORGET_PER_LOCK_MAX));
  }

  void link(Hold hold) {
    hold.lock.addHold(hold);
    hold.session.addHold(hold);
    holdCount++;
  }

  void unlink(Hold hold) {
    hold.lock.removeHold(hold);
    hold.session.removeHold(hold);
    holdCount--;
  }

  void link(Wait wait) {
    for (QueueEntry entry : wait.entries) {
      entry.lock.addWaiter(entry);
    }
    wait.asker.session().addWait(wait);
    waitCount++;
  }

  void unlink(Wait wait) {
    for (QueueEntry entry : wait.entries) {
      entry.lock.removeWaiter(entry);
    }
    wait.asker.session().removeWait(wait);
    waitCount--;
  }
}
