package io.holdfast.raft.driver;

import io.holdfast.raft.PeerId;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.SnapshotId;
import io.holdfast.raft.core.RaftCore;
import io.holdfast.raft.core.Ready;
import io.holdfast.raft.message.Message.InstallSnapshot;
import io.holdfast.raft.spi.LogStorage;
import org.jspecify.annotations.Nullable;

/**
 * Takes a snapshot in from a leader, chunk by chunk in order. A transfer belongs to one leader's
 * term and one snapshot: chunks of different ones never mix.
 */
final class SnapshotReceiver {
  /** Bytes handed to storage and not yet written; above it chunks are refused and come again. */
  private static final long BACKLOG_BYTES_MAX = 8L << 20;

  private static final class Transfer {
    private final PeerId from;
    private final long term;
    private final SnapshotDescriptor snapshot;
    private final LogStorage.SnapshotWriter writer;
    private long nextOffset;
    private boolean finishing;

    private Transfer(
        PeerId from, long term, SnapshotDescriptor snapshot, LogStorage.SnapshotWriter writer) {
      this.from = from;
      this.term = term;
      this.snapshot = snapshot;
      this.writer = writer;
    }

    private SnapshotId id() {
      return snapshot.id();
    }
  }

  private final RaftCore core;
  private final LogStorage storage;
  private @Nullable Transfer transfer;

  SnapshotReceiver(RaftCore core, LogStorage storage) {
    this.core = core;
    this.storage = storage;
  }

  void onChunk(Ready.ReceivedChunk received) {
    InstallSnapshot chunk = received.message();
    Transfer current = transfer;
    if (current == null
        || current.term != chunk.term()
        || !current.id().equals(chunk.snapshot().id())) {
      if (current != null && current.finishing && core.currentTerm() == current.term) {
        return; // it is being made durable; the leader asks again
      }
      abandon();
      if (chunk.offset() != 0) {
        core.answerChunk(received.from(), chunk.snapshot().id(), 0, false, chunk.round());
        return;
      }
      current = begin(received.from(), chunk);
    }
    accept(current, chunk);
    core.answerChunk(received.from(), current.id(), current.nextOffset, false, chunk.round());
  }

  private Transfer begin(PeerId from, InstallSnapshot chunk) {
    SnapshotDescriptor snapshot = chunk.snapshot();
    LogStorage.SnapshotWriter writer =
        storage.writeSnapshot(
            new SnapshotDescriptor.Draft(
                snapshot.last(), snapshot.configuration(), snapshot.configurationEntry()));
    Transfer begun = new Transfer(from, chunk.term(), snapshot, writer);
    transfer = begun;
    return begun;
  }

  private static void accept(Transfer current, InstallSnapshot chunk) {
    long size = current.id().sizeBytes();
    if (current.finishing
        || chunk.offset() != current.nextOffset
        || chunk.chunk().length > size - current.nextOffset
        || current.writer.backlogBytes() > BACKLOG_BYTES_MAX) {
      return;
    }
    if (chunk.chunk().length > 0) {
      current.writer.write(chunk.chunk());
      current.nextOffset += chunk.chunk().length;
    }
    if (current.nextOffset == size) {
      current.finishing = true;
      current.writer.finish(current.id());
    }
  }

  /** A snapshot whose bytes were checked against its identity is durable. */
  void saved(SnapshotDescriptor snapshot) {
    Transfer current = transfer;
    boolean mine = current != null && current.finishing && current.id().equals(snapshot.id());
    if (mine) {
      transfer = null;
    }
    boolean held = core.snapshotReceived(snapshot);
    if (mine && held && core.currentTerm() == current.term) {
      core.answerChunk(current.from, current.id(), current.id().sizeBytes(), true, 0);
    }
  }

  /** The bytes were not what the leader announced: start again. */
  void rejected(SnapshotDescriptor.Draft draft) {
    Transfer current = transfer;
    if (current != null && current.finishing && current.snapshot.last().equals(draft.last())) {
      transfer = null;
      if (core.currentTerm() == current.term) {
        core.answerChunk(current.from, current.id(), 0, false, 0);
      }
    }
  }

  /** Gives up a transfer whose leader is gone, or whose end is behind the commit index by now. */
  void check() {
    Transfer current = transfer;
    if (current != null
        && !current.finishing
        && (current.term != core.currentTerm()
            || current.snapshot.last().index() <= core.commitIndex())) {
      abandon();
    }
  }

  void abandon() {
    if (transfer != null && !transfer.finishing) {
      transfer.writer.abort();
    }
    transfer = null;
  }
}
