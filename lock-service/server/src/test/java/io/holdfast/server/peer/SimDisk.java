package io.holdfast.server.peer;

import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.HardState;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.SnapshotId;
import io.holdfast.raft.spi.LogStorage;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** One peer's disk in memory. What was not yet synced when the process ends is lost. */
final class SimDisk {
  private final SimWorld world;
  private HardState hardState = HardState.INITIAL;
  private EntryId head = EntryId.NONE;
  private final TreeMap<Long, Entry> entries = new TreeMap<>();

  /** The two newest, the newer one last. */
  private final List<Saved> snapshots = new ArrayList<>();

  SimDisk(SimWorld world) {
    this.world = world;
  }

  private record Saved(SnapshotDescriptor descriptor, byte[] bytes) {}

  /** Opens the disk for one life of the process. */
  LogStorage open() {
    return new Storage();
  }

  private final class Storage implements LogStorage {
    private @Nullable Listener listener;
    private boolean closed;
    private long busyUntilNanos;

    @Override
    public Recovered recover() {
      Optional<SnapshotDescriptor> newest =
          snapshots.isEmpty()
              ? Optional.empty()
              : Optional.of(snapshots.get(snapshots.size() - 1).descriptor());
      return new Recovered(hardState, head, new ArrayList<>(entries.values()), newest);
    }

    @Override
    public void start(Listener to) {
      listener = to;
    }

    private Listener listener() {
      if (listener == null) {
        throw new IllegalStateException("not started");
      }
      return listener;
    }

    private void later(Runnable write) {
      busyUntilNanos = Math.max(busyUntilNanos, world.now()) + world.syncNanos();
      world.at(
          busyUntilNanos,
          () -> {
            if (!closed) {
              write.run();
            }
          });
    }

    @Override
    public void persist(Batch batch) {
      later(
          () -> {
            write(batch);
            listener().durable(batch.number());
          });
    }

    private void write(Batch batch) {
      if (batch.hardState() != null) {
        hardState = batch.hardState();
      }
      if (batch.truncateFrom() > 0) {
        entries.tailMap(batch.truncateFrom(), true).clear();
      }
      EntryId newHead = batch.head();
      if (newHead != null) {
        head = newHead;
        entries.headMap(newHead.index(), true).clear();
      }
      batch.entries().forEach(entry -> entries.put(entry.index(), entry));
    }

    @Override
    public void fetch(Fetch request) {
      List<Entry> found =
          List.copyOf(entries.subMap(request.fromIndex(), request.toIndexExclusive()).values());
      later(() -> listener().fetched(request.ticket(), found));
    }

    @Override
    public SnapshotWriter writeSnapshot(SnapshotDescriptor.Draft draft) {
      return new Writer(draft);
    }

    @Override
    public void readSnapshot(SnapshotId id, long offset, int lengthMax) {
      later(
          () -> {
            byte @Nullable [] found = null;
            for (Saved saved : snapshots) {
              if (saved.descriptor().id().equals(id)) {
                int to = (int) Math.min(saved.bytes().length, offset + lengthMax);
                found = Arrays.copyOfRange(saved.bytes(), (int) offset, to);
              }
            }
            listener().snapshotRead(id, offset, found);
          });
    }

    @Override
    public void close() {
      closed = true;
    }

    private final class Writer implements SnapshotWriter {
      private final SnapshotDescriptor.Draft draft;
      private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

      private Writer(SnapshotDescriptor.Draft draft) {
        this.draft = draft;
      }

      @Override
      public void write(byte[] chunk) {
        bytes.writeBytes(chunk);
      }

      @Override
      public long backlogBytes() {
        return 0;
      }

      @Override
      public void finish(@Nullable SnapshotId expected) {
        byte[] whole = bytes.toByteArray();
        CRC32C crc = new CRC32C();
        crc.update(whole);
        SnapshotDescriptor complete = draft.complete(whole.length, (int) crc.getValue());
        later(
            () -> {
              if (expected != null && !expected.equals(complete.id())) {
                listener().snapshotRejected(draft, "differs");
                return;
              }
              snapshots.add(new Saved(complete, whole));
              if (snapshots.size() > 2) {
                snapshots.remove(0);
              }
              listener().snapshotSaved(complete);
            });
      }

      @Override
      public void abort() {
        bytes.reset();
      }
    }
  }
}
