package io.holdfast.raft.sim;

import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.HardState;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.SnapshotId;
import io.holdfast.raft.spi.LogStorage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What survives a crash of one peer: a durable image, and batches that were not synced yet. */
public final class SimDisk {
  /** A stored snapshot. */
  record Stored(SnapshotDescriptor descriptor, byte[] bytes) {}

  private static final int SNAPSHOTS_KEPT = 2;

  private final ArrayDeque<LogStorage.Batch> unsynced = new ArrayDeque<>();
  private final TreeMap<Long, Entry> entries = new TreeMap<>();
  private final Map<SnapshotId, Stored> snapshots =
      new TreeMap<>(
          Comparator.<SnapshotId>comparingLong(id -> id.last().index())
              .thenComparingInt(SnapshotId::crc32c));
  private HardState hardState = HardState.INITIAL;
  private EntryId head = EntryId.NONE;

  void write(LogStorage.Batch batch) {
    unsynced.addLast(batch);
  }

  /**
   * Syncs everything written up to a batch.
   *
   * @return the number of the last batch that is durable by this, or 0
   */
  long syncUpTo(long batchNumber) {
    long last = 0;
    while (!unsynced.isEmpty() && unsynced.peekFirst().number() <= batchNumber) {
      LogStorage.Batch batch = unsynced.removeFirst();
      apply(batch);
      last = batch.number();
    }
    return last;
  }

  private void apply(LogStorage.Batch batch) {
    if (batch.hardState() != null) {
      hardState = batch.hardState();
    }
    if (batch.head() != null) {
      head = batch.head();
      entries.headMap(head.index(), true).clear();
    }
    if (batch.truncateFrom() > 0) {
      entries.tailMap(batch.truncateFrom(), true).clear();
    }
    for (Entry entry : batch.entries()) {
      long last = entries.isEmpty() ? head.index() : entries.lastKey();
      if (entry.index() != last + 1 && !(entries.isEmpty() && entry.index() == head.index() + 1)) {
        throw new AssertionError("entry " + entry.id() + " leaves a gap after " + last);
      }
      entries.put(entry.index(), entry);
    }
    if (head.index() > 0
        && snapshots.keySet().stream().noneMatch(id -> id.last().index() >= head.index())) {
      throw new AssertionError("head " + head + " without a durable snapshot that covers it (I14)");
    }
  }

  /** A crash keeps the first {@code kept} of the batches that were not synced. */
  void crash(int kept) {
    for (int i = 0; i < kept && !unsynced.isEmpty(); i++) {
      apply(unsynced.removeFirst());
    }
    unsynced.clear();
  }

  int unsyncedBatches() {
    return unsynced.size();
  }

  void store(SnapshotDescriptor descriptor, byte[] bytes) {
    snapshots.put(descriptor.id(), new Stored(descriptor, bytes));
    while (snapshots.size() > SNAPSHOTS_KEPT) {
      snapshots.remove(snapshots.keySet().iterator().next());
    }
  }

  byte @Nullable [] snapshotBytes(SnapshotId id) {
    Stored stored = snapshots.get(id);
    return stored == null ? null : stored.bytes();
  }

  /** Flips a bit in every stored snapshot. */
  public void corruptSnapshots() {
    snapshots.values().forEach(stored -> stored.bytes()[0] ^= 1);
  }

  public HardState hardState() {
    return hardState;
  }

  public List<Entry> read(long from, long toExclusive) {
    return new ArrayList<>(entries.subMap(from, Math.max(from, toExclusive)).values());
  }

  public Optional<SnapshotDescriptor> newestSnapshot() {
    SnapshotDescriptor newest = null;
    for (Stored stored : snapshots.values()) {
      newest = stored.descriptor();
    }
    return Optional.ofNullable(newest);
  }

  /** Whether this entry is durable, as an entry or inside a snapshot. */
  public boolean holds(EntryId id) {
    Entry entry = entries.get(id.index());
    return entry != null
        ? entry.id().equals(id)
        : newestSnapshot().map(s -> s.last().index() >= id.index()).orElse(false);
  }

  /** Bytes of hard state and log. */
  public long logBytes() {
    return entries.values().stream().mapToLong(entry -> entry.payload().length).sum();
  }

  LogStorage.Recovered recover() {
    return new LogStorage.Recovered(
        hardState, head, new ArrayList<>(entries.values()), newestSnapshot());
  }
}
