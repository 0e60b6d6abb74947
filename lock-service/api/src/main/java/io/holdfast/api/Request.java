package io.holdfast.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks. The records carry values as they are; {@link ProtocolCodec} checks what it
 * decodes. {@link #op()} tells which record it is, for an exhaustive switch.
 */
public sealed interface Request {
  /** Which operation this is. */
  Op op();

  /**
   * Greets. The first request of every stream.
   *
   * @param protocol {@link Limits#PROTOCOL_VERSION}
   * @param client name and version of the client software, for logs
   * @param token bearer token, or null
   */
  record Hello(int protocol, String client, @Nullable String token) implements Request {
    @Override
    public Op op() {
      return Op.HELLO;
    }

    @Override
    public String toString() {
      return "Hello[protocol="
          + protocol
          + ", client="
          + client
          + ", token="
          + (token == null ? "none" : "hidden")
          + "]";
    }
  }

  /**
   * Opens a session.
   *
   * @param nonce text unique to this opening; a retry with the same nonce gets the same session
   * @param ttlMillis how long the session outlives its last keep-alive
   * @param owner description for operators, may be empty
   */
  record OpenSession(String nonce, long ttlMillis, String owner) implements Request {
    @Override
    public Op op() {
      return Op.OPEN_SESSION;
    }
  }

  /** Renews a session's TTL. */
  record KeepAlive(long session) implements Request {
    @Override
    public Op op() {
      return Op.KEEP_ALIVE;
    }
  }

  /** Ends a session; what it holds is free, what it waits for is withdrawn. */
  record CloseSession(long session) implements Request {
    @Override
    public Op op() {
      return Op.CLOSE_SESSION;
    }
  }

  /** Has a session's events sent to this connection; another connection loses them. */
  record Attach(long session) implements Request {
    @Override
    public Op op() {
      return Op.ATTACH;
    }
  }

  /**
   * Acquires a lock. Exactly one of {@code session} and {@code ttlMillis} is not 0.
   *
   * @param session the session that shall hold the lock, or 0 to open one
   * @param ttlMillis TTL of the session to open, or 0
   * @param requestId makes a retry take effect once; null only where the caller never retries
   * @param lock the lock's name
   * @param owner who within the session, so that two threads of one process compete
   * @param mode how the lock shall be held
   * @param limit permits of the semaphore in all; 0 in the other modes
   * @param permits permits wanted; 0 in the other modes
   * @param waitMillis 0 tries, {@link Limits#WAIT_FOR_EVER} waits without bound
   */
  record Acquire(
      long session,
      long ttlMillis,
      @Nullable RequestId requestId,
      String lock,
      String owner,
      LockMode mode,
      int limit,
      int permits,
      long waitMillis)
      implements Request {
    @Override
    public Op op() {
      return Op.ACQUIRE;
    }
  }

  /**
   * Acquires several locks exclusively, all or nothing.
   *
   * @param locks distinct names, 1 to {@link Limits#LOCKS_PER_ACQUIRE_MAX}
   * @param waitMillis as in {@link Acquire}
   */
  record AcquireAll(
      long session,
      @Nullable RequestId requestId,
      List<String> locks,
      String owner,
      long waitMillis)
      implements Request {
    /** Copies the list. */
    public AcquireAll {
      locks = List.copyOf(locks);
    }

    @Override
    public Op op() {
      return Op.ACQUIRE_ALL;
    }
  }

  /** Gives a hold back; refused unless session, owner and token name a current hold. */
  record Release(long session, @Nullable RequestId requestId, String lock, String owner, long token)
      implements Request {
    @Override
    public Op op() {
      return Op.RELEASE;
    }
  }

  /**
   * Withdraws an acquire that waits.
   *
   * @param requestId that of the acquire
   */
  record CancelWait(long session, RequestId requestId) implements Request {
    @Override
    public Op op() {
      return Op.CANCEL_WAIT;
    }
  }

  /** Sets the value of a held lock. */
  record Publish(
      long session,
      @Nullable RequestId requestId,
      String lock,
      String owner,
      long token,
      String value)
      implements Request {
    @Override
    public Op op() {
      return Op.PUBLISH;
    }
  }

  /**
   * Asks whether a token is current.
   *
   * @param stale true allows an answer from the peer's own, possibly old, state
   */
  record Check(String lock, long token, boolean stale) implements Request {
    @Override
    public Op op() {
      return Op.CHECK;
    }
  }

  /** Reads one lock. */
  record GetLock(String lock, boolean stale) implements Request {
    @Override
    public Op op() {
      return Op.GET_LOCK;
    }
  }

  /**
   * Lists locks in the order of their names.
   *
   * @param prefix beginning of the names, may be empty
   * @param after the page begins behind this name; empty for the first page
   * @param max most rows
   */
  record ListLocks(String prefix, String after, int max, boolean stale) implements Request {
    @Override
    public Op op() {
      return Op.LIST_LOCKS;
    }
  }

  /**
   * Lists sessions in the order of their ids.
   *
   * @param after the page begins behind this id; 0 for the first page
   * @param max most rows
   */
  record ListSessions(long after, int max, boolean stale) implements Request {
    @Override
    public Op op() {
      return Op.LIST_SESSIONS;
    }
  }

  /**
   * Watches one lock or all locks with a prefix. Exactly one of them is given.
   *
   * @param lock one lock's name, or null
   * @param prefix beginning of names (empty: every lock), or null
   * @param from first log index wanted; 0 begins with what happens next
   */
  record Watch(@Nullable String lock, @Nullable String prefix, long from) implements Request {
    @Override
    public Op op() {
      return Op.WATCH;
    }
  }

  /** Ends a watch of this connection. */
  record Unwatch(long watch) implements Request {
    @Override
    public Op op() {
      return Op.UNWATCH;
    }
  }

  /** Asks for the cluster as this peer sees it. */
  record Cluster() implements Request {
    @Override
    public Op op() {
      return Op.CLUSTER;
    }
  }

  /**
   * Takes a lock from whoever holds it.
   *
   * @param requestId makes a retry take effect once
   */
  record ForceRelease(String lock, @Nullable RequestId requestId) implements Request {
    @Override
    public Op op() {
      return Op.FORCE_RELEASE;
    }
  }

  /** Forgets a lock that nobody holds or waits for; its tokens go on above all it ever granted. */
  record Forget(String lock) implements Request {
    @Override
    public Op op() {
      return Op.FORGET;
    }
  }

  /** Asks who takes part in the cluster. */
  record Members() implements Request {
    @Override
    public Op op() {
      return Op.MEMBERS;
    }
  }

  /**
   * Adds a peer, which receives the log and does not vote until it is promoted. Asking again for
   * what is so already succeeds.
   *
   * @param peer its name or number, such as {@code peer-4} or {@code 4}
   * @param peerAddress {@code host:port} where the other peers reach it
   * @param clientAddress {@code host:port} where clients reach it
   */
  record AddMember(String peer, String peerAddress, String clientAddress) implements Request {
    @Override
    public Op op() {
      return Op.ADD_MEMBER;
    }
  }

  /** Lets a learner that has caught up vote. */
  record PromoteMember(String peer) implements Request {
    @Override
    public Op op() {
      return Op.PROMOTE_MEMBER;
    }
  }

  /** Makes a voter a learner. */
  record DemoteMember(String peer) implements Request {
    @Override
    public Op op() {
      return Op.DEMOTE_MEMBER;
    }
  }

  /** Removes a peer; its identity is never used again. */
  record RemoveMember(String peer) implements Request {
    @Override
    public Op op() {
      return Op.REMOVE_MEMBER;
    }
  }

  /**
   * Hands leadership to another voter.
   *
   * @param peer to whom, or null for the one that is most up to date
   */
  record Transfer(@Nullable String peer) implements Request {
    @Override
    public Op op() {
      return Op.TRANSFER;
    }
  }
}
