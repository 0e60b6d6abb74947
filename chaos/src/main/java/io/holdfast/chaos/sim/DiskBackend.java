package io.holdfast.chaos.sim;

import io.holdfast.raft.Entry;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.SnapshotId;
import io.holdfast.raft.spi.LogStorage;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What lies under a {@link SimStorage}: a model of a disk, or the real storage on a volume. */
interface DiskBackend {
  /**
   * Begins a life of the process.
   *
   * @throws io.holdfast.raft.spi.StorageException if the data is damaged
   */
  LogStorage.Recovered recover();

  /** Makes batches durable; the image follows. */
  void commit(List<LogStorage.Batch> group);

  List<Entry> fetch(LogStorage.Fetch request);

  byte @Nullable [] readSnapshot(SnapshotId id, long offset, int lengthMax);

  /**
   * Stores a whole snapshot.
   *
   * @return the reason why it was rejected, or null
   */
  @Nullable String store(
      SnapshotDescriptor descriptor, byte[] bytes, @Nullable SnapshotId expected);

  /**
   * The process ends at once while these batches are not durable yet; a part of them may survive.
   */
  void crash(List<LogStorage.Batch> undecided, RandomGenerator random);

  /** The process ends in peace. */
  void close();

  /** What is durable, for the invariants. */
  DiskImage image();

  /** Changes a bit of what is stored; only while no process uses it. False if it has no bits. */
  boolean flipBit(RandomGenerator random);
}
