package io.holdfast.server.backup;

import io.holdfast.raft.Entry;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.SnapshotId;
import io.holdfast.raft.spi.LogStorage;
import io.holdfast.raft.spi.StorageException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Lets the one thread of a restore wait for what its storage answers. */
final class Written implements LogStorage.Listener {
  private static final long ROOM_POLL_NANOS = 200_000;

  private final CompletableFuture<SnapshotDescriptor> snapshot = new CompletableFuture<>();
  private final CompletableFuture<Long> batch = new CompletableFuture<>();

  void awaitSnapshot() {
    await(snapshot);
  }

  void awaitBatch() {
    await(batch);
  }

  /** Waits until storage has caught up, or has failed. */
  void awaitRoom(LogStorage.SnapshotWriter writer, long backlogBytesMax) {
    while (writer.backlogBytes() > backlogBytesMax && !snapshot.isDone()) {
      LockSupport.parkNanos(ROOM_POLL_NANOS);
    }
  }

  private static void await(CompletableFuture<?> what) {
    try {
      what.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageException("interrupted while writing", e);
    } catch (ExecutionException e) {
      throw new StorageException(String.valueOf(e.getCause().getMessage()), e.getCause());
    }
  }

  @Override
  public void durable(long batchNumber) {
    batch.complete(batchNumber);
  }

  @Override
  public void snapshotSaved(SnapshotDescriptor saved) {
    snapshot.complete(saved);
  }

  @Override
  public void failed(StorageException failure) {
    snapshot.completeExceptionally(failure);
    batch.completeExceptionally(failure);
  }

  @Override
  public void fetched(long ticket, List<Entry> entries) {}

  @Override
  public void snapshotRejected(SnapshotDescriptor.Draft draft, String reason) {
    failed(new StorageException("the snapshot was rejected: " + reason));
  }

  @Override
  public void snapshotRead(SnapshotId id, long offset, byte @Nullable [] bytes) {}
}
