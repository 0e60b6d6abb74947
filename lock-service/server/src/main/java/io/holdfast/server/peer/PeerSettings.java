package io.holdfast.server.peer;

import io.holdfast.raft.PeerId;
import io.holdfast.raft.driver.RaftNodeSettings;
import io.holdfast.server.storage.StorageSettings;
import io.holdfast.server.transport.TransportSettings;

/**
 * Everything one peer process is made of but its gateway. The parts must name the same peer and the
 * same cluster.
 *
 * @param stopMillisMax how long a stop waits for requests under way and for the transfer of
 *     leadership; 1 or more
 */
public record PeerSettings(
    RaftNodeSettings node,
    PeerServiceSettings service,
    StorageSettings storage,
    TransportSettings transport,
    long stopMillisMax) {
  public static final long DEFAULT_STOP_MILLIS_MAX = 5_000;

  public PeerSettings {
    PeerId self = node.self();
    if (!self.equals(storage.identity().peerId()) || !self.equals(transport.identity().peer())) {
      throw new IllegalArgumentException(
          "the node is "
              + self
              + ", its storage "
              + storage.identity().peerId()
              + ", its transport "
              + transport.identity().peer()
              + "; all must name one peer");
    }
    if (!storage.identity().clusterId().equals(transport.identity().clusterId())) {
      throw new IllegalArgumentException(
          "the storage belongs to cluster "
              + storage.identity().clusterId()
              + ", the transport to "
              + transport.identity().clusterId()
              + "; both must name one cluster");
    }
    if (stopMillisMax < 1) {
      throw new IllegalArgumentException(
          "stopMillisMax is " + stopMillisMax + "; it must be 1 or more");
    }
  }

  public PeerSettings(
      RaftNodeSettings node,
      PeerServiceSettings service,
      StorageSettings storage,
      TransportSettings transport) {
    this(node, service, storage, transport, DEFAULT_STOP_MILLIS_MAX);
  }
}
