package io.holdfast.raft.driver;

import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.core.RaftCore;
import io.holdfast.raft.membership.ConfigurationHistory;
import io.holdfast.raft.spi.LogStorage;
import io.holdfast.raft.spi.StateMachine;
import org.jspecify.annotations.Nullable;

/**
 * Takes snapshots of the own state machine, one small piece a turn, so that applying and heartbeats
 * go on.
 */
final class SnapshotTaker {
  /** Chunks handed to storage and not yet written; more wait in the view. */
  private static final int BACKLOG_CHUNKS_MAX = 8;

  /** Encoded in one turn at most: about a millisecond of work. */
  private static final int PIECE_BYTES_MAX = 64 << 10;

  private final RaftCore core;
  private final LogStorage storage;
  private final StateMachine<?> machine;
  private final SnapshotPolicy policy;
  private long entriesSince;
  private long bytesSince;
  private SnapshotDescriptor.@Nullable Draft draft;
  private StateMachine.@Nullable SnapshotView view;
  private LogStorage.@Nullable SnapshotWriter writer;

  SnapshotTaker(RaftCore core, LogStorage storage, StateMachine<?> machine, SnapshotPolicy policy) {
    this.core = core;
    this.storage = storage;
    this.machine = machine;
    this.policy = policy;
  }

  void applied(Entry entry) {
    entriesSince++;
    bytesSince += entry.payload().length;
  }

  /** Begins a snapshot when one is due, and moves the one under way on. */
  void pump() {
    if (draft == null
        && !isReplaced()
        && knowsItsConfiguration()
        && (entriesSince >= policy.entriesBetween() || bytesSince >= policy.bytesBetween())) {
      begin();
    }
    LogStorage.SnapshotWriter current = writer;
    if (view != null
        && current != null
        && current.backlogBytes() < (long) BACKLOG_CHUNKS_MAX * policy.chunkBytes()) {
      byte[] chunk = view.nextChunk(Math.min(PIECE_BYTES_MAX, policy.chunkBytes()));
      if (chunk == null) {
        view.close();
        view = null;
        current.finish(null);
      } else {
        current.write(chunk);
      }
    }
  }

  /** Whether a snapshot of another peer replaced the log and the state does not hold it yet. */
  private boolean isReplaced() {
    return core.termAt(core.appliedIndex()) < 0;
  }

  /**
   * A newcomer that was started with the addresses of others takes no snapshot before the log told
   * it of a configuration: what it was started with must not travel as the cluster's.
   */
  private boolean knowsItsConfiguration() {
    ConfigurationHistory.Placed placed = core.configurationAt(core.appliedIndex());
    return !placed.entry().equals(EntryId.NONE)
        || placed.configuration().members().containsKey(core.self());
  }

  private void begin() {
    entriesSince = 0;
    bytesSince = 0;
    long index = core.appliedIndex();
    ConfigurationHistory.Placed configuration = core.configurationAt(index);
    draft =
        new SnapshotDescriptor.Draft(
            new EntryId(core.termAt(index), index),
            configuration.configuration(),
            configuration.entry());
    view = machine.beginSnapshot();
    writer = storage.writeSnapshot(draft);
  }

  /** Whether pieces wait for storage to catch up. */
  boolean isUnderWay() {
    return view != null;
  }

  /**
   * @return whether this was the snapshot taken here
   */
  boolean saved(SnapshotDescriptor snapshot) {
    boolean finished = draft != null && view == null;
    if (!finished
        || !snapshot.equals(draft.complete(snapshot.id().sizeBytes(), snapshot.id().crc32c()))) {
      return false; // a leader's snapshot may end where an unfinished own one does
    }
    draft = null;
    writer = null;
    core.snapshotTaken(snapshot);
    return true;
  }

  /** The state machine is being replaced: what was begun is of no use. */
  void restored() {
    entriesSince = 0;
    bytesSince = 0;
    abort();
  }

  void abort() {
    if (view != null) {
      view.close();
      view = null;
      if (writer != null) {
        writer.abort();
      }
      writer = null;
      draft = null;
    }
  }
}
