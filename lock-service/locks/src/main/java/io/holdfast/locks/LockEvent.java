package io.holdfast.locks;

import java.util.List;
import java.util.Optional;

/**
 * Something that happened in an apply step; {@code index} is the entry's. Every peer that applies
 * the entry produces the same events in the same order.
 */
public sealed interface LockEvent {
  /** Index of the entry that caused it. */
  long index();

  /** A session was opened. */
  record SessionOpened(long index, long session, long ttlMillis) implements LockEvent {}

  /** A session ended; the end of its waits and holds is told before. */
  record SessionEnded(long index, long session, SessionEnd reason) implements LockEvent {}

  /**
   * A lock was granted.
   *
   * @param waited whether the request had been told to wait
   */
  record Granted(long index, RequestRef request, Holder holder, LockName lock, boolean waited)
      implements LockEvent {
    public long session() {
      return request.session();
    }

    public FencingToken token() {
      return holder.token();
    }
  }

  /**
   * A request that waited has its final answer, a {@link CommandResult.Granted} or {@link
   * CommandResult.GrantedAll}; comes after the {@link Granted} events of its locks.
   */
  record WaitGranted(long index, RequestRef request, CommandResult answer) implements LockEvent {}

  /**
   * A request joined the queue of a lock; one event for each of its locks.
   *
   * @param waitMillis how long it may wait, as {@link Command.Acquire#waitMillis} says
   */
  record Queued(
      long index, RequestRef request, String owner, LockName lock, int position, long waitMillis)
      implements LockEvent {}

  /** A wait ended without a grant; {@code locks} in the order of names. */
  record WaitEnded(
      long index, RequestRef request, String owner, List<LockName> locks, WaitEnd reason)
      implements LockEvent {
    public WaitEnded {
      locks = List.copyOf(locks);
    }
  }

  /** A holder lost or gave back a lock. */
  record Freed(long index, LockName lock, Holder holder, FreeCause cause) implements LockEvent {}

  /** Why a holder no longer holds. */
  enum FreeCause {
    /** It released the lock. */
    RELEASED,
    /** Its session expired. */
    EXPIRED,
    /** Its session was closed. */
    CLOSED,
    /** An administrator released the lock. */
    FORCED
  }

  /** The value of a lock was set, or ended with the hold that had set it (then empty). */
  record ValueChanged(long index, LockName lock, FencingToken token, Optional<LockValue> value)
      implements LockEvent {}

  /** The record of an idle lock was dropped, on request or to make room for another. */
  record LockForgotten(long index, LockName lock, long lastToken) implements LockEvent {}

  /**
   * Events before this one were dropped because nobody drained them; whoever follows must read the
   * state again.
   */
  record EventsLost(long index) implements LockEvent {}

  /** A request of a session. */
  record RequestRef(long session, RequestId id) {}
}
