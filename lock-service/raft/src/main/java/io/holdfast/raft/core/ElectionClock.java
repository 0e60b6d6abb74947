package io.holdfast.raft.core;

import java.util.random.RandomGenerator;

/** When a peer that hears no leader campaigns, and how long it is loyal to one it hears. */
final class ElectionClock {
  /** Campaigns after a closed connection that come soon after one another, pre-votes included. */
  private static final int HASTY_CAMPAIGNS_MAX = 6;

  /** The time to the next of them, in longest delays after a closed connection: drawn from here, */
  private static final int HASTY_DELAYS_MIN = 2;

  /** to here, exclusive. */
  private static final int HASTY_DELAYS_MAX = 7;

  private final Timing timing;
  private final RandomGenerator random;
  private long deadlineNanos;
  private long leaderHeardNanos;
  private boolean leaderHeard;
  private int hastyCampaigns;

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
    hastyCampaigns = 0;
    rearm(nowNanos);
  }

  /**
   * A campaign begins; if nothing comes of it, the next one follows. After a closed connection it
   * does soon: everybody notices at once, so that votes are split easily, and nobody has to wait
   * for a leader that is known to be gone. Not for ever, since the peers may be slower than that.
   */
  void campaignBegins(long nowNanos) {
    rearm(nowNanos);
    if (hastyCampaigns > 0) {
      hastyCampaigns--;
      long delay = timing.disconnectDelayMaxNanos();
      hasten(
          nowNanos
              + HASTY_DELAYS_MIN * delay
              + random.nextLong((HASTY_DELAYS_MAX - HASTY_DELAYS_MIN) * delay));
    }
  }

  /** The leader's connection was closed: loyalty ends, and the campaign starts soon. */
  void leaderDisconnected(long nowNanos) {
    leaderHeard = false;
    hastyCampaigns = HASTY_CAMPAIGNS_MAX;
    hasten(nowNanos + random.nextLong(timing.disconnectDelayMaxNanos()));
  }

  private void hasten(long atNanos) {
    if (atNanos - deadlineNanos < 0) {
      deadlineNanos = atNanos;
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
