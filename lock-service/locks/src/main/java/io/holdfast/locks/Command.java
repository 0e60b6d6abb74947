package io.holdfast.locks;

import io.holdfast.locks.wire.Utf8;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What an entry of the log asks of the state machine. The constructors refuse what could never be
 * valid with an {@link IllegalArgumentException}; what depends on the state, configured limits
 * included, is refused when the command is applied, with a {@link CommandResult}.
 */
public sealed interface Command {
  /** Bytes of a nonce at most. */
  int NONCE_BYTES_MAX = 64;

  /** The {@code waitMillis} of a request that is to be answered at once. */
  long NO_WAIT = 0;

  /** The {@code waitMillis} of a request that waits until it is granted or withdrawn. */
  long WAIT_FOR_EVER = -1;

  /** The longest bounded wait: 365 days. */
  long WAIT_MILLIS_MAX = 31_536_000_000L;

  /** Bytes of a principal at most. */
  int PRINCIPAL_BYTES_MAX = 256;

  /**
   * Opens a session; its id is the index of this entry. The same nonce from the same principal
   * returns the session it opened before, with the TTL in force, as long as that session lives;
   * after its end, and within the window of ended sessions, the answer is {@link
   * CommandResult.SessionExpired}.
   *
   * @param nonce 1 to 64 bytes, unique to this opening
   * @param ttlMillis 1 or more; brought between the configured floor and ceiling
   * @param metadata who the owner is, for people; may be empty
   * @param principal who was authenticated; empty if nobody was
   */
  record OpenSession(String nonce, long ttlMillis, String metadata, String principal)
      implements Command {
    public OpenSession {
      Utf8.require("nonce", nonce, 1, NONCE_BYTES_MAX);
      if (ttlMillis < 1) {
        throw new IllegalArgumentException("ttlMillis is " + ttlMillis + "; 1 or more is allowed");
      }
      Utf8.require("metadata", metadata, 0, (int) Limit.METADATA_BYTES.max());
      Utf8.require("principal", principal, 0, PRINCIPAL_BYTES_MAX);
    }
  }

  /** Ends a session: its holds are released and its waits withdrawn in this step. */
  record CloseSession(long session) implements Command {
    public CloseSession {
      requireSession(session);
    }
  }

  /**
   * Ends sessions that were silent for their TTL. Sessions that ended meanwhile are passed over.
   *
   * @param term the leader's term when it judged; without effect in an entry of another term, so
   *     that no judgement of a deposed leader is carried into a later term
   * @param sessions strictly ascending
   */
  record ExpireSessions(long term, List<Long> sessions) implements Command {
    /** Sessions of one command at most. */
    public static final int SESSIONS_MAX = 10_000;

    public ExpireSessions {
      sessions = List.copyOf(sessions);
      if (term < 0 || sessions.isEmpty() || sessions.size() > SESSIONS_MAX) {
        throw new IllegalArgumentException(
            "sessions has " + sessions.size() + " ids, term is " + term + "; 1 to " + SESSIONS_MAX);
      }
      long previous = 0;
      for (long session : sessions) {
        if (session <= previous) {
          throw new IllegalArgumentException("session " + session + " is not above " + previous);
        }
        previous = session;
      }
    }
  }

  /**
   * Asks for one lock.
   *
   * @param owner who within the session will hold it, such as a thread or a handle
   * @param waitMillis how long the request may stand in the queue when the lock is not free: {@link
   *     #NO_WAIT} answers {@link CommandResult.Busy}, {@link #WAIT_FOR_EVER} has no end. The state
   *     only remembers it: time is the leader's to watch, and a new leader must know how long
   */
  record Acquire(Request request, LockName lock, String owner, AcquireMode mode, long waitMillis)
      implements Command {
    public Acquire {
      requireOwner(owner);
      requireWait(waitMillis);
    }

    public Acquire(
        Request request, LockName lock, String owner, AcquireMode mode, boolean mayWait) {
      this(request, lock, owner, mode, mayWait ? WAIT_FOR_EVER : NO_WAIT);
    }

    /** Whether to join the queue when the lock is not free. */
    public boolean mayWait() {
      return waitMillis != NO_WAIT;
    }
  }

  /**
   * Asks for several locks, all or none. A request that waits stands in every queue from one
   * position of the log on and holds nothing; it is granted when it is the first of all of them and
   * all are free for it.
   *
   * @param items at least one, no lock twice; sorted by name when constructed
   * @param waitMillis as in {@link Acquire}
   */
  record AcquireAll(Request request, String owner, List<Item> items, long waitMillis)
      implements Command {
    public AcquireAll {
      requireOwner(owner);
      items = sorted(items);
      requireWait(waitMillis);
    }

    public AcquireAll(Request request, String owner, List<Item> items, boolean mayWait) {
      this(request, owner, items, mayWait ? WAIT_FOR_EVER : NO_WAIT);
    }

    /** Whether to join the queues when not all locks are free. */
    public boolean mayWait() {
      return waitMillis != NO_WAIT;
    }

    private static List<Item> sorted(List<Item> items) {
      if (items.isEmpty() || items.size() > Limit.LOCKS_PER_REQUEST.max()) {
        throw new IllegalArgumentException(
            "locks has " + items.size() + " names; 1 to " + Limit.LOCKS_PER_REQUEST.max());
      }
      List<Item> sorted = new ArrayList<>(items);
      sorted.sort((left, right) -> left.lock().compareTo(right.lock()));
      for (int at = 1; at < sorted.size(); at++) {
        if (sorted.get(at).lock().equals(sorted.get(at - 1).lock())) {
          throw new IllegalArgumentException("lock " + sorted.get(at).lock() + " is named twice");
        }
      }
      return Collections.unmodifiableList(sorted);
    }
  }

  /** One lock of an {@link AcquireAll}. */
  record Item(LockName lock, AcquireMode mode) {}

  /** Gives back what (session, owner) holds of the lock under this token. */
  record Release(Request request, LockName lock, String owner, FencingToken token)
      implements Command {
    public Release {
      requireOwner(owner);
    }
  }

  /**
   * Withdraws a waiting request from its queues. If it was granted before, the answer is that
   * grant: it is then the client's to release.
   */
  record CancelWait(long session, RequestId waiting, CancelReason reason) implements Command {
    public CancelWait {
      requireSession(session);
    }
  }

  /** Why a wait is withdrawn. */
  enum CancelReason {
    /** The client no longer wants it. */
    CANCELLED,
    /** It waited as long as the client allowed. */
    TIMEOUT
  }

  /** Sets the value of a lock held exclusively; the value ends with the hold. */
  record Publish(Request request, LockName lock, String owner, FencingToken token, LockValue value)
      implements Command {
    public Publish {
      requireOwner(owner);
      requireValue(value);
    }

    private static void requireValue(LockValue value) {
      if (value.size() > Limit.VALUE_BYTES.max()) {
        throw new IllegalArgumentException(
            "value has " + value.size() + " bytes; at most " + Limit.VALUE_BYTES.max());
      }
    }
  }

  /**
   * Takes a lock from all its holders; the next waiters are granted in the same step.
   *
   * @param nonce 1 to 64 bytes: the same nonce takes effect once
   */
  record ForceRelease(String nonce, LockName lock) implements Command {
    public ForceRelease {
      Utf8.require("nonce", nonce, 1, NONCE_BYTES_MAX);
    }
  }

  /** Drops the record of an idle lock, its kind and limit included; the token floor remembers. */
  record Forget(LockName lock) implements Command {}

  /** Changes limits, all or none. */
  record Configure(List<Setting> settings) implements Command {
    public Configure {
      settings = List.copyOf(settings);
      if (settings.isEmpty()) {
        throw new IllegalArgumentException("settings is empty; name at least one limit");
      }
      for (int at = 0; at < settings.size(); at++) {
        if (at > 0 && settings.get(at).limit().number() <= settings.get(at - 1).limit().number()) {
          throw new IllegalArgumentException(
              "settings are not in the order of the limits at " + settings.get(at).limit().field());
        }
      }
    }

    public static Configure of(Limit limit, long value) {
      return new Configure(List.of(new Setting(limit, value)));
    }
  }

  /** The new value of one limit. */
  record Setting(Limit limit, long value) {
    public Setting {
      Limits.DEFAULTS.with(limit, value);
    }
  }

  /**
   * Puts the token of every later grant, of remembered locks too, above all tokens granted so far
   * plus {@code by}. For a state restored from a backup: tokens granted after the backup was taken
   * are unknown to it.
   *
   * @param by 1 to 2^48
   */
  record RaiseTokenFloor(long by) implements Command {
    /** What restoring a backup raises the floor by. */
    public static final long AFTER_BACKUP = 1L << 32;

    public static final long BY_MAX = 1L << 48;

    public RaiseTokenFloor {
      if (by < 1 || by > BY_MAX) {
        throw new IllegalArgumentException("by is " + by + "; allowed are 1 to " + BY_MAX);
      }
    }
  }

  private static void requireSession(long session) {
    if (session < 1) {
      throw new IllegalArgumentException("session is " + session + "; sessions start at 1");
    }
  }

  private static void requireWait(long waitMillis) {
    if (waitMillis < WAIT_FOR_EVER || waitMillis > WAIT_MILLIS_MAX) {
      throw new IllegalArgumentException(
          "waitMillis is "
              + waitMillis
              + "; 0 tries, -1 waits for ever, 1 to "
              + WAIT_MILLIS_MAX
              + " is a time");
    }
  }

  private static void requireOwner(String owner) {
    Utf8.require("owner", owner, 1, (int) Limit.OWNER_BYTES.max());
  }
}
