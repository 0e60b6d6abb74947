package io.holdfast.raft.core;

import java.util.random.RandomGenerator;

/** When a peer that hears no leader campaigns, and how long it is loyal to one it hears. */
final class ElectionClock {
  private final Timing timing;
  private final RandomGenerator random;
  private long deadlineNanos;
  private long leaderHeardNanos;
  private boolean leaderHeard;

  ElectionClock(Timing timing, RandomGenerator random) {
    this.timing = timing;
    this.random = random;
  }

  /** Draws a new timeout (Raft paper §5.2). */
  void rearm(long nowNanos) {
    long spread = timing.electionTimeoutMaxNanos() - timing.electionTimeoutMinNanos();
    deadlineNanos = nowNanos + timing.electionTimeoutMinNanos() + random.nextLong(spread);
  }

  void leaderContact(long nowNanos) {
    leaderHeard = true;
    leaderHeardNanos = nowNanos;
    rearm(nowNanos);
  }

  /** The leader's connection was closed: loyalty ends, and the campaign starts soon. */
  void leaderDisconnected(long nowNanos) {
    leaderHeard = false;
    long soon = nowNanos + random.nextLong(timing.disconnectDelayMaxNanos());
    if (soon - deadlineNanos < 0) {
      deadlineNanos = soon;
    }
  }

  /** Whether a leader was heard within the shortest election timeout (thesis §4.2.3). */
  boolean hearsLeader(long nowNanos) {
    return leaderHeard && nowNanos - leaderHeardNanos < timing.electionTimeoutMinNanos();
  }

  boolean isDue(long nowNanos) {
    return nowNanos - deadlineNanos >= 0;
  }

  long deadlineNanos() {
    return deadlineNanos;
  }
}
