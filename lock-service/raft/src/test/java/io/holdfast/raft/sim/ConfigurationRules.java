package io.holdfast.raft.sim;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.membership.Quorum;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Whether two configurations may follow each other (I13). */
public final class ConfigurationRules {
  private ConfigurationRules() {}

  /** Fails when the two configurations could decide without each other. */
  public static void check(Configuration former, Configuration next) {
    if (!former.equals(next) && !overlap(former, next)) {
      throw new AssertionError(next + " can decide without a quorum of " + former + " (I13)");
    }
  }

  /** Whether every quorum of one has a peer in common with every quorum of the other. */
  public static boolean overlap(Configuration one, Configuration other) {
    Set<PeerId> all = new TreeSet<>(one.members().keySet());
    all.addAll(other.members().keySet());
    List<PeerId> peers = new ArrayList<>(all);
    for (int chosen = 0; chosen < 1 << peers.size(); chosen++) {
      int mask = chosen;
      if (Quorum.isQuorum(one, peer -> (mask >> peers.indexOf(peer) & 1) == 1)
          && Quorum.isQuorum(other, peer -> (mask >> peers.indexOf(peer) & 1) == 0)) {
        return false;
      }
    }
    return true;
  }
}
