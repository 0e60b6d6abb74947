package io.holdfast.server.storage;

import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.HardState;
import java.util.List;

/** One change of the stored state. The records of the segments are lists of these. */
sealed interface LogOperation {
  /**
   * The first operation of every segment: whose it is, and the state its records build on.
   *
   * @param previousRecords records of the segment before that count; what lies behind them was
   *     never acknowledged
   * @param lastIndex the end of the log
   */
  record SegmentStart(
      StorageIdentity identity,
      long previousRecords,
      HardState hardState,
      EntryId head,
      long lastIndex)
      implements LogOperation {}

  record SetHardState(HardState hardState) implements LogOperation {}

  record MoveHead(EntryId head) implements LogOperation {}

  record TruncateFrom(long index) implements LogOperation {}

  record Append(List<Entry> entries) implements LogOperation {}
}
