package io.holdfast.server.storage;

import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.HardState;
import io.holdfast.raft.spi.LogStorage.Batch;
import io.holdfast.raft.spi.StorageException;
import io.holdfast.server.storage.DiskFiles.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The log and the hard state: a row of append-only segment files. Each call of {@link #append} is
 * one record and one force. Single-threaded and deterministic; after an exception it must not be
 * used again, because what the disk holds is then unknown.
 */
final class SegmentedLog {
  /** A record is one durable batch, so this bounds a single batch. */
  static final long RECORD_BYTES_MAX = 256L << 20;

  /**
   * Of the segment being written. What is full is not touched again, and memory that is given up
   * young costs the garbage collector nothing; the few slices still in use are read again.
   */
  private static final int SLICES_KEPT = 16;

  private final DiskFiles disk;
  private final StorageIdentity identity;
  private final StorageLimits limits;
  private final SortedSet<Long> segments = new TreeSet<>();
  private HardState hardState;
  private volatile EntryLocations locations;

  /** Raised before anything stored in the segment can be found; 0 before the first write. */
  private volatile long activeSegment;

  private @Nullable StoreFile active;
  private long activeBytes;
  private long newestSegment;
  private long newestRecords;

  SegmentedLog(DiskFiles disk, StorageIdentity identity, StorageLimits limits) {
    this.disk = disk;
    this.identity = identity;
    this.limits = limits;
    this.hardState = HardState.INITIAL;
    this.locations = new EntryLocations();
  }

  /** Reads what is stored. Changes nothing. */
  LogRecovery.RecoveredLog recover(SortedSet<String> names) {
    LogRecovery.RecoveredLog found = new LogRecovery(disk, identity).run(names);
    segments.addAll(FileNames.segments(names));
    hardState = found.hardState();
    locations = found.locations();
    newestSegment = found.newestSegment();
    newestRecords = found.newestRecords();
    return found;
  }

  /**
   * Makes durable what was recovered. A killed process may have left its last writes in the page
   * cache only, and after a force that failed the kernel no longer remembers that they are missing
   * on the disk; so they are written again, byte by byte the same, and forced.
   */
  void makeRecoveredDurable() throws IOException {
    if (newestSegment == 0) {
      return;
    }
    try (DiskFile file = disk.open(FileNames.segment(newestSegment))) {
      byte[] zeros = new byte[PagedVolume.PAGE_BYTES];
      byte[] slice = new byte[PagedVolume.SLICE_BYTES];
      long size = file.size();
      for (long at = 0; at < size; at += slice.length) {
        int length = file.read(at, slice, 0, slice.length);
        for (int from = 0; from < length; from += zeros.length) {
          int part = Math.min(zeros.length, length - from);
          if (!Arrays.equals(slice, from, from + part, zeros, 0, part)) {
            file.write(at + from, slice, from, part);
          }
        }
      }
      file.force();
    }
    disk.forceDirectory();
  }

  /** Makes the batches durable, all of them or none: one record, one force. */
  void append(List<Batch> batches) {
    List<LogOperation> operations = new ArrayList<>();
    Bounds bounds = new Bounds(locations.head(), locations.lastIndex());
    for (Batch batch : batches) {
      bounds = addOperations(operations, bounds, batch);
    }
    ByteBuffer frame = LogCodec.encode(operations);
    if (frame.capacity() > RECORD_BYTES_MAX) {
      throw new StorageException(
          "batch "
              + batches.get(0).number()
              + " takes "
              + frame.capacity()
              + " bytes, more than the "
              + RECORD_BYTES_MAX
              + " a record may have. Nothing of it was stored. Next step: lower the size of what"
              + " is proposed or replicated at once");
    }
    StoreFile file = segmentFor(frame.capacity());
    file.put(frame);
    file.commit();
    newestRecords = file.records();
    activeBytes += frame.capacity();
    for (LogOperation operation : operations) {
      apply(operation);
    }
  }

  private void apply(LogOperation operation) {
    if (operation instanceof LogOperation.SetHardState set) {
      hardState = set.hardState();
    } else if (operation instanceof LogOperation.MoveHead move) {
      locations.moveHead(move.head());
    } else if (operation instanceof LogOperation.TruncateFrom truncate) {
      locations.truncateFrom(truncate.index());
    } else if (operation instanceof LogOperation.Append append) {
      locations.append(append.entries().size(), newestSegment, newestRecords);
    }
  }

  private static Bounds addOperations(List<LogOperation> operations, Bounds before, Batch batch) {
    Bounds bounds = before;
    HardState newHardState = batch.hardState();
    if (newHardState != null) {
      operations.add(new LogOperation.SetHardState(newHardState));
    }
    EntryId newHead = batch.head();
    if (newHead != null) {
      bounds = bounds.afterHead(newHead, batch.number());
      operations.add(new LogOperation.MoveHead(newHead));
    }
    if (batch.truncateFrom() != 0) {
      bounds = bounds.afterTruncation(batch.truncateFrom());
      operations.add(new LogOperation.TruncateFrom(batch.truncateFrom()));
    }
    if (!batch.entries().isEmpty()) {
      bounds = bounds.afterEntries(batch.entries(), batch.number());
      operations.add(new LogOperation.Append(batch.entries()));
    }
    return bounds;
  }

  private StoreFile segmentFor(int recordBytes) {
    StoreFile file = active;
    if (file != null
        && file.records() < limits.segmentRecordsMax()
        && activeBytes + recordBytes <= limits.segmentBytes()) {
      return file;
    }
    return startSegment();
  }

  /**
   * Starts the next segment. It bears its name only once it is durable, and nothing is acknowledged
   * from it before the name is durable too.
   */
  private StoreFile startSegment() {
    StoreFile previous = active;
    active = null;
    if (previous != null) {
      previous.close();
    }
    long number = newestSegment + 1;
    String name = FileNames.segment(number);
    String temporary = FileNames.temporary(name);
    StoreFile file =
        StoreFile.create(
            disk,
            temporary,
            name,
            number,
            new StoreFile.Growth(limits.preallocateBytes(), SLICES_KEPT));
    file.put(
        LogCodec.encode(
            List.of(
                new LogOperation.SegmentStart(
                    identity, newestRecords, hardState, locations.head(), locations.lastIndex()))));
    file.commit();
    try {
      disk.rename(temporary, name);
      disk.forceDirectory();
    } catch (IOException e) {
      throw StoreFile.ioFailure(disk.describe(name), "naming the new segment", e);
    }
    active = file;
    activeBytes = 0;
    activeSegment = number;
    newestSegment = number;
    newestRecords = file.records();
    segments.add(number);
    return file;
  }

  /** Deletes the segments that hold nothing of the log any more. */
  void deleteUnneededSegments() throws IOException {
    long oldestNeeded = locations.oldestSegment(newestSegment);
    Iterator<Long> unneeded = new ArrayList<>(segments.headSet(oldestNeeded)).iterator();
    if (!unneeded.hasNext()) {
      return;
    }
    while (unneeded.hasNext()) {
      long number = unneeded.next();
      disk.delete(FileNames.segment(number));
      segments.remove(number);
    }
    disk.forceDirectory();
  }

  /**
   * Leaves a last record without operations, so that damage to the one before it shows for what it
   * is. Nothing depends on its being there.
   */
  void close() {
    StoreFile file = active;
    if (file != null) {
      active = null;
      try (file) {
        if (file.records() < StorageLimits.SEGMENT_RECORDS_CEILING) {
          file.put(Frame.allocate(0));
          file.commit();
        }
      }
    }
  }

  /** Closes the file without writing; for use after a failure. */
  void abandon() {
    StoreFile file = active;
    if (file != null) {
      active = null;
      file.close();
    }
  }

  EntryLocations locations() {
    return locations;
  }

  /** The segment being written; those below it are final. 0 before the first write. Any thread. */
  long activeSegment() {
    return activeSegment;
  }

  int segmentCount() {
    return segments.size();
  }

  /** The extent of the log while batches are checked, before anything is written. */
  private record Bounds(EntryId head, long lastIndex) {
    Bounds afterHead(EntryId newHead, long batch) {
      if (newHead.index() < head.index()) {
        throw refused(batch, "moves the head from " + head + " back to " + newHead);
      }
      return new Bounds(newHead, Math.max(lastIndex, newHead.index()));
    }

    Bounds afterTruncation(long from) {
      return new Bounds(head, Math.min(lastIndex, Math.max(from - 1, head.index())));
    }

    Bounds afterEntries(List<Entry> entries, long batch) {
      long end = lastIndex;
      for (Entry entry : entries) {
        if (entry.index() != end + 1) {
          throw refused(batch, "appends entry " + entry.id() + " to a log that ends at " + end);
        }
        end++;
      }
      return new Bounds(head, end);
    }

    private static StorageException refused(long batch, String what) {
      return new StorageException(
          "batch "
              + batch
              + " "
              + what
              + ". Nothing of it was stored. Next step: stop this peer and report it; its data is"
              + " intact");
    }
  }
}
