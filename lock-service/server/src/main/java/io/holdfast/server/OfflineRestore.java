package io.holdfast.server;

import io.holdfast.server.backup.BackupException;
import io.holdfast.server.backup.BackupRestore;
import io.holdfast.server.config.Config;
import java.nio.file.Path;

/** Makes the data directory of a peer that is configured but was never started. */
public final class OfflineRestore {
  private OfflineRestore() {}

  /**
   * Restores a backup into the data directory of a configuration, for its peer and its cluster.
   * Blocks.
   *
   * @throws BackupException if the backup or the directory cannot be used
   */
  public static BackupRestore.Outcome restore(Path backup, Config config) throws BackupException {
    PeerConfiguration peer = new PeerConfiguration(config);
    return BackupRestore.restore(backup, peer.storage(), peer.members());
  }
}
