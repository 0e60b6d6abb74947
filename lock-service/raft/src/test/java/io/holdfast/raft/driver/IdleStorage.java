package io.holdfast.raft.driver;

import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.SnapshotId;
import io.holdfast.raft.spi.LogStorage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Storage that answers nothing by itself. */
final class IdleStorage implements LogStorage {
  private final Recovered recovered;
  private final List<SnapshotDescriptor.Draft> drafts = new ArrayList<>();
  private long writtenBytes;

  IdleStorage(Recovered recovered) {
    this.recovered = recovered;
  }

  /** Bytes of snapshots that were handed over. */
  long writtenBytes() {
    return writtenBytes;
  }

  /** The snapshots that were begun. */
  List<SnapshotDescriptor.Draft> drafts() {
    return drafts;
  }

  @Override
  public Recovered recover() {
    return recovered;
  }

  @Override
  public void start(Listener listener) {}

  @Override
  public void persist(Batch batch) {}

  @Override
  public void fetch(Fetch request) {}

  @Override
  public SnapshotWriter writeSnapshot(SnapshotDescriptor.Draft draft) {
    drafts.add(draft);
    return new SnapshotWriter() {
      @Override
      public void write(byte[] chunk) {
        writtenBytes += chunk.length;
      }

      @Override
      public long backlogBytes() {
        return 0;
      }

      @Override
      public void finish(@Nullable SnapshotId expected) {}

      @Override
      public void abort() {}
    };
  }

  @Override
  public void readSnapshot(SnapshotId id, long offset, int lengthMax) {}

  @Override
  public void close() {}
}
