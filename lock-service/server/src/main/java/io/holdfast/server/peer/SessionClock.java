package io.holdfast.server.peer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The leader's watch over sessions: which of them were silent for their whole TTL. It decides
 * nothing; what it finds is proposed to the log.
 *
 * <p>Three rules keep it on the safe side of the promise that no session is expired earlier than
 * its TTL after the sending of its last acknowledged keep-alive:
 *
 * <ul>
 *   <li>It counts <em>attended</em> time: a turn of the loop advances it by what passed since the
 *       turn before, but by at most {@code stepMaxNanos}. The rest was a stall (a pause, a
 *       suspended machine) in which no keep-alive could be taken, and is given to every session at
 *       once.
 *   <li>A sign of life is credited with the time of the <em>next</em> turn. It may have been sent
 *       while the current turn was already running, and so after that turn's time.
 *   <li>From the moment a session is handed out as due until that is taken back, it is not live:
 *       its expiry may be in the log already, so that no keep-alive may be acknowledged.
 * </ul>
 *
 * <p>A sign of life costs O(1): the queue is corrected only when the old deadline comes up.
 */
final class SessionClock {
  private final long stepMaxNanos;
  private final Map<Long, Watched> sessions = new HashMap<>();
  private final DeadlineQueue<Long> queue = new DeadlineQueue<>();
  private List<Watched> toCredit = new ArrayList<>();
  private long attendedNanos;
  private long judgedNanos;
  private long lastTurnNanos;
  private boolean started;
  private long stalledNanos;

  /**
   * @param stepMaxNanos the most that one turn may add to a session's silence; the owner takes a
   *     turn at least twice in that time
   */
  SessionClock(long stepMaxNanos) {
    if (stepMaxNanos < 2) {
      throw new IllegalArgumentException("stepMaxNanos " + stepMaxNanos + " must be 2 or more");
    }
    this.stepMaxNanos = stepMaxNanos;
  }

  /**
   * To be called before anything else of a turn.
   *
   * @param hearsAnew whether the turns before took everything that had arrived; if not, sessions
   *     are judged as of the turn that began to take it, because signs of life may wait unheard
   */
  void beginTurn(long nowNanos, boolean hearsAnew) {
    if (started) {
      long passed = Math.max(0, nowNanos - lastTurnNanos);
      attendedNanos += Math.min(passed, stepMaxNanos);
      stalledNanos += Math.max(0, passed - stepMaxNanos);
    }
    started = true;
    lastTurnNanos = nowNanos;
    if (hearsAnew) {
      judgedNanos = attendedNanos;
    }
    credit();
  }

  /** Starts to watch a session and gives it its full TTL, whatever was known about it before. */
  void watch(long session, long ttlMillis) {
    Watched watched = new Watched(session, ttlMillis * 1_000_000L);
    sessions.put(session, watched);
    noteAlive(watched);
  }

  void forget(long session) {
    Watched watched = sessions.remove(session);
    if (watched != null) {
      watched.state = State.GONE;
      queue.remove(session);
    }
  }

  /** Forgets every session: this peer does not lead, or does not lead any more. */
  void clear() {
    sessions.clear();
    queue.clear();
    toCredit = new ArrayList<>();
  }

  /**
   * Takes a sign of life.
   *
   * @return whether the session is live; false also when its expiry was handed out
   */
  boolean touch(long session) {
    Watched watched = sessions.get(session);
    if (watched == null || watched.state != State.LIVE) {
      return false;
    }
    noteAlive(watched);
    return true;
  }

  boolean isWatched(long session) {
    return sessions.containsKey(session);
  }

  /** Whether the session is watched and its expiry was not handed out. */
  boolean isLive(long session) {
    Watched watched = sessions.get(session);
    return watched != null && watched.state == State.LIVE;
  }

  /** Hands out sessions that were silent for their TTL; they are not live from here on. */
  List<Long> takeDue(int countMax) {
    List<Long> due = new ArrayList<>();
    while (due.size() < countMax) {
      Long session = queue.pollDue(judgedNanos);
      if (session == null) {
        break;
      }
      Watched watched = watched(session);
      if (watched.creditPending) {
        continue;
      }
      if (watched.deadlineNanos - judgedNanos > 0) {
        queue.put(session, watched.deadlineNanos);
        continue;
      }
      watched.state = State.EXPIRING;
      due.add(session);
    }
    return due;
  }

  /** The expiry of these sessions was certainly not appended to the log: they are live again. */
  void takeBack(Collection<Long> expiring) {
    for (long session : expiring) {
      Watched watched = sessions.get(session);
      if (watched != null && watched.state == State.EXPIRING) {
        watched.state = State.LIVE;
        queue.put(session, watched.deadlineNanos);
      }
    }
  }

  /** How long the loop may sleep at most, so that silence is counted and found in time. */
  long untilNextWakeNanos() {
    if (queue.size() == 0 && toCredit.isEmpty()) {
      return Long.MAX_VALUE;
    }
    return Math.min(stepMaxNanos / 2, queue.untilFirstNanos(attendedNanos));
  }

  int size() {
    return sessions.size();
  }

  /** All the time that was given back to sessions because the loop did not run. */
  long stalledNanos() {
    return stalledNanos;
  }

  private void noteAlive(Watched watched) {
    if (!watched.creditPending) {
      watched.creditPending = true;
      toCredit.add(watched);
    }
  }

  private void credit() {
    if (toCredit.isEmpty()) {
      return;
    }
    for (Watched watched : toCredit) {
      watched.creditPending = false;
      if (watched.state == State.LIVE && sessions.get(watched.session) == watched) {
        watched.deadlineNanos = attendedNanos + watched.ttlNanos;
        if (!queue.contains(watched.session)) {
          queue.put(watched.session, watched.deadlineNanos);
        }
      }
    }
    toCredit.clear();
  }

  private Watched watched(long session) {
    @Nullable Watched watched = sessions.get(session);
    if (watched == null) {
      throw new IllegalStateException("session " + session + " is queued but not watched");
    }
    return watched;
  }

  private enum State {
    LIVE,
    EXPIRING,
    GONE
  }

  private static final class Watched {
    private final long session;
    private final long ttlNanos;
    private State state = State.LIVE;
    private long deadlineNanos;
    private boolean creditPending;

    private Watched(long session, long ttlNanos) {
      this.session = session;
      this.ttlNanos = ttlNanos;
    }
  }
}
