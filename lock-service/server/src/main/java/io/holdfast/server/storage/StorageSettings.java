package io.holdfast.server.storage;

import io.holdfast.raft.PeerId;
import java.nio.file.Path;

/** Where a peer keeps its data, whose data it is, and how large its files grow. */
public record StorageSettings(Path directory, StorageIdentity identity, StorageLimits limits) {

  /** The usual limits. */
  public StorageSettings(Path directory, String clusterId, PeerId peerId) {
    this(directory, new StorageIdentity(clusterId, peerId), StorageLimits.DEFAULT);
  }
}
