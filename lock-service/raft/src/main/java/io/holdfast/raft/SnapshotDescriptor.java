package io.holdfast.raft;

/**
 * A snapshot and what must be known besides its bytes: the configuration in force at its last entry
 * and the entry that brought it (Raft paper §7).
 */
public record SnapshotDescriptor(
    SnapshotId id, Configuration configuration, EntryId configurationEntry) {

  public EntryId last() {
    return id.last();
  }

  /** A snapshot whose bytes are still being written, so that size and CRC are not known. */
  public record Draft(EntryId last, Configuration configuration, EntryId configurationEntry) {
    public SnapshotDescriptor complete(long sizeBytes, int crc32c) {
      return new SnapshotDescriptor(
          new SnapshotId(last, sizeBytes, crc32c), configuration, configurationEntry);
    }
  }
}
