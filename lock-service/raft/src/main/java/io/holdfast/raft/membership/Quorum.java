package io.holdfast.raft.membership;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.PeerId;
import java.util.Arrays;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * Majorities. In a joint configuration a decision needs a majority of each of the two sets (Raft
 * paper §6). Learners are in neither.
 */
public final class Quorum {
  private Quorum() {}

  /** The outcome of a vote. */
  public enum VoteResult {
    WON,
    LOST,
    PENDING
  }

  /**
   * The highest value that a quorum has reached: with match indexes, what may be committed; with
   * acknowledged rounds, the round that is confirmed; with times, since when a quorum was heard.
   */
  public static long reachedBy(Configuration configuration, ToLongFunction<PeerId> valueOf) {
    long reached = reachedByMajority(configuration.voters(), valueOf);
    return configuration.isJoint()
        ? Math.min(reached, reachedByMajority(configuration.outgoingVoters(), valueOf))
        : reached;
  }

  private static long reachedByMajority(SortedSet<PeerId> voters, ToLongFunction<PeerId> valueOf) {
    long[] values = new long[voters.size()];
    int count = 0;
    for (PeerId voter : voters) {
      values[count++] = valueOf.applyAsLong(voter);
    }
    Arrays.sort(values);
    // Sorted upwards, the majority's lowest value: 3 of 5 have values[2] or more, 3 of 4 values[1].
    return values[(count - 1) / 2];
  }

  public static boolean isQuorum(Configuration configuration, Predicate<PeerId> agrees) {
    return isMajority(configuration.voters(), agrees)
        && (!configuration.isJoint() || isMajority(configuration.outgoingVoters(), agrees));
  }

  private static boolean isMajority(SortedSet<PeerId> voters, Predicate<PeerId> agrees) {
    int agreeing = 0;
    for (PeerId voter : voters) {
      if (agrees.test(voter)) {
        agreeing++;
      }
    }
    return agreeing > voters.size() / 2;
  }

  public static VoteResult voteResult(
      Configuration configuration, Set<PeerId> granted, Set<PeerId> refused) {
    if (isQuorum(configuration, granted::contains)) {
      return VoteResult.WON;
    }
    // Lost when even with every outstanding answer there would be no quorum.
    return isQuorum(configuration, peer -> !refused.contains(peer))
        ? VoteResult.PENDING
        : VoteResult.LOST;
  }
}
