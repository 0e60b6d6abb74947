package io.holdfast.raft.scenario;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.membership.MembershipChange;
import io.holdfast.raft.sim.SimCluster;
import io.holdfast.raft.sim.SimPeer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;

/** Membership changes drawn at random, asked of whoever believes that it leads. */
final class RandomMembership {
  private static final int PEERS_MAX = 8;

  private RandomMembership() {}

  static void act(SimCluster cluster, Random random) {
    for (SimPeer peer : List.copyOf(cluster.peers())) {
      if (peer.isLeader()) {
        cluster.change(peer, draw(cluster, peer.core().configuration(), random));
      }
    }
  }

  private static MembershipChange draw(SimCluster cluster, Configuration known, Random random) {
    MembershipChange change = step(cluster, known, random);
    return random.nextInt(3) == 0 ? change.and(step(cluster, known, random)) : change;
  }

  private static MembershipChange step(SimCluster cluster, Configuration known, Random random) {
    int next = cluster.peers().size() + 1;
    return switch (random.nextInt(8)) {
      case 0, 1 -> {
        if (next <= PEERS_MAX) {
          cluster.join(next);
          yield MembershipChange.addLearner(SimCluster.member(next));
        }
        yield MembershipChange.promote(any(known.members().keySet(), random));
      }
      case 2, 3, 4 ->
          MembershipChange.promote(
              any(known.learners().isEmpty() ? known.voters() : known.learners(), random));
      case 5 -> MembershipChange.demote(any(known.voters(), random));
      default ->
          known.voters().size() > 2
              ? MembershipChange.remove(any(known.members().keySet(), random))
              : MembershipChange.promote(any(known.members().keySet(), random));
    };
  }

  private static PeerId any(Collection<PeerId> peers, Random random) {
    return new ArrayList<>(peers).get(random.nextInt(peers.size()));
  }
}
