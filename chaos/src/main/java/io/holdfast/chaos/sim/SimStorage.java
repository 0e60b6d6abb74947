package io.holdfast.chaos.sim;

import io.holdfast.raft.Entry;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.SnapshotId;
import io.holdfast.raft.spi.LogStorage;
import io.holdfast.raft.spi.StorageException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The log storage of one life of a peer under virtual time: group commit, slow and failing writes.
 */
final class SimStorage implements LogStorage {
  private static final long READ_NANOS_MIN = 20_000;
  private static final long READ_NANOS_MAX = 200_000;

  /** A stall may end earlier than it was to. */
  private static final long STALL_LOOK_NANOS = 20_000_000;

  /** How slow a disk is and what is wrong with it; lives as long as the disk. */
  static final class Health {
    private final long syncNanosMin;
    private final long syncNanosMax;
    private long stalledUntilNanos;
    private boolean failing;

    Health(long syncNanosMin, long syncNanosMax) {
      this.syncNanosMin = syncNanosMin;
      this.syncNanosMax = syncNanosMax;
    }

    void stallUntil(long nanos) {
      stalledUntilNanos = nanos;
    }

    /** Every write from now on fails. */
    void fail(boolean now) {
      failing = now;
    }
  }

  /** Sees what is stored. */
  interface Watcher {
    void persisting(Batch batch);
  }

  private final SimWorld world;
  private final DiskBackend backend;
  private final Health health;
  private final RandomGenerator random;
  private final Watcher watcher;
  private final Deque<Batch> unsynced = new ArrayDeque<>();
  private @Nullable Listener listener;
  private boolean dead;
  private boolean failed;
  private boolean syncing;
  private long lastNumber;

  SimStorage(
      SimWorld world, DiskBackend backend, Health health, RandomGenerator random, Watcher watcher) {
    this.world = world;
    this.backend = backend;
    this.health = health;
    this.random = random;
    this.watcher = watcher;
  }

  @Override
  public Recovered recover() {
    return backend.recover();
  }

  @Override
  public void start(Listener newListener) {
    listener = newListener;
  }

  private Listener listener() {
    if (listener == null) {
      throw new IllegalStateException("the storage is not started");
    }
    return listener;
  }

  @Override
  public void persist(Batch batch) {
    if (batch.number() != lastNumber + 1) {
      world.violate("I14", "batch " + batch.number() + " follows " + lastNumber);
    }
    lastNumber = batch.number();
    watcher.persisting(batch);
    unsynced.addLast(batch);
    sync();
  }

  private long writeNanos() {
    return Draws.between(random, health.syncNanosMin, health.syncNanosMax);
  }

  /** Does something when the disk has done its work, however long it stalls. */
  private void whenDone(long delayNanos, Runnable action) {
    world.after(
        delayNanos,
        () -> {
          long stalledNanos = health.stalledUntilNanos - world.now();
          if (dead || stalledNanos <= 0) {
            action.run();
          } else {
            whenDone(Math.min(stalledNanos, STALL_LOOK_NANOS), action);
          }
        });
  }

  /** Group commit: while one sync runs, what is written waits for the next. */
  private void sync() {
    if (syncing || unsynced.isEmpty()) {
      return;
    }
    syncing = true;
    int count = unsynced.size();
    whenDone(writeNanos(), () -> synced(count));
  }

  private void synced(int count) {
    if (dead) {
      return;
    }
    if (health.failing) {
      fail();
      return;
    }
    List<Batch> group = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      group.add(unsynced.removeFirst());
    }
    backend.commit(group);
    syncing = false;
    listener().durable(group.get(count - 1).number());
    sync();
  }

  private void fail() {
    world.coverage().mark("disk: write failed");
    dead = true;
    failed = true;
    listener().failed(new StorageException("simulated write error"));
  }

  private void answer(long delayNanos, Runnable action) {
    whenDone(
        delayNanos,
        () -> {
          if (!dead) {
            action.run();
          }
        });
  }

  private long readNanos() {
    return Draws.between(random, READ_NANOS_MIN, READ_NANOS_MAX);
  }

  @Override
  public void fetch(Fetch request) {
    world.coverage().mark("disk: entries read back for a slow peer");
    answer(
        readNanos(),
        () -> {
          List<Entry> found = backend.fetch(request);
          listener().fetched(request.ticket(), found);
        });
  }

  @Override
  public void readSnapshot(SnapshotId id, long offset, int lengthMax) {
    answer(
        readNanos(),
        () -> listener().snapshotRead(id, offset, backend.readSnapshot(id, offset, lengthMax)));
  }

  @Override
  public SnapshotWriter writeSnapshot(SnapshotDescriptor.Draft draft) {
    return new Writer(draft);
  }

  /** Whether a write failed; the peer may not know yet. */
  boolean hasFailed() {
    return failed;
  }

  /** The process ends at once. */
  void crash(RandomGenerator choices) {
    dead = true;
    backend.crash(new ArrayList<>(unsynced), choices);
  }

  @Override
  public void close() {
    if (!dead) {
      dead = true;
      backend.commit(new ArrayList<>(unsynced));
      backend.close();
    }
  }

  private final class Writer implements SnapshotWriter {
    private final SnapshotDescriptor.Draft draft;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean ended;

    private Writer(SnapshotDescriptor.Draft draft) {
      this.draft = draft;
    }

    @Override
    public void write(byte[] chunk) {
      if (ended) {
        world.violate("I17", "a snapshot is written to after its end");
      }
      bytes.writeBytes(chunk);
    }

    @Override
    public long backlogBytes() {
      return 0;
    }

    @Override
    public void finish(@Nullable SnapshotId expected) {
      ended = true;
      answer(
          2 * writeNanos(),
          () -> {
            if (health.failing) {
              fail();
              return;
            }
            byte[] whole = bytes.toByteArray();
            CRC32C crc = new CRC32C();
            crc.update(whole);
            SnapshotDescriptor done = draft.complete(whole.length, (int) crc.getValue());
            String rejection = backend.store(done, whole, expected);
            if (rejection == null) {
              listener().snapshotSaved(done);
            } else {
              world.coverage().mark("snapshot: rejected");
              listener().snapshotRejected(draft, rejection);
            }
          });
    }

    @Override
    public void abort() {
      ended = true;
    }
  }
}
