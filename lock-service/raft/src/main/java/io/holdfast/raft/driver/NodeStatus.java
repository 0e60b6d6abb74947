package io.holdfast.raft.driver;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.core.RaftCore;
import io.holdfast.raft.core.Role;
import io.holdfast.raft.tracker.PeerTracker;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a peer looks like at one moment.
 *
 * @param ready leads and has applied an entry of its own term
 * @param durableIndex the last index of the local log that is durable here
 * @param snapshotIndex the last index covered by the newest local snapshot; 0 when there is none
 * @param peers the other members as the leader knows them; empty on others
 * @param degradedReason why the peer takes no part until it is restarted
 * @param stallNanos the sum of all gaps reported by {@link NodeListener#stalled}
 * @param droppedMessages messages of other peers that found the mailbox full
 */
public record NodeStatus(
    PeerId self,
    Role role,
    long term,
    Optional<PeerId> leader,
    boolean ready,
    long commitIndex,
    long appliedIndex,
    long lastIndex,
    long durableIndex,
    long snapshotIndex,
    Configuration configuration,
    List<PeerStatus> peers,
    Optional<String> degradedReason,
    long stallNanos,
    long droppedMessages) {

  static NodeStatus of(RaftCore core, long nowNanos, long stallNanos, long droppedMessages) {
    List<PeerStatus> peers = new ArrayList<>();
    for (PeerTracker tracker : core.trackers()) {
      peers.add(
          new PeerStatus(
              tracker.peer(),
              tracker.state(),
              tracker.matchIndex(),
              tracker.nextIndex(),
              core.lastEntry().index() - tracker.matchIndex(),
              nowNanos - tracker.lastHeardNanos()));
    }
    return new NodeStatus(
        core.self(),
        core.role(),
        core.currentTerm(),
        core.leader(),
        core.isLeaderReady(),
        core.commitIndex(),
        core.appliedIndex(),
        core.lastEntry().index(),
        core.durableIndex(),
        core.snapshot().map(snapshot -> snapshot.last().index()).orElse(0L),
        core.configuration(),
        List.copyOf(peers),
        core.degradedReason(),
        stallNanos,
        droppedMessages);
  }

  /**
   * What a leader knows of another member.
   *
   * @param lag entries of the leader's log the peer is not known to hold
   * @param silentNanos since the last answer
   */
  public record PeerStatus(
      PeerId peer,
      PeerTracker.State state,
      long matchIndex,
      long nextIndex,
      long lag,
      long silentNanos) {}
}
