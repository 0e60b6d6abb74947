package io.holdfast.cli.scale;

import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.HdrHistogram.Histogram;

/**
 * Opens sessions at an even pace and keeps each alive at a third of its TTL from then on, every
 * keep-alive in a frame of its own. The driver is one client for all; to the peers it looks like as
 * many.
 */
final class Keeper {
  static final long TTL_MILLIS = 30_000;
  private static final long PERIOD_NANOS = TTL_MILLIS * 1_000_000 / 3;
  private static final int UNDER_WAY_MAX = 10_000;

  private final long[] sessions;
  private final long[] dueNanos;
  private final boolean[] alive;
  private final long startNanos = System.nanoTime();
  private Fleet fleet;
  private int opened;
  private int next;
  private Histogram micros = new Histogram(3);
  private long acknowledged;
  private long refused;
  private final Deque<Integer> toOpenAgain = new ArrayDeque<>();
  private final Deque<Integer> retries = new ArrayDeque<>();
  private long retried;
  private int underWay;

  Keeper(Fleet fleet, int count) {
    this.fleet = fleet;
    this.sessions = new long[count];
    this.dueNanos = new long[count];
    this.alive = new boolean[count];
  }

  /**
   * Opens all sessions within two periods, and keeps those that are open meanwhile. An opening that
   * got no definite answer is repeated, as a client would.
   */
  void openAll() throws IOException {
    int asked = 0;
    while (opened < sessions.length) {
      long due = sessions.length * (System.nanoTime() - startNanos) / (2 * PERIOD_NANOS);
      while (asked < Math.min(due, sessions.length) && underWay < UNDER_WAY_MAX) {
        open(asked++);
      }
      while (!toOpenAgain.isEmpty() && underWay < UNDER_WAY_MAX) {
        open(toOpenAgain.remove());
        retried++;
      }
      turn();
    }
  }

  private void open(int at) {
    long sentNanos = System.nanoTime();
    dueNanos[at] = sentNanos + PERIOD_NANOS;
    underWay++;
    fleet
        .line(at)
        .ask(
            new Request.OpenSession("scale-" + startNanos + "-" + at, TTL_MILLIS, "host-" + at),
            reply -> {
              underWay--;
              if (reply instanceof Reply.SessionOpened session) {
                opened++;
                sessions[at] = session.session();
              } else if (reply instanceof Reply.Failed failed && failed.error().retryable()) {
                toOpenAgain.add(at);
              } else {
                throw new IllegalStateException("a session was not opened: " + reply);
              }
            });
  }

  /** Sends the keep-alives that are due, and takes answers. */
  void turn() throws IOException {
    long now = System.nanoTime();
    while (sessions[next] != 0 && dueNanos[next] - now <= 0 && underWay < UNDER_WAY_MAX) {
      keepAlive(next, dueNanos[next]);
      dueNanos[next] += PERIOD_NANOS;
      next = (next + 1) % sessions.length;
    }
    while (!retries.isEmpty() && underWay < UNDER_WAY_MAX) {
      keepAlive(retries.remove(), now);
      retried++;
    }
    fleet.turn(1);
  }

  private void keepAlive(int at, long dueAt) {
    underWay++;
    fleet
        .line(at)
        .ask(
            new Request.KeepAlive(sessions[at]),
            reply -> {
              underWay--;
              if (reply instanceof Reply.KeptAlive) {
                alive[at] = true;
                acknowledged++;
                micros.recordValue((System.nanoTime() - dueAt) / 1_000);
              } else if (reply instanceof Reply.Failed failed && failed.error().retryable()) {
                retries.add(at);
              } else if (refused++ == 0) {
                Report.say("a keep-alive was refused: %s", reply);
              }
            });
  }

  /** Goes on over another fleet: every session is due at once, and none counts as kept yet. */
  void moveTo(Fleet another) {
    fleet = another;
    underWay = 0;
    retries.clear();
    Arrays.fill(alive, false);
    long now = System.nanoTime();
    Arrays.fill(dueNanos, now);
    micros = new Histogram(3);
    acknowledged = 0;
  }

  /**
   * Spreads the keep-alives evenly over the period, after all were sent at once, or came to be due
   * in another order than they are sent in because opening took longer than a period.
   */
  void spread() {
    long now = System.nanoTime();
    for (int count = 0; count < sessions.length; count++) {
      int at = (next + count) % sessions.length;
      dueNanos[at] = now + PERIOD_NANOS / sessions.length * count;
    }
  }

  long acknowledged() {
    return acknowledged;
  }

  boolean allAlive() {
    for (boolean one : alive) {
      if (!one) {
        return false;
      }
    }
    return true;
  }

  /** Requests that nobody took, or whose outcome was unknown, and that were sent again. */
  long retried() {
    return retried;
  }

  long refused() {
    return refused;
  }

  /** Latencies since the last call, counted from when the keep-alive was due. */
  Histogram take() {
    Histogram taken = micros;
    micros = new Histogram(3);
    return taken;
  }
}
