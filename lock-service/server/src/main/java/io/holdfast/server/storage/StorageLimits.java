package io.holdfast.server.storage;

/**
 * Sizes of the log's files.
 *
 * @param segmentBytes record bytes after which a new segment starts; 64 KiB to 1 GiB
 * @param segmentRecordsMax records after which a new segment starts; 2 to {@value
 *     #SEGMENT_RECORDS_CEILING}. Beyond that MapDB would link a second index page, and a torn link
 *     makes a file unreadable
 * @param preallocateBytes a segment grows by this many zero bytes at a time, so that a commit
 *     writes into space the file system has already allocated; a multiple of 1 MiB
 * @param groupCommitBytesMax payload bytes after which no further batch joins a record
 */
public record StorageLimits(
    long segmentBytes, int segmentRecordsMax, int preallocateBytes, int groupCommitBytesMax) {
  static final int SEGMENT_RECORDS_CEILING = 126_000;
  private static final int MIB = 1 << 20;

  /** What a server uses unless told otherwise. */
  public static final StorageLimits DEFAULT = new StorageLimits(16 * MIB, 50_000, 4 * MIB, MIB);

  public StorageLimits {
    require("segmentBytes", segmentBytes, segmentBytes >= 64 * 1024 && segmentBytes <= 1024L * MIB);
    require(
        "segmentRecordsMax",
        segmentRecordsMax,
        segmentRecordsMax >= 2 && segmentRecordsMax <= SEGMENT_RECORDS_CEILING);
    require(
        "preallocateBytes",
        preallocateBytes,
        preallocateBytes >= MIB && preallocateBytes % MIB == 0);
    require("groupCommitBytesMax", groupCommitBytesMax, groupCommitBytesMax >= 1);
  }

  private static void require(String field, long value, boolean fits) {
    if (!fits) {
      throw new IllegalArgumentException(
          "storage limit " + field + " = " + value + " is outside its documented range");
    }
  }
}
