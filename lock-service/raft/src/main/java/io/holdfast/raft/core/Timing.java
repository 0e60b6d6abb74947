package io.holdfast.raft.core;

import java.util.concurrent.TimeUnit;

/**
 * How long a peer waits for what.
 *
 * @param heartbeatMillis between two signs of life of a leader; 1 or more
 * @param electionTimeoutMinMillis the shortest silence after which a follower campaigns, and the
 *     time a voter stays loyal to a leader it heard; at least twice the heartbeat
 * @param electionTimeoutMaxMillis every election timeout is drawn from [min, max); above min. Also
 *     the time after which a leader that hears no majority steps down, by when every follower that
 *     does not hear it has campaigned
 * @param commitNotifyMicros a leader with nothing else to send tells its followers of a new commit
 *     index after this time; 0 tells them at once
 * @param disconnectDelayMaxMillis a follower whose leader's connection was closed campaigns after a
 *     time drawn from [0, this), and a few times more at two to seven times this if the votes are
 *     split; 1 or more
 */
public record Timing(
    long heartbeatMillis,
    long electionTimeoutMinMillis,
    long electionTimeoutMaxMillis,
    long commitNotifyMicros,
    long disconnectDelayMaxMillis) {
  /** Heartbeats every 50 ms, election timeouts from [300, 600) ms. */
  public static final Timing DEFAULT = new Timing(50, 300, 600, 2_000, 30);

  private static final long HOUR_MILLIS = 3_600_000;

  public Timing {
    require(heartbeatMillis >= 1, "heartbeatMillis", heartbeatMillis, "1 or more");
    require(
        electionTimeoutMinMillis >= 2 * heartbeatMillis,
        "electionTimeoutMinMillis",
        electionTimeoutMinMillis,
        "at least twice heartbeatMillis (" + heartbeatMillis + ")");
    require(
        electionTimeoutMaxMillis > electionTimeoutMinMillis
            && electionTimeoutMaxMillis <= HOUR_MILLIS,
        "electionTimeoutMaxMillis",
        electionTimeoutMaxMillis,
        "above electionTimeoutMinMillis (" + electionTimeoutMinMillis + ") and at most one hour");
    require(
        commitNotifyMicros >= 0 && commitNotifyMicros <= heartbeatMillis * 1_000,
        "commitNotifyMicros",
        commitNotifyMicros,
        "0 to one heartbeat");
    require(
        disconnectDelayMaxMillis >= 1 && disconnectDelayMaxMillis <= electionTimeoutMinMillis,
        "disconnectDelayMaxMillis",
        disconnectDelayMaxMillis,
        "1 to electionTimeoutMinMillis (" + electionTimeoutMinMillis + ")");
  }

  private static void require(boolean holds, String field, long value, String wanted) {
    if (!holds) {
      throw new IllegalArgumentException(field + " is " + value + "; it must be " + wanted);
    }
  }

  public long heartbeatNanos() {
    return TimeUnit.MILLISECONDS.toNanos(heartbeatMillis);
  }

  public long electionTimeoutMinNanos() {
    return TimeUnit.MILLISECONDS.toNanos(electionTimeoutMinMillis);
  }

  public long electionTimeoutMaxNanos() {
    return TimeUnit.MILLISECONDS.toNanos(electionTimeoutMaxMillis);
  }

  public long commitNotifyNanos() {
    return TimeUnit.MICROSECONDS.toNanos(commitNotifyMicros);
  }

  public long disconnectDelayMaxNanos() {
    return TimeUnit.MILLISECONDS.toNanos(disconnectDelayMaxMillis);
  }
}
