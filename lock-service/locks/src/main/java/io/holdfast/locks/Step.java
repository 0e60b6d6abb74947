package io.holdfast.locks;

import io.holdfast.locks.Answers.Answer;
import io.holdfast.locks.LockEvent.FreeCause;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The elementary changes: grant, free, queue, withdraw, and the hand-over that follows a change of
 * a lock, each with its events. Held by all commands; knows the index of the entry being applied.
 */
final class Step {
  private final EventLog events;
  private final Deque<LockRecord> toHandOver = new ArrayDeque<>();
  private State state;
  private long index;

  Step(State state, EventLog events) {
    this.state = state;
    this.events = events;
  }

  void replaceState(State restored) {
    state = restored;
  }

  State state() {
    return state;
  }

  void begin(long entryIndex) {
    index = entryIndex;
  }

  long index() {
    return index;
  }

  void emit(LockEvent event) {
    events.add(event);
  }

  Hold grant(LockRecord lock, int demand, Asker asker, LockEvent.RequestRef request) {
    return grant(lock, demand, asker, new Cause(request, false));
  }

  /** The request a grant answers, and whether it had been told to wait. */
  private record Cause(LockEvent.RequestRef request, boolean waited) {}

  private Hold grant(LockRecord lock, int demand, Asker asker, Cause cause) {
    state.change(lock);
    state.change(asker.session());
    lock.lastToken = Math.max(lock.lastToken, state.raisedFloor) + 1;
    lock.changedAt = index;
    state.tokenMax = Math.max(state.tokenMax, lock.lastToken);
    Hold hold = new Hold(lock, asker, demand, lock.lastToken, index);
    state.link(hold);
    emit(new LockEvent.Granted(index, cause.request(), hold.view(), lock.name, cause.waited()));
    return hold;
  }

  /** Takes the hold away; the caller hands the lock over. */
  void free(Hold hold, FreeCause cause) {
    LockRecord lock = hold.lock;
    state.change(lock);
    state.change(hold.session);
    state.unlink(hold);
    lock.changedAt = index;
    emit(new LockEvent.Freed(index, lock.name, hold.view(), cause));
    if (hold.value != null) {
      FencingToken token = new FencingToken(hold.token);
      emit(new LockEvent.ValueChanged(index, lock.name, token, Optional.empty()));
    }
  }

  void enqueue(Wait wait) {
    for (QueueEntry entry : wait.entries) {
      state.change(entry.lock);
      entry.lock.changedAt = index;
    }
    state.change(wait.asker.session());
    state.link(wait);
    emitQueued(wait);
  }

  void emitQueued(Wait wait) {
    for (QueueEntry entry : wait.entries) {
      emit(
          new LockEvent.Queued(
              index,
              wait.ref(),
              wait.asker.owner(),
              entry.lock.name,
              entry.position(),
              wait.waitMillis));
    }
  }

  /** Takes the request out of its queues; the caller hands the locks over. */
  void withdraw(Wait wait, WaitEnd reason) {
    unlink(wait);
    endWait(wait, reason);
  }

  /** Tells that the wait under its present request id is over, and remembers that as its answer. */
  void endWait(Wait wait, WaitEnd reason) {
    emit(new LockEvent.WaitEnded(index, wait.ref(), wait.asker.owner(), wait.lockNames(), reason));
    if (reason != WaitEnd.SESSION_ENDED) {
      answer(wait, new CommandResult.WaitCancelled(wait.request, reason));
    }
  }

  private void unlink(Wait wait) {
    for (QueueEntry entry : wait.entries) {
      state.change(entry.lock);
      entry.lock.changedAt = index;
    }
    state.change(wait.asker.session());
    state.unlink(wait);
  }

  private void answer(Wait wait, CommandResult result) {
    wait.asker
        .session()
        .answers
        .put(wait.request, new Answer(result, wait.fingerprint), state.limits);
  }

  void handOver(LockRecord lock) {
    toHandOver.add(lock);
    handOverAll();
  }

  void handOver(Wait withdrawn) {
    for (QueueEntry entry : withdrawn.entries) {
      toHandOver.add(entry.lock);
    }
    handOverAll();
  }

  void handOver(Iterable<LockRecord> locks) {
    locks.forEach(toHandOver::add);
    handOverAll();
  }

  /**
   * Grants from the heads of the queues until no head can be granted. Granting an all-or-nothing
   * request moves the queues of its other locks as well, so they are looked at again.
   */
  private void handOverAll() {
    LockRecord lock = toHandOver.poll();
    while (lock != null) {
      QueueEntry head = lock.firstWaiter;
      if (head != null && isReady(head.wait)) {
        grantWaiting(head.wait, lock);
      } else {
        lock = toHandOver.poll();
      }
    }
  }

  /** Whether the request stands first in all its queues and all its locks are free for it. */
  static boolean isReady(Wait wait) {
    for (QueueEntry entry : wait.entries) {
      if (entry.lock.firstWaiter != entry || !entry.lock.fits(entry.demand)) {
        return false;
      }
    }
    return true;
  }

  private void grantWaiting(Wait wait, LockRecord handedOver) {
    LockEvent.RequestRef request = wait.ref();
    unlink(wait);
    List<Hold> holds = new ArrayList<>(wait.entries.length);
    for (QueueEntry entry : wait.entries) {
      holds.add(grant(entry.lock, entry.demand, wait.asker, new Cause(request, true)));
      if (entry.lock != handedOver) {
        toHandOver.add(entry.lock);
      }
    }
    CommandResult result = answerOf(holds, wait.all);
    answer(wait, result);
    emit(new LockEvent.WaitGranted(index, request, result));
  }

  /** The answer to a request that has these holds. */
  static CommandResult answerOf(List<Hold> holds, boolean all) {
    if (!all) {
      return holds.get(0).answer();
    }
    List<CommandResult.Granted> grants = new ArrayList<>(holds.size());
    for (Hold hold : holds) {
      grants.add(hold.answer());
    }
    return new CommandResult.GrantedAll(grants);
  }
}
