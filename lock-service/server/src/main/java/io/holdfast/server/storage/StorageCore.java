package io.holdfast.server.storage;

import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.SnapshotId;
import io.holdfast.raft.spi.LogStorage.Batch;
import io.holdfast.raft.spi.LogStorage.Fetch;
import io.holdfast.raft.spi.LogStorage.Recovered;
import io.holdfast.raft.spi.StorageException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * Log and snapshots of one peer over one directory: all of the storage except its threads.
 * Deterministic: the same calls over the same disk give the same writes. It may be driven by one
 * thread, as a simulator does, or by up to three, which is what {@link MapDbLogStorage} does: one
 * that commits, one that reads, one that writes snapshots.
 */
public final class StorageCore {
  private final DiskFiles disk;
  private final SegmentedLog log;
  private final SnapshotStore snapshots;
  private final EntryReader entryReader;

  /** A storage over a directory; nothing is read or written before {@link #recover}. */
  public StorageCore(DiskFiles disk, StorageIdentity identity, StorageLimits limits) {
    this.disk = disk;
    this.log = new SegmentedLog(disk, identity, limits);
    this.snapshots = new SnapshotStore(disk, identity);
    this.entryReader = new EntryReader(disk, log);
  }

  /** See {@link io.holdfast.raft.spi.LogStorage#recover()}. */
  public Recovered recover() {
    Recovered found = inspect();
    try {
      log.makeRecoveredDurable();
      deleteTemporaryFiles();
      log.deleteUnneededSegments();
    } catch (IOException e) {
      throw StoreFile.ioFailure(disk.describe(""), "making the recovered data durable", e);
    }
    return found;
  }

  /** Reads everything and checks it, and changes nothing. */
  Recovered inspect() {
    SortedSet<String> names;
    try {
      names = disk.list();
    } catch (IOException e) {
      throw StoreFile.ioFailure(disk.describe(""), "listing", e);
    }
    LogRecovery.RecoveredLog found = log.recover(names);
    List<EntryId> snapshotNames = FileNames.snapshots(names);
    if (found.newestSegment() == 0 && !snapshotNames.isEmpty()) {
      throw StoreFile.damaged(
          disk.describe(FileNames.snapshot(snapshotNames.get(0))),
          "there is a snapshot but no segment of the log",
          null);
    }
    EntryId head = found.locations().head();
    Optional<SnapshotDescriptor> snapshot = snapshots.recover(names, head);
    return new Recovered(found.hardState(), head, found.entries(), snapshot);
  }

  /** What {@link #inspect} found, in short. */
  StorageInspection report() {
    Recovered found = inspect();
    List<Entry> entries = found.entries();
    EntryId last = entries.isEmpty() ? found.head() : entries.get(entries.size() - 1).id();
    try {
      return new StorageInspection(
          found.hardState(), found.head(), last, snapshots.stored(), List.copyOf(disk.list()));
    } catch (IOException e) {
      throw StoreFile.ioFailure(disk.describe(""), "listing", e);
    }
  }

  private void deleteTemporaryFiles() throws IOException {
    boolean deleted = false;
    for (String name : disk.list()) {
      if (FileNames.isTemporary(name)) {
        disk.delete(name);
        deleted = true;
      }
    }
    if (deleted) {
      disk.forceDirectory();
    }
  }

  /** Makes the batches durable, all or none, with one force (one more when a segment starts). */
  public void commit(List<Batch> batches) {
    for (Batch batch : batches) {
      EntryId head = batch.head();
      if (head != null && head.index() > snapshots.covered().index()) {
        throw new StorageException(
            "batch "
                + batch.number()
                + " moves the head to "
                + head
                + ", but the newest durable snapshot ends at "
                + snapshots.covered()
                + ". Nothing of it was stored. Next step: stop this peer and report it; its data"
                + " is intact");
      }
    }
    log.append(batches);
  }

  /** Deletes the files that a committed batch made superfluous. */
  public void deleteUnneededSegments() {
    try {
      log.deleteUnneededSegments();
    } catch (IOException e) {
      throw StoreFile.ioFailure(disk.describe(""), "deleting a segment", e);
    }
  }

  /** Entries for a request; empty when the first of them is no longer stored. */
  public List<Entry> fetch(Fetch request) {
    return entryReader.read(request);
  }

  /** Starts to write a snapshot. */
  public SnapshotFileWriter writeSnapshot(SnapshotDescriptor.Draft draft) {
    return snapshots.begin(draft);
  }

  /** The snapshots stored, newest first. */
  List<SnapshotDescriptor> snapshots() {
    return snapshots.stored();
  }

  /** Bytes of a stored snapshot; null when it is no longer stored. */
  public byte @Nullable [] readSnapshot(SnapshotId id, long offset, int lengthMax) {
    return snapshots.read(id, offset, lengthMax);
  }

  /** Closes what is open for reading. */
  public void closeReaders() {
    entryReader.close();
    snapshots.closeReader();
  }

  /** Closes the log after a last record. */
  public void closeLog() {
    log.close();
  }

  /** Closes the log without writing, after a failure. */
  public void abandonLog() {
    log.abandon();
  }
}
