package io.holdfast.raft.core;

import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.HardState;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.log.DurableMark;
import io.holdfast.raft.log.RaftLog;
import io.holdfast.raft.message.Message;
import io.holdfast.raft.spi.LogStorage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the changes of the next batch, numbers batches, and holds back the messages that attest
 * what is not durable yet.
 */
final class PersistQueue {
  private record Held(long batchNumber, long term, PeerId to, Message message) {}

  private final RaftLog log;
  private final DurableMark mark;
  private final ArrayDeque<Held> held = new ArrayDeque<>();
  private @Nullable HardState hardState;
  private @Nullable EntryId head;
  private long truncateFrom;
  private long firstUnsaved;
  private long storedLast;
  private long lastEmitted;
  private long lastDurable;

  /**
   * @param storedLast the last index of the log in storage
   */
  PersistQueue(RaftLog log, long storedLast) {
    this.log = log;
    this.mark = new DurableMark(log.lastIndex());
    this.storedLast = storedLast;
    this.firstUnsaved = log.lastIndex() + 1;
  }

  void hardState(HardState state) {
    hardState = state;
  }

  /** The log forgot what is up to {@code newHead}. */
  void compacted(EntryId newHead) {
    head = newHead;
  }

  void truncatedFrom(long index) {
    mark.truncatedFrom(index);
    firstUnsaved = Math.min(firstUnsaved, index);
    if (index <= storedLast) {
      truncateFrom = truncateFrom == 0 ? index : Math.min(truncateFrom, index);
    }
  }

  /** The log starts anew after a durable snapshot. */
  void replacedBy(EntryId newHead) {
    mark.resetTo(newHead.index());
    head = newHead;
    truncateFrom = storedLast > newHead.index() ? newHead.index() + 1 : 0;
    firstUnsaved = newHead.index() + 1;
  }

  long durableIndex() {
    return mark.durableIndex();
  }

  long oldestAgeNanos(long nowNanos) {
    return mark.oldestAgeNanos(nowNanos);
  }

  /** Whether nothing is waiting for storage. */
  boolean isSettled() {
    return !isDirty() && lastDurable == lastEmitted;
  }

  /** The number of the batch whose durability covers everything that changed so far. */
  long coveringBatch() {
    return isDirty() ? lastEmitted + 1 : lastEmitted;
  }

  boolean isDurable(long batchNumber) {
    return lastDurable >= batchNumber;
  }

  /** Holds a message until everything that changed so far is durable. */
  void hold(long term, PeerId to, Message message) {
    held.addLast(new Held(coveringBatch(), term, to, message));
  }

  private boolean isDirty() {
    return hardState != null
        || head != null
        || truncateFrom != 0
        || log.lastIndex() >= firstUnsaved;
  }

  /** The next batch, or null when nothing changed. */
  LogStorage.@Nullable Batch takeBatch(long nowNanos) {
    if (!isDirty()) {
      return null;
    }
    long last = log.lastIndex();
    List<Entry> entries =
        last >= firstUnsaved ? log.slice(firstUnsaved, last, Long.MAX_VALUE) : List.of();
    LogStorage.Batch batch =
        new LogStorage.Batch(++lastEmitted, hardState, head, truncateFrom, entries);
    mark.emitted(lastEmitted, last, nowNanos);
    hardState = null;
    head = null;
    truncateFrom = 0;
    firstUnsaved = last + 1;
    storedLast = last;
    return batch;
  }

  /**
   * Everything up to this batch is durable.
   *
   * @return the messages of the current term that may leave now; what was promised in an earlier
   *     term concerns nobody any more
   */
  List<Outbound> durable(long batchNumber, long currentTerm) {
    if (batchNumber > lastEmitted) {
      throw new IllegalStateException(
          "storage acknowledged batch " + batchNumber + ", the last one was " + lastEmitted);
    }
    lastDurable = Math.max(lastDurable, batchNumber);
    mark.acknowledged(batchNumber);
    List<Outbound> released = new ArrayList<>();
    while (!held.isEmpty() && held.peekFirst().batchNumber() <= lastDurable) {
      Held message = held.removeFirst();
      if (message.term() == currentTerm) {
        released.add(new Outbound(List.of(message.to()), message.message()));
      }
    }
    return released;
  }
}
