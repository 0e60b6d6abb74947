package io.holdfast.chaos.sim;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.HardState;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.core.RaftCore;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Whether some of the peers can elect a leader, so that the cluster owes one. A majority of a list
 * of peers is not enough: it takes a majority of the voters in force (of both sets while they
 * change), and of those only peers count whose store is not empty and not held to be lost, because
 * such a peer must not choose between logs (S098). Counted here, not by the code under test.
 */
final class Electorate {
  /** What one peer brings to an election. */
  private record Standing(PeerId id, EntryId last, boolean abstains, Configuration configuration) {
    private boolean votesFor(Standing candidate) {
      boolean mayChoose = !last.equals(EntryId.NONE) || candidate.last().equals(EntryId.NONE);
      boolean upToDate =
          candidate.last().term() != last.term()
              ? candidate.last().term() > last.term()
              : candidate.last().index() >= last.index();
      return !abstains && mayChoose && upToDate;
    }
  }

  private Electorate() {}

  /** Whether these peers can elect one of them; those that are down do not count. */
  static boolean elects(Collection<PeerHost> peers) {
    return wins(peers.stream().filter(PeerHost::isUp).map(Electorate::inMemory).toList());
  }

  /** Whether these peers could elect one of them with what is on their disks. */
  static boolean electsFromDisk(Collection<PeerHost> peers) {
    return wins(peers.stream().map(Electorate::onDisk).toList());
  }

  private static Standing inMemory(PeerHost peer) {
    RaftCore core = peer.core();
    return new Standing(
        peer.id(),
        core.lastEntry(),
        core.votedFor().filter(HardState.NOBODY::equals).isPresent(),
        core.configuration());
  }

  private static Standing onDisk(PeerHost peer) {
    DiskImage image = peer.image();
    return new Standing(
        peer.id(),
        image.last(),
        HardState.NOBODY.equals(image.hardState().vote()),
        image.configuration().orElse(peer.initialConfiguration()));
  }

  private static boolean wins(List<Standing> standings) {
    return standings.stream().anyMatch(candidate -> wins(candidate, standings));
  }

  private static boolean wins(Standing candidate, List<Standing> standings) {
    Configuration configuration = candidate.configuration();
    return !candidate.abstains()
        && configuration.isVoter(candidate.id())
        && isMajority(configuration.voters(), candidate, standings)
        && (!configuration.isJoint()
            || isMajority(configuration.outgoingVoters(), candidate, standings));
  }

  private static boolean isMajority(
      Set<PeerId> voters, Standing candidate, List<Standing> standings) {
    long votes =
        standings.stream()
            .filter(voter -> voters.contains(voter.id()) && voter.votesFor(candidate))
            .count();
    return 2 * votes > voters.size();
  }
}
