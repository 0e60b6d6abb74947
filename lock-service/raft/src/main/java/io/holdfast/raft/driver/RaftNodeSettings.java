package io.holdfast.raft.driver;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.core.ReplicationLimits;
import io.holdfast.raft.core.Timing;

/**
 * The settings of one peer.
 *
 * @param self the identity of this peer; a member of every configuration it takes part in
 * @param initialConfiguration the members of a cluster whose log and snapshots name none yet; must
 *     be the same on every peer
 */
public record RaftNodeSettings(
    PeerId self,
    Configuration initialConfiguration,
    Timing timing,
    ReplicationLimits replication,
    NodeLimits limits,
    SnapshotPolicy snapshots) {

  public RaftNodeSettings {
    if (initialConfiguration.isJoint()) {
      throw new IllegalArgumentException(
          "initialConfiguration is joint; a new cluster starts with one set of voters");
    }
  }

  public static RaftNodeSettings defaults(PeerId self, Configuration initialConfiguration) {
    return new RaftNodeSettings(
        self,
        initialConfiguration,
        Timing.DEFAULT,
        ReplicationLimits.DEFAULT,
        NodeLimits.DEFAULT,
        SnapshotPolicy.DEFAULT);
  }

  public RaftNodeSettings withTiming(Timing value) {
    return new RaftNodeSettings(self, initialConfiguration, value, replication, limits, snapshots);
  }

  public RaftNodeSettings withReplication(ReplicationLimits value) {
    return new RaftNodeSettings(self, initialConfiguration, timing, value, limits, snapshots);
  }

  public RaftNodeSettings withLimits(NodeLimits value) {
    return new RaftNodeSettings(self, initialConfiguration, timing, replication, value, snapshots);
  }

  public RaftNodeSettings withSnapshots(SnapshotPolicy value) {
    return new RaftNodeSettings(self, initialConfiguration, timing, replication, limits, value);
  }
}
