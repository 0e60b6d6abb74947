package io.holdfast.raft.driver;

import io.holdfast.raft.Entry;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.SnapshotId;
import io.holdfast.raft.spi.LogStorage;
import io.holdfast.raft.spi.StorageException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hands what storage answers, on any thread, to the loop. */
final class StorageAnswers<R> implements LogStorage.Listener {
  private final Mailbox mailbox;
  private final NodeParts<R> parts;
  private final Consumer<SnapshotDescriptor> restored;
  private final Consumer<RuntimeException> broken;

  /**
   * @param restored called on the loop when a snapshot was put into the state machine
   * @param broken called on the loop when storage failed
   */
  StorageAnswers(
      Mailbox mailbox,
      NodeParts<R> parts,
      Consumer<SnapshotDescriptor> restored,
      Consumer<RuntimeException> broken) {
    this.mailbox = mailbox;
    this.parts = parts;
    this.restored = restored;
    this.broken = broken;
  }

  @Override
  public void durable(long batchNumber) {
    mailbox.durable(batchNumber);
  }

  @Override
  public void fetched(long ticket, List<Entry> entries) {
    mailbox.storageAnswered(() -> parts.core().fetched(ticket, entries));
  }

  @Override
  public void snapshotSaved(SnapshotDescriptor snapshot) {
    mailbox.storageAnswered(
        () -> {
          if (!parts.taker().saved(snapshot)) {
            parts.receiver().saved(snapshot);
          }
        });
  }

  @Override
  public void snapshotRejected(SnapshotDescriptor.Draft draft, String reason) {
    mailbox.storageAnswered(() -> parts.receiver().rejected(draft));
  }

  @Override
  public void snapshotRead(SnapshotId id, long offset, byte @Nullable [] bytes) {
    mailbox.storageAnswered(
        () -> {
          parts.sender().read(id, offset, bytes);
          parts.restorer().read(id, offset, bytes).ifPresent(restored);
        });
  }

  @Override
  public void failed(StorageException failure) {
    mailbox.storageAnswered(() -> broken.accept(failure));
  }
}
