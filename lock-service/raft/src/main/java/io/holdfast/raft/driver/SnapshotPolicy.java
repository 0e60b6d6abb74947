package io.holdfast.raft.driver;

/**
 * When snapshots are taken and how they travel.
 *
 * @param entriesBetween applied entries after which a new snapshot is taken; 1 or more
 * @param bytesBetween applied payload bytes after which a new snapshot is taken; 1 or more
 * @param retainedEntries entries before a snapshot that stay in the log, so that a peer slightly
 *     behind needs no snapshot; 0 or more
 * @param chunkBytes bytes of one chunk on the wire and on the way to and from the disk; 1 KiB to 1
 *     MiB
 * @param windowChunks chunks under way to one peer; 1 or more
 */
public record SnapshotPolicy(
    long entriesBetween,
    long bytesBetween,
    long retainedEntries,
    int chunkBytes,
    int windowChunks) {
  public static final SnapshotPolicy DEFAULT =
      new SnapshotPolicy(200_000, 64L << 20, 20_000, 256 << 10, 4);

  private static final int CHUNK_BYTES_MIN = 1 << 10;
  private static final int CHUNK_BYTES_MAX = 1 << 20;

  public SnapshotPolicy {
    require(entriesBetween >= 1, "entriesBetween", entriesBetween, "1 or more");
    require(bytesBetween >= 1, "bytesBetween", bytesBetween, "1 or more");
    require(retainedEntries >= 0, "retainedEntries", retainedEntries, "0 or more");
    require(
        chunkBytes >= CHUNK_BYTES_MIN && chunkBytes <= CHUNK_BYTES_MAX,
        "chunkBytes",
        chunkBytes,
        CHUNK_BYTES_MIN + " to " + CHUNK_BYTES_MAX);
    require(windowChunks >= 1, "windowChunks", windowChunks, "1 or more");
  }

  private static void require(boolean holds, String field, long value, String wanted) {
    if (!holds) {
      throw new IllegalArgumentException(field + " is " + value + "; it must be " + wanted);
    }
  }
}
