package io.holdfast.server.peer;

import io.holdfast.locks.Command;
import io.holdfast.locks.Limit;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The times and bounds of the request handling of one peer.
 *
 * @param limits limits of the replicated state that this peer puts in force whenever it comes to
 *     lead; give every peer the same
 */
public record PeerServiceSettings(
    Times times, Bounds bounds, Window window, Told told, Map<Limit, Long> limits) {
  public static final PeerServiceSettings DEFAULT =
      new PeerServiceSettings(
          Times.DEFAULT, Bounds.DEFAULT, Window.DEFAULT, Told.DEFAULT, Map.of());

  public PeerServiceSettings {
    limits = Collections.unmodifiableMap(new TreeMap<>(limits));
    limits.forEach(Command.Setting::new);
  }

  /**
   * How long things may take; all are 1 or more.
   *
   * @param holdMillis how long a request waits for a leader before it is refused; about two
   *     election timeouts
   * @param answerMillis how long a request may be under way before its outcome is called unknown
   * @param handOverMillis how long an answer of a former leader is waited for once another leads
   * @param retryMillis pause before a request is offered again to a leader that would not take it
   * @param attendedStepMillis the most that one turn of the loop adds to the silence of sessions
   */
  public record Times(
      long holdMillis,
      long answerMillis,
      long handOverMillis,
      long retryMillis,
      long attendedStepMillis) {
    /** For election timeouts from [300, 600) ms. */
    public static final Times DEFAULT = new Times(1_200, 5_000, 100, 10, 100);

    public Times {
      Check.requirePositive(holdMillis, "holdMillis");
      Check.requirePositive(answerMillis, "answerMillis");
      Check.requirePositive(handOverMillis, "handOverMillis");
      Check.requirePositive(retryMillis, "retryMillis");
      Check.requirePositive(attendedStepMillis, "attendedStepMillis");
    }

    /** Times that suit a cluster with this upper bound of election timeouts. */
    public static Times forElectionTimeout(long electionTimeoutMaxMillis) {
      return new Times(
          2 * electionTimeoutMaxMillis,
          Math.max(DEFAULT.answerMillis, 4 * electionTimeoutMaxMillis),
          DEFAULT.handOverMillis,
          DEFAULT.retryMillis,
          DEFAULT.attendedStepMillis);
    }

    long holdNanos() {
      return TimeUnit.MILLISECONDS.toNanos(holdMillis);
    }

    long answerNanos() {
      return TimeUnit.MILLISECONDS.toNanos(answerMillis);
    }

    long handOverNanos() {
      return TimeUnit.MILLISECONDS.toNanos(handOverMillis);
    }

    long retryNanos() {
      return TimeUnit.MILLISECONDS.toNanos(retryMillis);
    }

    long attendedStepNanos() {
      return TimeUnit.MILLISECONDS.toNanos(attendedStepMillis);
    }
  }

  /**
   * How much a peer keeps for its clients; all are 1 or more.
   *
   * @param callsMax requests of clients without an answer
   * @param heldMax requests that wait for a leader
   * @param forwardedMax requests under way to the leader
   * @param waitersMax waits whose end is to be pushed to a client of this peer
   * @param attachmentsMax sessions whose events go to a client of this peer
   * @param watchesMax watches of all clients together
   * @param watchesPerChannelMax watches of one client
   */
  public record Bounds(
      int callsMax,
      int heldMax,
      int forwardedMax,
      int waitersMax,
      int attachmentsMax,
      int watchesMax,
      int watchesPerChannelMax) {
    public static final Bounds DEFAULT =
        new Bounds(65_536, 16_384, 32_768, 200_000, 200_000, 10_000, 256);

    public Bounds {
      Check.requirePositive(callsMax, "callsMax");
      Check.requirePositive(heldMax, "heldMax");
      Check.requirePositive(forwardedMax, "forwardedMax");
      Check.requirePositive(waitersMax, "waitersMax");
      Check.requirePositive(attachmentsMax, "attachmentsMax");
      Check.requirePositive(watchesMax, "watchesMax");
      Check.requirePositive(watchesPerChannelMax, "watchesPerChannelMax");
    }
  }

  /**
   * How many recent events watches can resume from; both are 1 or more.
   *
   * @param bytesMax their size in memory, roughly
   */
  public record Window(int eventsMax, long bytesMax) {
    public static final Window DEFAULT = new Window(65_536, 16L << 20);

    public Window {
      Check.requirePositive(eventsMax, "eventsMax");
      Check.requirePositive(bytesMax, "bytesMax");
    }
  }

  /** What clients are told of the bounds that the gateway keeps; both are 1 or more. */
  public record Told(int requestsInFlightMax, int frameBytesMax) {
    public static final Told DEFAULT = new Told(1_024, 1 << 20);

    public Told {
      Check.requirePositive(requestsInFlightMax, "requestsInFlightMax");
      Check.requirePositive(frameBytesMax, "frameBytesMax");
    }
  }

  public PeerServiceSettings withTimes(Times value) {
    return new PeerServiceSettings(value, bounds, window, told, limits);
  }

  public PeerServiceSettings withBounds(Bounds value) {
    return new PeerServiceSettings(times, value, window, told, limits);
  }

  public PeerServiceSettings withWindow(Window value) {
    return new PeerServiceSettings(times, bounds, value, told, limits);
  }

  public PeerServiceSettings withTold(Told value) {
    return new PeerServiceSettings(times, bounds, window, value, limits);
  }

  public PeerServiceSettings withLimits(Map<Limit, Long> value) {
    return new PeerServiceSettings(times, bounds, window, told, value);
  }

  /**
   * Apart from the record around it: whoever makes bounds of his own first would otherwise have the
   * defaults of the whole initialised before those of the part, and find nulls in them.
   */
  private static final class Check {
    private Check() {}

    static void requirePositive(long value, String field) {
      if (value < 1) {
        throw new IllegalArgumentException(field + " is " + value + "; it must be 1 or more");
      }
    }
  }
}
