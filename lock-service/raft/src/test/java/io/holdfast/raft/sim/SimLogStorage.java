package io.holdfast.raft.sim;

import io.holdfast.raft.Entry;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.SnapshotId;
import io.holdfast.raft.spi.LogStorage;
import io.holdfast.raft.spi.StorageException;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The simulated twin of the log storage: one incarnation of a peer over its disk. */
public final class SimLogStorage implements LogStorage {
  private static final long CHUNK_WRITE_NANOS = 200_000;

  private final SimClock clock;
  private final SimDisk disk;
  private final Random random;
  private final SimFaults faults;
  private @Nullable Listener listener;
  private boolean dead;
  private boolean failed;
  private boolean syncing;
  private long lastWritten;

  SimLogStorage(SimClock clock, SimDisk disk, Random random, SimFaults faults) {
    this.clock = clock;
    this.disk = disk;
    this.random = random;
    this.faults = faults;
  }

  @Override
  public Recovered recover() {
    return disk.recover();
  }

  @Override
  public void start(Listener newListener) {
    listener = newListener;
  }

  /** The process is gone: nothing is answered any more. */
  void kill() {
    dead = true;
  }

  @Override
  public void persist(Batch batch) {
    if (batch.number() != lastWritten + 1) {
      throw new AssertionError("batch " + batch.number() + " follows " + lastWritten);
    }
    lastWritten = batch.number();
    disk.write(batch);
    sync();
  }

  /** Group commit: while one sync runs, what is written waits for the next. */
  private void sync() {
    if (syncing || disk.unsyncedBatches() == 0) {
      return;
    }
    syncing = true;
    long upTo = lastWritten;
    clock.after(
        faults.syncNanos(random, clock.now()),
        () -> {
          if (dead || failed) {
            return;
          }
          if (faults.takeSyncFailure()) {
            failed = true;
            listening().failed(new StorageException("simulated sync failure"));
            return;
          }
          syncing = false;
          long durable = disk.syncUpTo(upTo);
          if (durable > 0) {
            listening().durable(durable);
          }
          sync();
        });
  }

  private Listener listening() {
    if (listener == null) {
      throw new AssertionError("storage was not started");
    }
    return listener;
  }

  private void answer(Runnable action) {
    clock.after(
        faults.readNanos(random),
        () -> {
          if (!dead && !failed) {
            action.run();
          }
        });
  }

  @Override
  public void fetch(Fetch request) {
    answer(
        () -> {
          List<Entry> found = disk.read(request.fromIndex(), request.toIndexExclusive());
          long bytes = 0;
          int count = 0;
          while (count < found.size() && (count == 0 || bytes < request.bytesMax())) {
            bytes += found.get(count++).payload().length;
          }
          listening().fetched(request.ticket(), List.copyOf(found.subList(0, count)));
        });
  }

  @Override
  public SnapshotWriter writeSnapshot(SnapshotDescriptor.Draft draft) {
    return new Writer(draft);
  }

  @Override
  public void readSnapshot(SnapshotId id, long offset, int lengthMax) {
    answer(
        () -> {
          byte[] bytes = disk.snapshotBytes(id);
          byte[] part =
              bytes == null
                  ? null
                  : Arrays.copyOfRange(
                      bytes, (int) offset, (int) Math.min(bytes.length, offset + lengthMax));
          listening().snapshotRead(id, offset, part);
        });
  }

  @Override
  public void close() {
    dead = true;
    disk.syncUpTo(Long.MAX_VALUE);
  }

  private final class Writer implements SnapshotWriter {
    private final SnapshotDescriptor.Draft draft;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean ended;
    private long backlog;

    private Writer(SnapshotDescriptor.Draft draft) {
      this.draft = draft;
    }

    @Override
    public void write(byte[] chunk) {
      if (ended) {
        throw new AssertionError("write after the end of snapshot " + draft.last());
      }
      bytes.write(chunk, 0, chunk.length);
      backlog += chunk.length;
      clock.after(CHUNK_WRITE_NANOS, () -> backlog -= chunk.length);
    }

    @Override
    public long backlogBytes() {
      return backlog;
    }

    @Override
    public void finish(@Nullable SnapshotId expected) {
      ended = true;
      byte[] content = bytes.toByteArray();
      CRC32C crc = new CRC32C();
      crc.update(content);
      SnapshotDescriptor done = draft.complete(content.length, (int) crc.getValue());
      clock.after(
          faults.syncNanos(random, clock.now()),
          () -> {
            if (dead || failed) {
              return;
            }
            if (expected != null && !expected.equals(done.id())) {
              listening().snapshotRejected(draft, "expected " + expected + ", got " + done.id());
            } else {
              disk.store(done, content);
              listening().snapshotSaved(done);
            }
          });
    }

    @Override
    public void abort() {
      ended = true;
    }
  }
}
