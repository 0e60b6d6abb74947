package io.holdfast.raft.driver;

import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.SnapshotId;
import io.holdfast.raft.core.RaftCore;
import io.holdfast.raft.spi.LogStorage;
import io.holdfast.raft.spi.StateMachine;
import io.holdfast.raft.spi.StorageException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts a durable snapshot into the state machine, at start and after an install, before any later
 * entry is applied.
 */
final class SnapshotRestorer {
  private final RaftCore core;
  private final LogStorage storage;
  private final StateMachine<?> machine;
  private final int chunkBytes;
  private @Nullable SnapshotDescriptor current;
  private StateMachine.@Nullable Restore restore;
  private long offset;

  SnapshotRestorer(RaftCore core, LogStorage storage, StateMachine<?> machine, int chunkBytes) {
    this.core = core;
    this.storage = storage;
    this.machine = machine;
    this.chunkBytes = chunkBytes;
  }

  /** Begins the restore the core waits for, or begins anew when a newer one replaced it. */
  void pump() {
    Optional<SnapshotDescriptor> wanted = core.restorable();
    if (wanted.isEmpty() || wanted.get().equals(current)) {
      return;
    }
    current = wanted.get();
    restore = machine.beginRestore();
    offset = 0;
    storage.readSnapshot(current.id(), 0, chunkBytes);
  }

  /**
   * Bytes of a snapshot arrived from storage.
   *
   * @return the snapshot that is in force now, when these were its last bytes
   */
  Optional<SnapshotDescriptor> read(SnapshotId id, long readOffset, byte @Nullable [] bytes) {
    SnapshotDescriptor wanted = current;
    StateMachine.Restore begun = restore;
    if (wanted == null || begun == null || !wanted.id().equals(id) || readOffset != offset) {
      return Optional.empty();
    }
    if (bytes == null && !core.restorable().equals(Optional.of(wanted))) {
      // Removed because a newer one is there, which the next turn begins with.
      current = null;
      restore = null;
      return Optional.empty();
    }
    if (bytes == null || (bytes.length == 0 && offset < id.sizeBytes())) {
      throw new StorageException(
          "snapshot " + id + " ends at byte " + offset + "; restore the peer from another one");
    }
    if (bytes.length > 0) {
      begun.accept(bytes);
      offset += bytes.length;
    }
    if (offset < id.sizeBytes()) {
      storage.readSnapshot(id, offset, chunkBytes);
      return Optional.empty();
    }
    begun.finish();
    current = null;
    restore = null;
    core.snapshotRestored(wanted);
    return Optional.of(wanted);
  }
}
