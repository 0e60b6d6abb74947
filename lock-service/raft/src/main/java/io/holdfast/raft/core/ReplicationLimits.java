package io.holdfast.raft.core;

/**
 * The bounds of what a peer holds and sends. All are 1 or more.
 *
 * @param appendBytesMax payload bytes of one append message; one larger entry still goes alone
 * @param inflightMessagesMax unanswered append messages to one peer
 * @param inflightBytesMax unanswered payload bytes to one peer; reached, not exceeded by more than
 *     one message
 * @param uncommittedBytesMax payload bytes a leader accepts ahead of its own state machine; above
 *     it proposals are refused
 * @param pendingReadsMax reads that wait for their round or for the state machine
 * @param logCacheBytesMax payload bytes of applied entries kept in memory for slow peers
 */
public record ReplicationLimits(
    int appendBytesMax,
    int inflightMessagesMax,
    long inflightBytesMax,
    long uncommittedBytesMax,
    int pendingReadsMax,
    long logCacheBytesMax) {
  public static final ReplicationLimits DEFAULT =
      new ReplicationLimits(512 << 10, 256, 8L << 20, 64L << 20, 100_000, 4L << 20);

  public ReplicationLimits {
    requirePositive(appendBytesMax, "appendBytesMax");
    requirePositive(inflightMessagesMax, "inflightMessagesMax");
    requirePositive(inflightBytesMax, "inflightBytesMax");
    requirePositive(uncommittedBytesMax, "uncommittedBytesMax");
    requirePositive(pendingReadsMax, "pendingReadsMax");
    requirePositive(logCacheBytesMax, "logCacheBytesMax");
  }

  private static void requirePositive(long value, String field) {
    if (value < 1) {
      throw new IllegalArgumentException(field + " is " + value + "; it must be 1 or more");
    }
  }
}
