package io.holdfast.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a peer tells a client without being asked. {@link #type()} tells which record it is. */
public sealed interface Event extends ServerMessage {
  /** Which event this is. */
  Type type();

  /** The kinds of event, with the value of the {@code event} field. */
  enum Type {
    /** {@link Granted}. */
    GRANTED("granted"),
    /** {@link GrantedAll}. */
    GRANTED_ALL("grantedAll"),
    /** {@link WaitEnded}. */
    WAIT_ENDED("waitEnded"),
    /** {@link Revoked}. */
    REVOKED("revoked"),
    /** {@link SessionEnded}. */
    SESSION_ENDED("sessionEnded"),
    /** {@link LockChanged}. */
    LOCK_CHANGED("lock"),
    /** {@link WatchReset}. */
    WATCH_RESET("watchReset"),
    /** {@link LeaderChanged}. */
    LEADER_CHANGED("leader"),
    /** {@link GoingAway}. */
    GOING_AWAY("goingAway");

    private final String wireName;

    Type(String wireName) {
      this.wireName = wireName;
    }

    /** The value of the {@code event} field. */
    public String wireName() {
      return wireName;
    }
  }

  /** Why a wait ended without a grant. */
  enum WaitEnd {
    /** The wait's time is over. */
    TIMEOUT("timeout"),
    /** The client withdrew it. */
    CANCELLED("cancelled"),
    /** The session ended. */
    SESSION_ENDED("session-ended"),
    /** An administrator cleared the lock. */
    FORCED("forced"),
    /** The wait was part of a cycle. */
    DEADLOCK("deadlock"),
    /** The same owner asked for the lock again under another request id. */
    REPLACED("replaced");

    private final String wireName;

    WaitEnd(String wireName) {
      this.wireName = wireName;
    }

    /** The value of the {@code reason} field. */
    public String wireName() {
      return wireName;
    }
  }

  /** Why a session ended. */
  enum SessionEnd {
    /** No keep-alive for the TTL. */
    EXPIRED("expired"),
    /** Its client closed it. */
    CLOSED("closed"),
    /** The service knows no such session. */
    UNKNOWN("unknown");

    private final String wireName;

    SessionEnd(String wireName) {
      this.wireName = wireName;
    }

    /** The value of the {@code reason} field. */
    public String wireName() {
      return wireName;
    }
  }

  /** What happened to a watched lock. */
  enum Change {
    /** It was granted. */
    GRANTED("granted"),
    /** A holder gave it back. */
    RELEASED("released"),
    /** A holder lost it with its session. */
    EXPIRED("expired"),
    /** Somebody waits for it. */
    QUEUED("queued"),
    /** Its value changed. */
    VALUE("value"),
    /** An administrator took it from its holders. */
    FORCED("forced");

    private final String wireName;

    Change(String wireName) {
      this.wireName = wireName;
    }

    /** The value of the {@code type} field. */
    public String wireName() {
      return wireName;
    }
  }

  /** A waiting acquire was granted. */
  record Granted(long session, RequestId requestId, String lock, long token, long index)
      implements Event {
    @Override
    public Type type() {
      return Type.GRANTED;
    }
  }

  /** A waiting all-or-nothing acquire was granted. */
  record GrantedAll(long session, RequestId requestId, List<Grant> grants, long index)
      implements Event {
    /** Copies the list. */
    public GrantedAll {
      grants = List.copyOf(grants);
    }

    @Override
    public Type type() {
      return Type.GRANTED_ALL;
    }
  }

  /**
   * A waiting acquire ended without a grant.
   *
   * @param lock the lock (of an all-or-nothing acquire: the first of them)
   */
  record WaitEnded(long session, RequestId requestId, String lock, WaitEnd reason)
      implements Event {
    @Override
    public Type type() {
      return Type.WAIT_ENDED;
    }
  }

  /** A hold of an attached session was taken away by an administrator. */
  record Revoked(long session, String lock, String owner, long token, long index) implements Event {
    @Override
    public Type type() {
      return Type.REVOKED;
    }
  }

  /** A session attached to this connection has ended. */
  record SessionEnded(long session, SessionEnd reason) implements Event {
    @Override
    public Type type() {
      return Type.SESSION_ENDED;
    }
  }

  /**
   * Something happened to a watched lock.
   *
   * @param watch number of the watch
   * @param index log index of the entry that did it; one entry may cause several events
   * @param session session concerned, or 0
   * @param owner owner concerned, or null
   * @param token token concerned, or 0
   * @param value the value after the change, only with {@link Change#VALUE}
   */
  record LockChanged(
      long watch,
      long index,
      Change change,
      String lock,
      long session,
      @Nullable String owner,
      long token,
      @Nullable String value)
      implements Event {
    @Override
    public Type type() {
      return Type.LOCK_CHANGED;
    }
  }

  /**
   * Events of a watch were lost; what is known about the locks must be read again.
   *
   * @param index the watch goes on behind this log index
   */
  record WatchReset(long watch, long index) implements Event {
    @Override
    public Type type() {
      return Type.WATCH_RESET;
    }
  }

  /**
   * Another peer leads, or none.
   *
   * @param leader the leader, or null while there is none
   */
  record LeaderChanged(@Nullable LeaderHint leader) implements Event {
    @Override
    public Type type() {
      return Type.LEADER_CHANGED;
    }
  }

  /** This peer is about to close the connection; go elsewhere now. */
  record GoingAway() implements Event {
    @Override
    public Type type() {
      return Type.GOING_AWAY;
    }
  }
}
