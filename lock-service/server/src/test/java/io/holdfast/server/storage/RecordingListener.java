package io.holdfast.server.storage;

import io.holdfast.raft.Entry;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.SnapshotId;
import io.holdfast.raft.spi.LogStorage;
import io.holdfast.raft.spi.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keeps the answers, and lets a test wait for them. */
final class RecordingListener implements LogStorage.Listener {
  private static final long PATIENCE_SECONDS = 60;

  final List<Long> acknowledged = new ArrayList<>();
  final List<SnapshotDescriptor> saved = new ArrayList<>();
  final List<String> rejected = new ArrayList<>();
  final List<List<Entry>> fetched = new ArrayList<>();
  final List<byte @Nullable []> read = new ArrayList<>();
  final List<StorageException> failures = new ArrayList<>();

  @Override
  public synchronized void durable(long batchNumber) {
    acknowledged.add(batchNumber);
    notifyAll();
  }

  @Override
  public synchronized void fetched(long ticket, List<Entry> entries) {
    fetched.add(entries);
    notifyAll();
  }

  @Override
  public synchronized void snapshotSaved(SnapshotDescriptor snapshot) {
    saved.add(snapshot);
    notifyAll();
  }

  @Override
  public synchronized void snapshotRejected(SnapshotDescriptor.Draft draft, String reason) {
    rejected.add(reason);
    notifyAll();
  }

  @Override
  public synchronized void snapshotRead(SnapshotId id, long offset, byte @Nullable [] bytes) {
    read.add(bytes);
    notifyAll();
  }

  @Override
  public synchronized void failed(StorageException failure) {
    failures.add(failure);
    notifyAll();
  }

  synchronized long lastAcknowledged() {
    return acknowledged.isEmpty() ? 0 : acknowledged.get(acknowledged.size() - 1);
  }

  void awaitAcknowledged(long batch) {
    await("batch " + batch, () -> lastAcknowledged() >= batch || !failures.isEmpty());
  }

  synchronized void await(String what, Supplier<Boolean> met) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!met.get()) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        throw new AssertionError("no answer within " + PATIENCE_SECONDS + " s: " + what);
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }
}
