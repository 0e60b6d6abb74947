package io.holdfast.raft;

/**
 * The identity of a snapshot: the last entry it covers, and the size and CRC32C of its bytes. A
 * snapshot is canonical (equal state gives equal bytes), so two peers that cut at the same entry
 * give the same id.
 *
 * @param sizeBytes 0 or more
 */
public record SnapshotId(EntryId last, long sizeBytes, int crc32c) {
  public SnapshotId {
    if (sizeBytes < 0) {
      throw new IllegalArgumentException("negative snapshot size " + sizeBytes);
    }
  }
}
