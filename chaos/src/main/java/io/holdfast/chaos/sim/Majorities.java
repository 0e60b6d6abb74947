package io.holdfast.chaos.sim;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.PeerId;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Which peers have to work so that a cluster can decide, counted without the code under test. */
final class Majorities {
  private Majorities() {}

  /**
   * As many of the first peers as it takes to decide by every configuration that may be in force,
   * and also when those that are staged have become voters, and to elect one of them with what they
   * have stored.
   */
  static Set<PeerHost> first(List<PeerHost> order, Collection<Configuration> configurations) {
    Set<PeerHost> some = new LinkedHashSet<>();
    for (PeerHost peer : order) {
      Set<PeerId> ids = some.stream().map(PeerHost::id).collect(Collectors.toSet());
      if (configurations.stream().allMatch(it -> decides(it, ids)) && Electorate.elects(some)) {
        return some;
      }
      some.add(peer);
    }
    return some;
  }

  static boolean decides(Configuration configuration, Set<PeerId> peers) {
    Set<PeerId> soon = new TreeSet<>(configuration.voters());
    soon.addAll(configuration.staged());
    return isMajority(configuration.voters(), peers)
        && isMajority(soon, peers)
        && (!configuration.isJoint() || isMajority(configuration.outgoingVoters(), peers));
  }

  private static boolean isMajority(Set<PeerId> voters, Set<PeerId> some) {
    int count = 0;
    for (PeerId voter : voters) {
      count += some.contains(voter) ? 1 : 0;
    }
    return 2 * count > voters.size();
  }
}
