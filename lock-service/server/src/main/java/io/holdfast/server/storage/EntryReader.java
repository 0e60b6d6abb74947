package io.holdfast.server.storage;

import io.holdfast.raft.Entry;
import io.holdfast.raft.spi.LogStorage.Fetch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads entries back from the segment files while another thread appends: what was committed is
 * never written again, and the reader has file handles and memory of its own. Owned by one thread.
 */
final class EntryReader {
  /** Records looked up for one answer; the caller asks again for the rest. */
  private static final int RUNS_MAX = 4096;

  private final DiskFiles disk;
  private final SegmentedLog log;
  private @Nullable StoreFile open;
  private long openSegment;

  /** Slices of a segment that still grows would be stale at the next call. */
  private boolean keepOpen;

  EntryReader(DiskFiles disk, SegmentedLog log) {
    this.disk = disk;
    this.log = log;
  }

  /** Entries for a request; empty when the first of them is no longer stored. */
  List<Entry> read(Fetch request) {
    try {
      return readRuns(request);
    } finally {
      if (!keepOpen) {
        close();
      }
    }
  }

  private List<Entry> readRuns(Fetch request) {
    List<Entry> entries = new ArrayList<>();
    EntryLocations locations = log.locations();
    List<EntryLocations.Run> runs =
        locations.find(request.fromIndex(), request.toIndexExclusive(), RUNS_MAX);
    long bytes = 0;
    for (EntryLocations.Run run : runs) {
      List<Entry> found = read(run);
      if (found == null) {
        // The file went because the head moved meanwhile; what follows it may be there.
        if (locations.head().index() >= run.firstIndex()) {
          return List.of();
        }
        throw StoreFile.damaged(
            disk.describe(FileNames.segment(run.segment())),
            "record " + run.record() + ", with entry " + run.firstIndex() + ", is unreadable",
            null);
      }
      for (Entry entry : found) {
        if (!entries.isEmpty() && bytes + entry.payload().length > request.bytesMax()) {
          return entries;
        }
        bytes += entry.payload().length;
        entries.add(entry);
      }
    }
    return entries;
  }

  private @Nullable List<Entry> read(EntryLocations.Run run) {
    StoreFile file = open(run.segment());
    ByteBuffer body = file == null ? null : file.get(run.record());
    if (body == null) {
      return null;
    }
    int count = (int) (run.lastIndex() - run.firstIndex() + 1);
    @Nullable Entry[] wanted = new @Nullable Entry[count];
    // A record may hold an index twice, around a truncation; the later one counts.
    for (LogOperation operation : LogCodec.decode(body)) {
      if (operation instanceof LogOperation.Append append) {
        for (Entry entry : append.entries()) {
          if (entry.index() >= run.firstIndex() && entry.index() <= run.lastIndex()) {
            wanted[(int) (entry.index() - run.firstIndex())] = entry;
          }
        }
      }
    }
    List<Entry> found = new ArrayList<>(count);
    for (Entry entry : wanted) {
      if (entry == null) {
        return null;
      }
      found.add(entry);
    }
    return found;
  }

  private @Nullable StoreFile open(long segment) {
    StoreFile file = open;
    if (file != null && openSegment == segment) {
      return file;
    }
    close();
    keepOpen = segment < log.activeSegment();
    String name = FileNames.segment(segment);
    try {
      file = StoreFile.open(disk, name, segment);
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw StoreFile.ioFailure(disk.describe(name), "opening", e);
    }
    open = file;
    openSegment = segment;
    return file;
  }

  void close() {
    StoreFile file = open;
    if (file != null) {
      open = null;
      file.close();
    }
  }
}
