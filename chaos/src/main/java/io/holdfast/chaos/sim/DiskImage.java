package io.holdfast.chaos.sim;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.EntryType;
import io.holdfast.raft.HardState;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.SnapshotId;
import io.holdfast.raft.spi.LogStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is durable on one disk: what the invariants ask, and what a crash leaves. */
final class DiskImage {
  /** A stored snapshot. */
  record Stored(SnapshotDescriptor descriptor, byte[] bytes) {}

  private static final int SNAPSHOTS_KEPT = 2;

  private final ArrayList<Entry> entries = new ArrayList<>();

  /** The newest last. */
  private final ArrayList<Stored> snapshots = new ArrayList<>();

  private HardState hardState = HardState.INITIAL;
  private EntryId head = EntryId.NONE;

  /**
   * Makes a batch part of the image.
   *
   * @return what is wrong with it, or null
   */
  @Nullable String apply(LogStorage.Batch batch) {
    if (batch.hardState() != null) {
      hardState = batch.hardState();
    }
    EntryId newHead = batch.head();
    if (newHead != null) {
      if (snapshotIndex() < newHead.index()) {
        return "head " + newHead + " without a durable snapshot that covers it";
      }
      int gone = (int) Math.max(0, Math.min(entries.size(), newHead.index() - head.index()));
      entries.subList(0, gone).clear();
      head = newHead;
    }
    if (batch.truncateFrom() > 0) {
      int from = (int) Math.max(0, batch.truncateFrom() - head.index() - 1);
      if (from < entries.size()) {
        entries.subList(from, entries.size()).clear();
      }
    }
    for (Entry entry : batch.entries()) {
      if (entry.index() != lastIndex() + 1) {
        return "entry " + entry.id() + " leaves a gap after " + lastIndex();
      }
      entries.add(entry);
    }
    return null;
  }

  /** Takes over what a recovery found. */
  void replace(LogStorage.Recovered recovered) {
    hardState = recovered.hardState();
    head = recovered.head();
    entries.clear();
    entries.addAll(recovered.entries());
  }

  void store(SnapshotDescriptor descriptor, byte[] bytes) {
    if (descriptor.last().index() >= snapshotIndex()) {
      snapshots.add(new Stored(descriptor, bytes));
      if (snapshots.size() > SNAPSHOTS_KEPT) {
        snapshots.remove(0);
      }
    }
  }

  byte @Nullable [] snapshotBytes(SnapshotId id) {
    for (Stored stored : snapshots) {
      if (stored.descriptor().id().equals(id)) {
        return stored.bytes();
      }
    }
    return null;
  }

  HardState hardState() {
    return hardState;
  }

  EntryId head() {
    return head;
  }

  long lastIndex() {
    return head.index() + entries.size();
  }

  /** The last position that the log or the newest snapshot reaches. */
  EntryId last() {
    EntryId logged = entries.isEmpty() ? head : entries.get(entries.size() - 1).id();
    return newestSnapshot()
        .map(SnapshotDescriptor::last)
        .filter(covered -> covered.index() > logged.index())
        .orElse(logged);
  }

  /** The configuration that the log or the newest snapshot brought last. */
  Optional<Configuration> configuration() {
    for (int at = entries.size() - 1; at >= 0; at--) {
      if (entries.get(at).type() == EntryType.CONFIGURATION) {
        return Optional.of(Configuration.decode(entries.get(at).payload()));
      }
    }
    return newestSnapshot().map(SnapshotDescriptor::configuration);
  }

  long snapshotIndex() {
    return newestSnapshot().map(snapshot -> snapshot.last().index()).orElse(0L);
  }

  Optional<SnapshotDescriptor> newestSnapshot() {
    return snapshots.isEmpty()
        ? Optional.empty()
        : Optional.of(snapshots.get(snapshots.size() - 1).descriptor());
  }

  @Nullable Entry entry(long index) {
    long at = index - head.index() - 1;
    return at >= 0 && at < entries.size() ? entries.get((int) at) : null;
  }

  List<Entry> read(long from, long toExclusive) {
    int begin = (int) (from - head.index() - 1);
    int end = (int) Math.min(entries.size(), toExclusive - head.index() - 1);
    return begin < 0 || begin >= end ? List.of() : List.copyOf(entries.subList(begin, end));
  }

  /** Whether this entry is durable, as an entry or inside a snapshot. */
  boolean holds(EntryId id) {
    Entry entry = entry(id.index());
    return entry != null ? entry.term() == id.term() : holdsUpTo(id.index());
  }

  /** Whether the log up to here is durable, as entries or inside a snapshot. */
  boolean holdsUpTo(long index) {
    return index <= head.index()
        || index <= snapshotIndex()
        || (index <= lastIndex() && index > head.index());
  }

  LogStorage.Recovered recover() {
    return new LogStorage.Recovered(hardState, head, new ArrayList<>(entries), newestSnapshot());
  }
}
