package io.holdfast.locks;

import java.util.List;

/**
 * What became of a command. Every result is definite: a refusal means that this entry changed
 * nothing but the memory of the refusal itself.
 */
public sealed interface CommandResult {
  /** Holders named in one result at most; the count tells of the others. */
  int HOLDERS_MAX = 16;

  /** Links named of one cycle at most. */
  int CYCLE_MAX = 32;

  /**
   * Whether the command was refused; waiting in a queue and finding a lock busy are no refusals.
   */
  default boolean isRefusal() {
    return this instanceof Refusal;
  }

  /**
   * Nothing was done, and why. One thing is done all the same: a request that may wait withdraws
   * the same owner's earlier wait for the lock, even if it is then refused its own.
   */
  sealed interface Refusal extends CommandResult {}

  /** The session is open; {@code ttlMillis} is the time to live in force. */
  record SessionOpened(long session, long ttlMillis) implements CommandResult {}

  /** The session is closed, now or by an earlier entry. */
  record SessionClosed(long session) implements CommandResult {}

  /** These sessions ended; ids that named no live session are left out. */
  record SessionsExpired(List<Long> sessions) implements CommandResult {
    public SessionsExpired {
      sessions = List.copyOf(sessions);
    }
  }

  /** The lock is held, granted by the entry at {@code index}. */
  record Granted(LockName lock, FencingToken token, long index) implements CommandResult {}

  /** All locks of the request are held; in the order of names. */
  record GrantedAll(List<Granted> grants) implements CommandResult {
    public GrantedAll {
      grants = List.copyOf(grants);
    }
  }

  /**
   * The request waits.
   *
   * @param position requests before it; of several queues the longest
   */
  record Queued(int position) implements CommandResult {}

  /**
   * The lock is not free and the request did not want to wait.
   *
   * @param lock the first lock that stood in the way
   * @param holders the first {@link #HOLDERS_MAX} of them
   * @param waiterCount requests that wait before
   */
  record Busy(LockName lock, List<Holder> holders, int holderCount, int waiterCount)
      implements CommandResult {
    public Busy {
      holders = List.copyOf(holders);
    }
  }

  /** The lock was given back. */
  record Released(LockName lock, FencingToken token) implements CommandResult {}

  /** The waiting request was withdrawn. */
  record WaitCancelled(RequestId request, WaitEnd reason) implements CommandResult {}

  /** The value is set. */
  record Published(LockName lock, FencingToken token) implements CommandResult {}

  /** The lock was taken from this number of holders; 0 if it had none. */
  record ForceReleased(LockName lock, int holders) implements CommandResult {}

  /** The record of the lock is gone, or there was none. */
  record Forgotten(LockName lock, long tokenFloor) implements CommandResult {}

  /** The limits in force from now on. */
  record Configured(Limits limits) implements CommandResult {}

  /** Every later grant has a token above the floor. */
  record TokenFloorRaised(long tokenFloor) implements CommandResult {}

  /** The session ended; whoever sends this no longer holds anything by it. */
  record SessionExpired(long session, SessionEnd reason) implements Refusal {}

  /** No such session is open, and none of this id is remembered to have ended. */
  record UnknownSession(long session) implements Refusal {}

  /** The judgement was made in another term than its entry's. */
  record StaleTerm(long judgedIn, long entryTerm) implements Refusal {}

  /** The session does not remember this request any more, and will not run it a second time. */
  record RequestTooOld(RequestId request, long acknowledgedBelow) implements Refusal {}

  /** The id belongs to an earlier and different request of the session. */
  record RequestIdReused(RequestId request) implements Refusal {}

  /** No request of this id waits, and no answer to it is remembered. */
  record NoSuchWait(RequestId request) implements Refusal {}

  /**
   * Not held by this session and owner under this token; who holds it instead.
   *
   * @param token the token that was shown
   * @param holders the first {@link #HOLDERS_MAX} of them
   */
  record NotHolder(LockName lock, FencingToken token, List<Holder> holders, int holderCount)
      implements Refusal {
    public NotHolder {
      holders = List.copyOf(holders);
    }
  }

  /** A bound would be passed; {@code field} is a {@link Limit#field()}. */
  record LimitExceeded(String field, long value, long limit) implements Refusal {}

  /** The semaphore has another limit than the request says. */
  record LimitMismatch(LockName lock, int limitInForce, int limitAsked) implements Refusal {}

  /** The lock is of the other kind. */
  record KindMismatch(LockName lock, LockKind kindInForce) implements Refusal {}

  /**
   * The owner holds the lock already in another way than it asks for or needs; it must release it
   * first.
   */
  record HeldOtherwise(LockName lock, FencingToken token, AcquireMode held) implements Refusal {}

  /** Some, not all, of the locks asked for are held by the owner already; this is one. */
  record PartlyHeld(LockName lock, FencingToken token) implements Refusal {}

  /**
   * To wait would close a cycle in which everybody waits for the next for ever. The first link is
   * the request itself.
   *
   * @param cycle the first {@link #CYCLE_MAX} links
   */
  record Deadlock(List<WaitLink> cycle) implements Refusal {
    public Deadlock {
      cycle = List.copyOf(cycle);
    }
  }

  /** {@code owner} of {@code session} waits for the next of the cycle because of {@code lock}. */
  record WaitLink(long session, String owner, LockName lock) {}

  /** The lock cannot be forgotten while it is held or waited for. */
  record InUse(LockName lock, int holders, int waiters) implements Refusal {}

  /** The bytes are no command this version knows; {@code problem} says where and why. */
  record Malformed(String problem) implements Refusal {}
}
