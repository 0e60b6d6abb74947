package io.holdfast.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer to a request. {@link #kind()} tells which record it is. */
public sealed interface Reply {
  /** Which answer this is. */
  Kind kind();

  /** The kinds of answer, with the value of the {@code result} field. */
  enum Kind {
    /** {@link Welcome}. */
    WELCOME("welcome"),
    /** {@link SessionOpened}. */
    SESSION_OPENED("sessionOpened"),
    /** {@link KeptAlive}. */
    KEPT_ALIVE("keptAlive"),
    /** {@link SessionClosed}. */
    SESSION_CLOSED("sessionClosed"),
    /** {@link Attached}. */
    ATTACHED("attached"),
    /** {@link Granted}. */
    GRANTED("granted"),
    /** {@link GrantedAll}. */
    GRANTED_ALL("grantedAll"),
    /** {@link Queued}. */
    QUEUED("queued"),
    /** {@link Busy}. */
    BUSY("busy"),
    /** {@link Released}. */
    RELEASED("released"),
    /** {@link WaitCancelled}. */
    WAIT_CANCELLED("waitCancelled"),
    /** {@link Published}. */
    PUBLISHED("published"),
    /** {@link Checked}. */
    CHECKED("checked"),
    /** {@link LockState}. */
    LOCK("lock"),
    /** {@link LockPage}. */
    LOCKS("locks"),
    /** {@link SessionPage}. */
    SESSIONS("sessions"),
    /** {@link Watching}. */
    WATCHING("watching"),
    /** {@link Unwatched}. */
    UNWATCHED("unwatched"),
    /** {@link ClusterState}. */
    CLUSTER("cluster"),
    /** {@link ForceReleased}. */
    FORCE_RELEASED("forceReleased"),
    /** {@link Forgotten}. */
    FORGOTTEN("forgotten"),
    /** {@link MemberList}. */
    MEMBERS("members"),
    /** {@link Transferred}. */
    TRANSFERRED("transferred"),
    /** {@link Failed}; has an {@code error} field instead of {@code result}. */
    FAILED("failed");

    private final String wireName;

    Kind(String wireName) {
      this.wireName = wireName;
    }

    /** The value of the {@code result} field. */
    public String wireName() {
      return wireName;
    }
  }

  /**
   * Answers {@link Request.Hello}.
   *
   * @param peer name of the peer that answers
   * @param leader who leads as far as the peer knows, or null
   */
  record Welcome(String peer, @Nullable LeaderHint leader, ServerLimits limits) implements Reply {
    @Override
    public Kind kind() {
      return Kind.WELCOME;
    }
  }

  /**
   * Bounds in force at a peer.
   *
   * @param ttlMillisMin shortest session TTL
   * @param ttlMillisMax longest session TTL
   * @param requestsInFlightMax most requests of one connection without an answer
   * @param frameBytesMax longest frame body
   */
  record ServerLimits(
      long ttlMillisMin, long ttlMillisMax, int requestsInFlightMax, int frameBytesMax) {}

  /**
   * Answers {@link Request.OpenSession}.
   *
   * @param ttlMillis the TTL in force
   */
  record SessionOpened(long session, long ttlMillis) implements Reply {
    @Override
    public Kind kind() {
      return Kind.SESSION_OPENED;
    }
  }

  /**
   * Answers {@link Request.KeepAlive}.
   *
   * @param ttlMillis the session lives at least this long after the keep-alive was sent
   */
  record KeptAlive(long session, long ttlMillis) implements Reply {
    @Override
    public Kind kind() {
      return Kind.KEPT_ALIVE;
    }
  }

  /** Answers {@link Request.CloseSession}. */
  record SessionClosed(long session) implements Reply {
    @Override
    public Kind kind() {
      return Kind.SESSION_CLOSED;
    }
  }

  /**
   * Answers {@link Request.Attach}.
   *
   * @param holds every lock the session holds, as of the answer; null when they are more than
   *     {@link Limits#HOLDS_TOLD_MAX} or not told. What a client believes to hold and does not find
   *     here was taken from it while it was not attached
   */
  record Attached(long session, @Nullable List<Grant> holds) implements Reply {
    /** Copies the list. */
    public Attached {
      holds = holds == null ? null : List.copyOf(holds);
    }

    /** An answer that does not tell what the session holds. */
    public Attached(long session) {
      this(session, null);
    }

    @Override
    public Kind kind() {
      return Kind.ATTACHED;
    }
  }

  /**
   * Answers {@link Request.Acquire}: the lock is held.
   *
   * @param token the fencing token
   * @param session the session that holds it (tells a caller that had none)
   * @param index log index of the grant
   */
  record Granted(String lock, long token, long session, long index) implements Reply {
    @Override
    public Kind kind() {
      return Kind.GRANTED;
    }
  }

  /** Answers {@link Request.AcquireAll}: all are held. */
  record GrantedAll(List<Grant> grants, long session, long index) implements Reply {
    /** Copies the list. */
    public GrantedAll {
      grants = List.copyOf(grants);
    }

    @Override
    public Kind kind() {
      return Kind.GRANTED_ALL;
    }
  }

  /**
   * Answers an acquire that waits. The end of the wait comes as an event to the connection the
   * session is attached to, or as the answer to the same request sent again.
   *
   * @param position requests before it; of several queues the longest
   * @param session the session that waits (tells a caller that had none)
   */
  record Queued(String lock, int position, long session) implements Reply {
    @Override
    public Kind kind() {
      return Kind.QUEUED;
    }
  }

  /** Answers an acquire that did not want to wait, or whose wait is over. */
  record Busy(String lock, List<Holder> holders, long session) implements Reply {
    /** Copies the list. */
    public Busy {
      holders = List.copyOf(holders);
    }

    @Override
    public Kind kind() {
      return Kind.BUSY;
    }
  }

  /** Answers {@link Request.Release}. */
  record Released(String lock) implements Reply {
    @Override
    public Kind kind() {
      return Kind.RELEASED;
    }
  }

  /**
   * Answers {@link Request.CancelWait}.
   *
   * @param outcome what became of the acquire
   * @param grants what it had been granted before the withdrawal came, to be released by the
   *     client; empty unless the outcome is {@link CancelOutcome#GRANTED}
   */
  record WaitCancelled(CancelOutcome outcome, List<Grant> grants) implements Reply {
    /** Copies the list. */
    public WaitCancelled {
      grants = List.copyOf(grants);
    }

    @Override
    public Kind kind() {
      return Kind.WAIT_CANCELLED;
    }
  }

  /** What a withdrawal found. */
  enum CancelOutcome {
    /** The acquire waited; it does not any more and will never be granted. */
    WITHDRAWN("withdrawn"),
    /** It had been granted before; the hold exists. */
    GRANTED("granted"),
    /** The session neither waits nor holds anything by that request. */
    ENDED("ended");

    private final String wireName;

    CancelOutcome(String wireName) {
      this.wireName = wireName;
    }

    /** The value of the {@code outcome} field. */
    public String wireName() {
      return wireName;
    }
  }

  /** Answers {@link Request.Publish}. */
  record Published(String lock) implements Reply {
    @Override
    public Kind kind() {
      return Kind.PUBLISHED;
    }
  }

  /**
   * Answers {@link Request.Check}.
   *
   * @param current whether a holder with the asked token exists
   * @param token the newest token ever granted for the lock
   */
  record Checked(boolean current, long token, List<Holder> holders) implements Reply {
    /** Copies the list. */
    public Checked {
      holders = List.copyOf(holders);
    }

    @Override
    public Kind kind() {
      return Kind.CHECKED;
    }
  }

  /**
   * Answers {@link Request.GetLock}. A lock that nobody ever used reads as free.
   *
   * @param limit permits in all if it is a semaphore, otherwise 0
   * @param token the newest token granted, 0 if none is remembered
   * @param holders at most {@link Limits#HOLDERS_LISTED_MAX} of them
   * @param waiters the head of the queue, at most {@link Limits#HOLDERS_LISTED_MAX} of them
   * @param waiting length of the queue
   * @param value the published value, or null
   * @param index log index the answer is as of
   */
  record LockState(
      String lock,
      int limit,
      long token,
      List<Holder> holders,
      List<Waiter> waiters,
      int waiting,
      @Nullable String value,
      long index)
      implements Reply {
    /** Copies the lists. */
    public LockState {
      holders = List.copyOf(holders);
      waiters = List.copyOf(waiters);
    }

    @Override
    public Kind kind() {
      return Kind.LOCK;
    }
  }

  /**
   * A row of {@link LockPage}.
   *
   * @param limit permits in all if it is a semaphore, otherwise 0
   * @param holders number of holders
   * @param waiting length of the queue
   */
  record LockRow(String lock, int limit, long token, int holders, int waiting) {}

  /**
   * Answers {@link Request.ListLocks}.
   *
   * @param more whether there are locks behind the last row
   */
  record LockPage(List<LockRow> locks, boolean more, long index) implements Reply {
    /** Copies the list. */
    public LockPage {
      locks = List.copyOf(locks);
    }

    @Override
    public Kind kind() {
      return Kind.LOCKS;
    }
  }

  /**
   * A row of {@link SessionPage}.
   *
   * @param owner description given at its opening
   * @param principal who opened it where security is on, or null
   * @param holds number of holds
   * @param waits number of waits
   */
  record SessionRow(
      long session,
      long ttlMillis,
      String owner,
      @Nullable String principal,
      int holds,
      int waits) {}

  /**
   * Answers {@link Request.ListSessions}.
   *
   * @param more whether there are sessions behind the last row
   */
  record SessionPage(List<SessionRow> sessions, boolean more, long index) implements Reply {
    /** Copies the list. */
    public SessionPage {
      sessions = List.copyOf(sessions);
    }

    @Override
    public Kind kind() {
      return Kind.SESSIONS;
    }
  }

  /**
   * Answers {@link Request.Watch}.
   *
   * @param watch number of the watch on this connection
   * @param index events follow from behind this log index
   * @param reread whether events between the asked index and this one are no longer known, so that
   *     what is known about the locks must be read again
   */
  record Watching(long watch, long index, boolean reread) implements Reply {
    @Override
    public Kind kind() {
      return Kind.WATCHING;
    }
  }

  /** Answers {@link Request.Unwatch}. */
  record Unwatched(long watch) implements Reply {
    @Override
    public Kind kind() {
      return Kind.UNWATCHED;
    }
  }

  /** What a peer is doing. */
  enum PeerRole {
    /** Leads. */
    LEADER("leader"),
    /** Follows a leader or waits for one. */
    FOLLOWER("follower"),
    /** Asks for votes. */
    CANDIDATE("candidate"),
    /** Follows without a vote. */
    LEARNER("learner"),
    /** Not heard of. */
    UNKNOWN("unknown");

    private final String wireName;

    PeerRole(String wireName) {
      this.wireName = wireName;
    }

    /** The value of the {@code role} field. */
    public String wireName() {
      return wireName;
    }
  }

  /**
   * A row of {@link ClusterState}.
   *
   * @param clientAddress {@code host:port} of its client port, or null when not known
   * @param matchIndex what the leader knows to be in the peer's log; 0 when not known
   * @param lag entries it is behind the leader; 0 when not known
   * @param silentMillis time since something was heard of it; -1 when not known
   */
  record PeerRow(
      String peer,
      @Nullable String clientAddress,
      PeerRole role,
      long matchIndex,
      long lag,
      long silentMillis) {}

  /**
   * Answers {@link Request.Cluster}: the cluster as the answering peer sees it.
   *
   * @param peer name of the peer that answers
   * @param leader who leads, or null while nobody is known to
   * @param degraded why the answering peer takes no part, or null
   */
  record ClusterState(
      String peer,
      @Nullable LeaderHint leader,
      long term,
      long commitIndex,
      long appliedIndex,
      List<PeerRow> peers,
      @Nullable String degraded)
      implements Reply {
    /** Copies the list. */
    public ClusterState {
      peers = List.copyOf(peers);
    }

    @Override
    public Kind kind() {
      return Kind.CLUSTER;
    }
  }

  /**
   * Answers {@link Request.Forget}.
   *
   * @param tokenFloor whatever lock is unknown begins above it
   */
  record Forgotten(String lock, long tokenFloor) implements Reply {
    @Override
    public Kind kind() {
      return Kind.FORGOTTEN;
    }
  }

  /** What a member does. */
  enum MemberRole {
    /** Counts in every majority. */
    VOTER("voter"),
    /** Receives the log and counts in no majority. */
    LEARNER("learner"),
    /** Still counts in majorities, until a change that is under way is complete. */
    LEAVING("leaving");

    private final String wireName;

    MemberRole(String wireName) {
      this.wireName = wireName;
    }

    /** The value of the {@code role} field. */
    public String wireName() {
      return wireName;
    }
  }

  /**
   * A row of {@link MemberList}; the numbers are the leader's.
   *
   * @param peerAddress {@code host:port} where the other peers reach it
   * @param clientAddress {@code host:port} where clients reach it
   * @param matchIndex end of the part of its log that is the leader's
   * @param lag entries it is behind
   * @param silentMillis time since something was heard of it; -1 when nothing ever was
   */
  record MemberRow(
      String peer,
      String peerAddress,
      String clientAddress,
      MemberRole role,
      boolean leader,
      long matchIndex,
      long lag,
      long silentMillis) {}

  /**
   * Answers {@link Request.Members} and the requests that change them.
   *
   * @param changing whether a change of voters is under way
   * @param index log index the answer is as of
   */
  record MemberList(List<MemberRow> members, boolean changing, long index) implements Reply {
    /** Copies the list. */
    public MemberList {
      members = List.copyOf(members);
    }

    @Override
    public Kind kind() {
      return Kind.MEMBERS;
    }
  }

  /**
   * Answers {@link Request.Transfer}: the former leader has stepped down for this peer.
   *
   * @param peer to whom leadership was handed
   */
  record Transferred(String peer) implements Reply {
    @Override
    public Kind kind() {
      return Kind.TRANSFERRED;
    }
  }

  /**
   * Answers {@link Request.ForceRelease}.
   *
   * @param released holds that were taken away
   */
  record ForceReleased(String lock, int released) implements Reply {
    @Override
    public Kind kind() {
      return Kind.FORCE_RELEASED;
    }
  }

  /**
   * The request was refused, or its outcome is unknown.
   *
   * @param message a sentence for people: what, and what to do about it
   * @param field name of the field at fault, or null
   * @param value the value at fault, shortened, or null
   * @param leader who leads, when the peer knows it and it helps, or null
   * @param cycle of {@link ErrorCode#DEADLOCK}: the holders and locks that would wait for each
   *     other, otherwise empty
   */
  record Failed(
      ErrorCode error,
      String message,
      @Nullable String field,
      @Nullable String value,
      @Nullable LeaderHint leader,
      List<String> cycle)
      implements Reply {
    /** Copies the list. */
    public Failed {
      cycle = List.copyOf(cycle);
    }

    /** A failure that no single field is to blame for. */
    public static Failed of(ErrorCode error, String message) {
      return new Failed(error, message, null, null, null, List.of());
    }

    /** A failure that a field is to blame for. */
    public static Failed of(ErrorCode error, String field, @Nullable String value, String message) {
      return new Failed(error, message, field, value, null, List.of());
    }

    /** The same with a hint at who leads. */
    public Failed withLeader(@Nullable LeaderHint hint) {
      return new Failed(error, message, field, value, hint, cycle);
    }

    @Override
    public Kind kind() {
      return Kind.FAILED;
    }
  }
}
