package io.holdfast.server.storage;

import io.holdfast.raft.Entry;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.SnapshotId;
import io.holdfast.raft.spi.LogStorage;
import io.holdfast.raft.spi.StorageException;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Log storage in append-only MapDB files. One thread commits: while a commit runs, further batches
 * gather and become the next record, with one force for all of them (group commit). A second thread
 * reads, a third writes snapshots, so that neither delays a commit. The first exception on any of
 * them is final: nothing is retried, because after a failed force nobody knows what the disk holds.
 */
public final class MapDbLogStorage implements LogStorage {
  /** Payload bytes that may wait for the disk: a bound for a peer whose disk has stopped. */
  private static final long WAITING_BYTES_MAX = 1L << 30;

  /** Snapshot bytes that may wait for the disk when the caller does not heed its backlog. */
  private static final long SNAPSHOT_BACKLOG_BYTES_MAX = 256L << 20;

  private static final int READ_LENGTH_MAX = 1 << 20;

  private final StorageCore core;
  private final StorageLimits limits;
  private final Closeable directoryLock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Queue<Batch> waiting = new ArrayDeque<>();
  private final AtomicBoolean failed = new AtomicBoolean();
  private final AtomicLong commits = new AtomicLong();

  /** Begun and neither finished nor given up. Owned by the snapshot thread. */
  private final Set<SnapshotFileWriter> unfinishedSnapshots = new LinkedHashSet<>();

  private long waitingBytes;
  private boolean commitScheduled;
  private @Nullable Workers workers;
  private boolean closed;

  private record Workers(
      Listener listener, SerialWorker log, SerialWorker reader, SerialWorker snapshots) {}

  private MapDbLogStorage(StorageCore core, StorageLimits limits, Closeable directoryLock) {
    this.core = core;
    this.limits = limits;
    this.directoryLock = directoryLock;
  }

  /**
   * Opens a data directory, and creates it where it is missing. Holds it against every other
   * process until {@link #close}.
   *
   * @throws StorageException if the directory is in use or cannot be written to
   */
  public static MapDbLogStorage open(StorageSettings settings) {
    LocalDiskFiles disk = new LocalDiskFiles(settings.directory());
    try {
      disk.createDirectory();
      return over(disk, settings, disk.lock());
    } catch (IOException e) {
      throw new StorageException(
          "data directory "
              + settings.directory()
              + " cannot be opened: "
              + e
              + ". Next step: see that it exists and that this user may write to it",
          e);
    }
  }

  /**
   * Reads and checks everything a stopped peer has stored, and changes nothing. Takes no lock: in
   * the directory of a peer that runs, files may come and go meanwhile.
   *
   * @throws StorageException if the stored data is damaged or foreign
   */
  public static StorageInspection inspect(StorageSettings settings) {
    return new StorageCore(
            new LocalDiskFiles(settings.directory()), settings.identity(), settings.limits())
        .report();
  }

  static MapDbLogStorage over(DiskFiles disk, StorageSettings settings, Closeable directoryLock) {
    StorageCore core = new StorageCore(disk, settings.identity(), settings.limits());
    return new MapDbLogStorage(core, settings.limits(), directoryLock);
  }

  @Override
  public Recovered recover() {
    return core.recover();
  }

  @Override
  public void start(Listener listener) {
    if (workers != null) {
      throw new IllegalStateException("start was called before");
    }
    workers =
        new Workers(
            listener,
            new SerialWorker("holdfast-storage-log", this::fail),
            new SerialWorker("holdfast-storage-reader", this::fail),
            new SerialWorker("holdfast-storage-snapshots", this::fail));
  }

  private Workers workers() {
    Workers started = workers;
    if (started == null) {
      throw new IllegalStateException("start was not called");
    }
    return started;
  }

  @Override
  public void persist(Batch batch) {
    Workers started = workers();
    boolean tooMuch;
    boolean schedule;
    lock.lock();
    try {
      waiting.add(batch);
      waitingBytes += bytesOf(batch);
      tooMuch = waitingBytes > WAITING_BYTES_MAX;
      schedule = !commitScheduled;
      commitScheduled = true;
    } finally {
      lock.unlock();
    }
    if (tooMuch) {
      fail(
          new StorageException(
              "more than "
                  + WAITING_BYTES_MAX
                  + " bytes wait for the disk at batch "
                  + batch.number()
                  + ". Next step: see why the disk does not keep up, then restart this peer"));
    } else if (schedule) {
      started.log().execute(this::commitWaiting);
    }
  }

  private void commitWaiting() {
    List<Batch> group = takeGroup();
    while (!group.isEmpty()) {
      core.commit(group);
      commits.incrementAndGet();
      if (failed.get()) {
        return;
      }
      workers().listener().durable(group.get(group.size() - 1).number());
      core.deleteUnneededSegments();
      group = takeGroup();
    }
  }

  private List<Batch> takeGroup() {
    List<Batch> group = new ArrayList<>();
    long groupBytes = 0;
    lock.lock();
    try {
      Batch next = waiting.peek();
      while (next != null
          && (group.isEmpty() || groupBytes + bytesOf(next) <= limits.groupCommitBytesMax())) {
        groupBytes += bytesOf(next);
        group.add(waiting.remove());
        next = waiting.peek();
      }
      waitingBytes -= groupBytes;
      if (group.isEmpty()) {
        commitScheduled = false;
      }
    } finally {
      lock.unlock();
    }
    return group;
  }

  private static long bytesOf(Batch batch) {
    long bytes = 0;
    for (Entry entry : batch.entries()) {
      bytes += entry.payload().length;
    }
    return bytes;
  }

  @Override
  public void fetch(Fetch request) {
    Workers started = workers();
    started
        .reader()
        .execute(() -> started.listener().fetched(request.ticket(), core.fetch(request)));
  }

  @Override
  public void readSnapshot(SnapshotId id, long offset, int lengthMax) {
    if (lengthMax < 1 || lengthMax > READ_LENGTH_MAX || offset < 0) {
      throw new IllegalArgumentException(
          "readSnapshot: offset "
              + offset
              + " must not be negative and lengthMax "
              + lengthMax
              + " must be 1 to "
              + READ_LENGTH_MAX);
    }
    Workers started = workers();
    started
        .reader()
        .execute(
            () ->
                started
                    .listener()
                    .snapshotRead(id, offset, core.readSnapshot(id, offset, lengthMax)));
  }

  @Override
  public SnapshotWriter writeSnapshot(SnapshotDescriptor.Draft draft) {
    return new QueuedSnapshotWriter(draft, workers());
  }

  /** Commits since the start, each with one force. */
  public long commits() {
    return commits.get();
  }

  private void fail(Throwable cause) {
    if (!failed.compareAndSet(false, true)) {
      return;
    }
    Workers started = workers();
    started.log().discard();
    started.reader().discard();
    started.snapshots().discard();
    started
        .listener()
        .failed(
            cause instanceof StorageException known
                ? known
                : new StorageException(
                    "storage failed unexpectedly: "
                        + cause
                        + ". Next step: keep the log output, restart this peer, and report it",
                    cause));
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    Workers started = workers;
    try {
      if (started != null) {
        started.log().close();
        started.snapshots().execute(this::abortUnfinishedSnapshots);
        started.snapshots().close();
        started.reader().close();
      }
      core.closeReaders();
      if (failed.get()) {
        core.abandonLog();
      } else {
        core.closeLog();
      }
    } finally {
      try {
        directoryLock.close();
      } catch (IOException e) {
        // The lock ends with the process at the latest.
        failed.set(true);
      }
    }
  }

  private void abortUnfinishedSnapshots() throws IOException {
    for (SnapshotFileWriter unfinished : unfinishedSnapshots) {
      unfinished.abort();
    }
    unfinishedSnapshots.clear();
  }

  private final class QueuedSnapshotWriter implements SnapshotWriter {
    private final SnapshotDescriptor.Draft draft;
    private final Workers started;
    private final AtomicLong backlogBytes = new AtomicLong();

    /** Owned by the snapshot thread. */
    private @Nullable SnapshotFileWriter file;

    QueuedSnapshotWriter(SnapshotDescriptor.Draft draft, Workers started) {
      this.draft = draft;
      this.started = started;
    }

    private SnapshotFileWriter file() {
      SnapshotFileWriter begun = file;
      if (begun == null) {
        begun = core.writeSnapshot(draft);
        unfinishedSnapshots.add(begun);
        file = begun;
      }
      return begun;
    }

    @Override
    public void write(byte[] chunk) {
      if (backlogBytes.addAndGet(chunk.length) > SNAPSHOT_BACKLOG_BYTES_MAX) {
        throw new IllegalStateException(
            "more than "
                + SNAPSHOT_BACKLOG_BYTES_MAX
                + " snapshot bytes wait for the disk; write less while backlogBytes is large");
      }
      started
          .snapshots()
          .execute(
              () -> {
                file().write(chunk);
                backlogBytes.addAndGet(-chunk.length);
              });
    }

    @Override
    public long backlogBytes() {
      return backlogBytes.get();
    }

    @Override
    public void finish(@Nullable SnapshotId expected) {
      started
          .snapshots()
          .execute(
              () -> {
                SnapshotFileWriter begun = file();
                SnapshotFileWriter.Outcome outcome = begun.finish(expected);
                unfinishedSnapshots.remove(begun);
                SnapshotDescriptor saved = outcome.saved();
                String rejection = outcome.rejection();
                if (saved != null) {
                  started.listener().snapshotSaved(saved);
                } else if (rejection != null) {
                  started.listener().snapshotRejected(draft, rejection);
                }
              });
    }

    @Override
    public void abort() {
      started
          .snapshots()
          .execute(
              () -> {
                SnapshotFileWriter begun = file;
                if (begun != null && unfinishedSnapshots.remove(begun)) {
                  begun.abort();
                }
              });
    }
  }
}
