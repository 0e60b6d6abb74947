package io.holdfast.locks;

import io.holdfast.locks.LockEvent.FreeCause;
import io.holdfast.locks.SessionRecord.NonceKey;
import io.holdfast.locks.wire.Utf8;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** The commands that begin and end sessions. */
final class SessionCommands {
  private final Step step;

  SessionCommands(Step step) {
    this.step = step;
  }

  CommandResult open(Command.OpenSession open) {
    State state = step.state();
    NonceKey nonce = new NonceKey(state.texts.share(open.principal()), open.nonce());
    SessionRecord before = state.byNonce.get(nonce);
    if (before != null) {
      return new CommandResult.SessionOpened(before.id, before.ttlMillis);
    }
    EndedSessions.Ended ended = state.ended.get(nonce);
    if (ended != null) {
      return new CommandResult.SessionExpired(ended.id(), ended.reason());
    }
    CommandResult refusal =
        state.over(Limit.METADATA_BYTES, Utf8.length("metadata", open.metadata()));
    if (refusal == null) {
      refusal = state.over(Limit.SESSIONS, state.sessions.size() + 1L);
    }
    if (refusal != null) {
      return refusal;
    }
    long ttlMillis =
        Math.max(
            state.limits.get(Limit.TTL_FLOOR_MILLIS),
            Math.min(open.ttlMillis(), state.limits.get(Limit.TTL_CEILING_MILLIS)));
    state.addSession(new SessionRecord(step.index(), ttlMillis, nonce, open.metadata()));
    step.emit(new LockEvent.SessionOpened(step.index(), step.index(), ttlMillis));
    return new CommandResult.SessionOpened(step.index(), ttlMillis);
  }

  CommandResult close(long id) {
    State state = step.state();
    SessionRecord session = state.sessions.get(id);
    if (session == null) {
      EndedSessions.Ended ended = state.ended.get(id);
      return ended != null && ended.reason() == SessionEnd.CLOSED
          ? new CommandResult.SessionClosed(id)
          : state.absent(id);
    }
    end(List.of(session), SessionEnd.CLOSED);
    return new CommandResult.SessionClosed(id);
  }

  CommandResult expire(Command.ExpireSessions expire, long entryTerm) {
    if (expire.term() != entryTerm) {
      return new CommandResult.StaleTerm(expire.term(), entryTerm);
    }
    List<SessionRecord> live = new ArrayList<>(expire.sessions().size());
    List<Long> ids = new ArrayList<>(expire.sessions().size());
    for (long id : expire.sessions()) {
      SessionRecord session = step.state().sessions.get(id);
      if (session != null) {
        live.add(session);
        ids.add(id);
      }
    }
    end(live, SessionEnd.EXPIRED);
    return new CommandResult.SessionsExpired(ids);
  }

  /**
   * Ends all of them before anything is handed over, so that no lock goes to a waiter whose session
   * ends in the same step; then hands over in the order of names.
   */
  private void end(List<SessionRecord> sessions, SessionEnd reason) {
    TreeSet<LockRecord> affected = new TreeSet<>(Comparator.comparing(lock -> lock.name));
    FreeCause cause = reason == SessionEnd.CLOSED ? FreeCause.CLOSED : FreeCause.EXPIRED;
    for (SessionRecord session : sessions) {
      for (Wait wait : session.waitsByPlace()) {
        step.withdraw(wait, WaitEnd.SESSION_ENDED);
        for (QueueEntry entry : wait.entries) {
          affected.add(entry.lock);
        }
      }
      for (Hold hold : session.holdsByLock()) {
        step.free(hold, cause);
        affected.add(hold.lock);
      }
      step.state().removeSession(session, reason);
      step.emit(new LockEvent.SessionEnded(step.index(), session.id, reason));
    }
    step.handOver(affected);
  }
}
