package io.holdfast.server.storage;

import io.holdfast.raft.Entry;
import io.holdfast.raft.HardState;
import io.holdfast.raft.spi.StorageException;
import io.holdfast.server.storage.LogOperation.SegmentStart;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads the segments in order and replays their records, changing nothing. The rules:
 *
 * <ul>
 *   <li>A segment got its name only after its first record was durable: it must be readable.
 *   <li>A segment with a successor counts exactly the records its successor names: the successor
 *       was started after a commit, or after a recovery that had settled the end.
 *   <li>The newest segment ends at its first unreadable record, if that is torn (one commit was
 *       under way) and nothing follows it. Anything else is damage to acknowledged data.
 *   <li>Segments may be missing at the front only, and only if no entry of the log was in them.
 * </ul>
 */
final class LogRecovery {
  private final DiskFiles disk;
  private final StorageIdentity identity;
  private final EntryLocations locations = new EntryLocations();
  private final ArrayDeque<Entry> entries = new ArrayDeque<>();
  private HardState hardState = HardState.INITIAL;
  private @Nullable SegmentStart start;

  /**
   * The log as it was found.
   *
   * @param newestSegment 0 when nothing was ever stored
   * @param newestRecords how many records of the newest segment count
   */
  record RecoveredLog(
      HardState hardState,
      EntryLocations locations,
      List<Entry> entries,
      long newestSegment,
      long newestRecords) {}

  LogRecovery(DiskFiles disk, StorageIdentity identity) {
    this.disk = disk;
    this.identity = identity;
  }

  RecoveredLog run(SortedSet<String> names) {
    SortedSet<Long> numbers = FileNames.segments(names);
    if (numbers.isEmpty()) {
      return new RecoveredLog(hardState, locations, List.of(), 0, 0);
    }
    long newest = numbers.last();
    long oldest = newest;
    while (numbers.contains(oldest - 1)) {
      oldest--;
    }
    long newestRecords = 0;
    for (long number = oldest; number <= newest; number++) {
      long counted = number == newest ? 0 : readStart(number + 1).previousRecords();
      newestRecords = replay(number, counted);
    }
    long missing = locations.firstMissing();
    if (missing <= locations.lastIndex()) {
      throw StoreFile.damaged(
          disk.describe(FileNames.segment(oldest - 1)),
          "the file is missing, and with it the log entries from index " + missing,
          null);
    }
    return new RecoveredLog(hardState, locations, new ArrayList<>(entries), newest, newestRecords);
  }

  /**
   * Replays a segment.
   *
   * @param counted the number of its records that count, or 0 if the segment tells itself
   * @return the number of its records that count
   */
  private long replay(long number, long counted) {
    String description = disk.describe(FileNames.segment(number));
    try (StoreFile file = open(number)) {
      begin(description, startOf(file, description));
      long record = 2;
      while (counted == 0 || record <= counted) {
        ByteBuffer body = file.get(record);
        if (body == null) {
          requireEnd(file, description, record, counted);
          break;
        }
        for (LogOperation operation : decode(body, description, record)) {
          apply(operation, number, record, description);
        }
        record++;
      }
      return record - 1;
    }
  }

  private static void requireEnd(StoreFile file, String description, long record, long counted) {
    if (counted != 0) {
      throw StoreFile.damaged(
          description,
          "record " + record + " is unreadable, of " + counted + " records that were durable",
          null);
    }
    long last = file.lastTrace();
    if (last > record) {
      throw StoreFile.damaged(
          description,
          "record "
              + record
              + " is unreadable although record "
              + last
              + " was written after it was durable",
          null);
    }
    if (!file.isTorn(record)) {
      throw StoreFile.damaged(
          description, "record " + record + " was written whole and fails its checksum", null);
    }
  }

  private SegmentStart readStart(long number) {
    try (StoreFile file = open(number)) {
      return startOf(file, disk.describe(FileNames.segment(number)));
    }
  }

  private StoreFile open(long number) {
    String name = FileNames.segment(number);
    try {
      return StoreFile.open(disk, name, number);
    } catch (IOException e) {
      throw StoreFile.ioFailure(disk.describe(name), "opening", e);
    }
  }

  private SegmentStart startOf(StoreFile file, String description) {
    ByteBuffer body = file.get(1);
    if (body == null) {
      throw StoreFile.damaged(description, "record 1, which begins the file, is unreadable", null);
    }
    List<LogOperation> operations = decode(body, description, 1);
    if (operations.size() != 1 || !(operations.get(0) instanceof SegmentStart found)) {
      throw StoreFile.damaged(description, "record 1 does not begin a segment", null);
    }
    requireOwn(description, found.identity(), identity);
    return found;
  }

  /** Refuses the data of another peer or cluster. */
  static void requireOwn(String description, StorageIdentity found, StorageIdentity own) {
    if (!found.equals(own)) {
      throw new StorageException(
          description
              + ": the file belongs to "
              + found
              + ", but this is "
              + own
              + ". Nothing was changed. Next step: start this peer with its own data directory,"
              + " or correct the cluster id or peer id in its configuration");
    }
  }

  private static List<LogOperation> decode(ByteBuffer body, String description, long record) {
    try {
      return LogCodec.decode(body);
    } catch (LogCodec.UnknownFormatException e) {
      throw unknownFormat(description, e);
    } catch (IllegalArgumentException e) {
      throw StoreFile.damaged(description, "record " + record + ": " + e.getMessage(), e);
    }
  }

  static StorageException unknownFormat(String description, LogCodec.UnknownFormatException e) {
    return new StorageException(
        description
            + ": "
            + e.getMessage()
            + ". Nothing was changed. Next step: start this peer with the version of the program"
            + " that wrote the file, or a newer one",
        e);
  }

  private void begin(String description, SegmentStart found) {
    if (start == null) {
      locations.reset(found.head(), found.lastIndex());
      hardState = found.hardState();
    } else if (!found.hardState().equals(hardState)
        || !found.head().equals(locations.head())
        || found.lastIndex() != locations.lastIndex()) {
      throw StoreFile.damaged(
          description, "record 1 does not continue the segment before it", null);
    }
    start = found;
  }

  private void apply(LogOperation operation, long segment, long record, String description) {
    if (operation instanceof LogOperation.SetHardState set) {
      hardState = set.hardState();
    } else if (operation instanceof LogOperation.MoveHead move) {
      locations.moveHead(move.head());
      while (!entries.isEmpty() && entries.getFirst().index() <= move.head().index()) {
        entries.removeFirst();
      }
    } else if (operation instanceof LogOperation.TruncateFrom truncate) {
      locations.truncateFrom(truncate.index());
      while (!entries.isEmpty() && entries.getLast().index() > locations.lastIndex()) {
        entries.removeLast();
      }
    } else if (operation instanceof LogOperation.Append append) {
      for (Entry entry : append.entries()) {
        if (entry.index() != locations.lastIndex() + 1) {
          throw StoreFile.damaged(
              description,
              "record "
                  + record
                  + " holds entry "
                  + entry.id()
                  + " where the log ends at index "
                  + locations.lastIndex(),
              null);
        }
        locations.append(1, segment, record);
        entries.addLast(entry);
      }
    } else {
      throw StoreFile.damaged(description, "record " + record + " begins a segment", null);
    }
  }
}
