package io.holdfast.raft.driver;

/**
 * The bounds of a node's event loop. All are 1 or more.
 *
 * @param mailboxMessagesMax messages of other peers that wait for the loop; above it the oldest
 *     heartbeat is dropped, or else the newcomer
 * @param mailboxBytesMax payload bytes of those messages
 * @param mailboxTasksMax tasks that wait for the loop; above it {@link RaftNode#execute} refuses
 * @param applySliceEntriesMax entries applied in one turn, so that heartbeats never wait for a long
 *     backlog
 * @param commandBytesMax bytes of one proposed command
 */
public record NodeLimits(
    int mailboxMessagesMax,
    long mailboxBytesMax,
    int mailboxTasksMax,
    int applySliceEntriesMax,
    int commandBytesMax) {
  public static final NodeLimits DEFAULT =
      new NodeLimits(16_384, 128L << 20, 65_536, 2_048, 1 << 20);

  public NodeLimits {
    requirePositive(mailboxMessagesMax, "mailboxMessagesMax");
    requirePositive(mailboxBytesMax, "mailboxBytesMax");
    requirePositive(mailboxTasksMax, "mailboxTasksMax");
    requirePositive(applySliceEntriesMax, "applySliceEntriesMax");
    requirePositive(commandBytesMax, "commandBytesMax");
  }

  private static void requirePositive(long value, String field) {
    if (value < 1) {
      throw new IllegalArgumentException(field + " is " + value + "; it must be 1 or more");
    }
  }
}
