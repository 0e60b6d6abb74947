package io.holdfast.server.storage;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.SnapshotId;
import io.holdfast.raft.spi.StorageException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshot files. Record 1 says whose snapshot it is and what it covers, the chunks follow, the
 * manifest comes last; a file without a readable manifest counts for nothing. Deterministic and
 * without threads: {@link #recover} first, then {@link SnapshotFileWriter}s on one thread and
 * {@link #read} on one other.
 */
final class SnapshotStore {
  static final Comparator<EntryId> NEWEST_FIRST =
      Comparator.comparingLong(EntryId::index).thenComparingLong(EntryId::term).reversed();

  /** A chunk and its frame stay below MapDB's 65,520 bytes, so that no record is a chain. */
  static final int CHUNK_BYTES = 60_000;

  static final byte HEADER = 1;
  static final byte CHUNK = 2;
  static final byte MANIFEST = 3;

  private static final int KEPT_SNAPSHOTS = 2;
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotStore.class);

  private final DiskFiles disk;
  private final StorageIdentity identity;

  /** Newest first. */
  private volatile List<SnapshotDescriptor> stored = List.of();

  private int writersBegun;
  private @Nullable SnapshotId openId;
  private @Nullable StoreFile openFile;

  SnapshotStore(DiskFiles disk, StorageIdentity identity) {
    this.disk = disk;
    this.identity = identity;
  }

  /**
   * Finds the newest snapshot that is whole. Changes nothing.
   *
   * @param head the log starts after it, so a snapshot must cover it
   */
  Optional<SnapshotDescriptor> recover(SortedSet<String> names, EntryId head) {
    List<SnapshotDescriptor> readable = new ArrayList<>();
    @Nullable StorageException firstDamage = null;
    for (EntryId last : FileNames.snapshots(names)) {
      try {
        readable.add(verify(last));
      } catch (SnapshotDamage e) {
        firstDamage = firstDamage == null ? e.toRefusal() : firstDamage;
        LOG.warn("{}", e.getMessage());
      }
    }
    boolean covered =
        head.index() == 0
            || (!readable.isEmpty() && readable.get(0).last().index() >= head.index());
    if (!covered && firstDamage != null) {
      throw firstDamage;
    }
    if (!covered) {
      throw StoreFile.damaged(
          disk.describe(FileNames.snapshot(head)),
          "the log starts after entry " + head + " and no snapshot file covers that entry",
          null);
    }
    stored = List.copyOf(readable);
    return readable.stream().findFirst();
  }

  /** The newest entry a durable snapshot covers. */
  EntryId covered() {
    return stored.isEmpty() ? EntryId.NONE : stored.get(0).last();
  }

  List<SnapshotDescriptor> stored() {
    return stored;
  }

  /** Starts a snapshot. */
  SnapshotFileWriter begin(SnapshotDescriptor.Draft draft) {
    String name = FileNames.snapshot(draft.last());
    String temporary = FileNames.temporary(name).replace(".tmp", "-" + ++writersBegun + ".tmp");
    return new SnapshotFileWriter(this, disk, temporary, draft);
  }

  ByteBuffer header(SnapshotDescriptor.Draft draft) {
    byte[] configuration = draft.configuration().encode();
    ByteBuffer frame =
        Frame.allocate(1 + LogCodec.identityBytes(identity) + 16 + 16 + 4 + configuration.length);
    frame.put(HEADER);
    LogCodec.writeIdentity(frame, identity);
    LogCodec.writeEntryId(frame, draft.last());
    LogCodec.writeEntryId(frame, draft.configurationEntry());
    return frame.putInt(configuration.length).put(configuration);
  }

  static ByteBuffer manifest(SnapshotId id, long chunks) {
    ByteBuffer frame = Frame.allocate(1 + 16 + 8 + 8 + 4).put(MANIFEST);
    LogCodec.writeEntryId(frame, id.last());
    return frame.putLong(chunks).putLong(id.sizeBytes()).putInt(id.crc32c());
  }

  /** Gives a whole and forced file its name, and deletes what is no longer kept. */
  void publish(String temporary, SnapshotDescriptor snapshot) throws IOException {
    disk.rename(temporary, FileNames.snapshot(snapshot.last()));
    disk.forceDirectory();
    List<SnapshotDescriptor> all = new ArrayList<>(stored);
    all.removeIf(other -> other.last().equals(snapshot.last()));
    all.add(snapshot);
    all.sort(Comparator.comparing(SnapshotDescriptor::last, NEWEST_FIRST));
    List<SnapshotDescriptor> kept =
        List.copyOf(all.subList(0, Math.min(KEPT_SNAPSHOTS, all.size())));
    stored = kept;
    deleteOlderThan(kept);
  }

  /** Deletes the files of snapshots older than those kept, readable or not. */
  private void deleteOlderThan(List<SnapshotDescriptor> kept) throws IOException {
    EntryId oldestKept = kept.get(kept.size() - 1).last();
    boolean deleted = false;
    for (EntryId last :
        kept.size() < KEPT_SNAPSHOTS ? List.<EntryId>of() : FileNames.snapshots(disk.list())) {
      if (NEWEST_FIRST.compare(last, oldestKept) > 0) {
        disk.delete(FileNames.snapshot(last));
        deleted = true;
      }
    }
    if (deleted) {
      disk.forceDirectory();
    }
  }

  void discard(String temporary) throws IOException {
    disk.delete(temporary);
  }

  /** Bytes of a stored snapshot, fewer only at its end; null when it is no longer stored. */
  byte @Nullable [] read(SnapshotId id, long offset, int lengthMax) {
    if (stored.stream().noneMatch(snapshot -> snapshot.id().equals(id))) {
      closeReader();
      return null;
    }
    StoreFile file = reader(id);
    if (file == null) {
      return null;
    }
    int length = (int) Math.max(0, Math.min(lengthMax, id.sizeBytes() - offset));
    byte[] bytes = new byte[length];
    int done = 0;
    while (done < length) {
      long position = offset + done;
      long record = 2 + position / CHUNK_BYTES;
      ByteBuffer chunk = file.get(record);
      int within = (int) (position % CHUNK_BYTES);
      if (chunk == null || chunk.remaining() <= 1 + within || chunk.get() != CHUNK) {
        throw new SnapshotDamage(describe(id.last()), "record " + record + " is unreadable")
            .toRefusal();
      }
      chunk.position(1 + within);
      int part = Math.min(length - done, chunk.remaining());
      chunk.get(bytes, done, part);
      done += part;
    }
    return bytes;
  }

  private @Nullable StoreFile reader(SnapshotId id) {
    StoreFile file = openFile;
    if (file != null && id.equals(openId)) {
      return file;
    }
    closeReader();
    String name = FileNames.snapshot(id.last());
    try {
      file = StoreFile.open(disk, name, id.last().index());
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw StoreFile.ioFailure(disk.describe(name), "opening", e);
    }
    openFile = file;
    openId = id;
    return file;
  }

  void closeReader() {
    StoreFile file = openFile;
    if (file != null) {
      openFile = null;
      openId = null;
      file.close();
    }
  }

  private String describe(EntryId last) {
    return disk.describe(FileNames.snapshot(last));
  }

  /** Reads a whole file; {@link SnapshotDamage} if it is not what it should be. */
  private SnapshotDescriptor verify(EntryId last) {
    String description = describe(last);
    try (StoreFile file = openToVerify(last, description)) {
      SnapshotDescriptor.Draft draft = readHeader(file, last, description);
      long records = file.lastTrace();
      ByteBuffer manifest = readRecord(file, records, MANIFEST, description);
      EntryId manifestLast = LogCodec.readEntryId(manifest);
      long chunks = manifest.getLong();
      SnapshotDescriptor found = draft.complete(manifest.getLong(), manifest.getInt());
      CRC32C crc = new CRC32C();
      long bytes = 0;
      for (long record = 2; record < records; record++) {
        ByteBuffer chunk = readRecord(file, record, CHUNK, description);
        boolean full = chunk.remaining() == CHUNK_BYTES || record == records - 1;
        if (!full) {
          throw new SnapshotDamage(description, "record " + record + " is too short");
        }
        bytes += chunk.remaining();
        crc.update(chunk);
      }
      if (!manifestLast.equals(last)
          || chunks != records - 2
          || bytes != found.id().sizeBytes()
          || (int) crc.getValue() != found.id().crc32c()) {
        throw new SnapshotDamage(description, "the manifest does not fit the chunks");
      }
      return found;
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new SnapshotDamage(description, "a record cannot be decoded");
    }
  }

  private StoreFile openToVerify(EntryId last, String description) {
    StoreFile file;
    try {
      file = StoreFile.openIfReadable(disk, FileNames.snapshot(last), last.index());
    } catch (IOException e) {
      throw StoreFile.ioFailure(description, "opening", e);
    }
    if (file == null) {
      throw new SnapshotDamage(description, "its MapDB header is unreadable");
    }
    return file;
  }

  private SnapshotDescriptor.Draft readHeader(StoreFile file, EntryId last, String description) {
    ByteBuffer header = readRecord(file, 1, HEADER, description);
    try {
      LogRecovery.requireOwn(description, LogCodec.readIdentity(header), identity);
    } catch (LogCodec.UnknownFormatException e) {
      throw LogRecovery.unknownFormat(description, e);
    }
    EntryId headerLast = LogCodec.readEntryId(header);
    EntryId configurationEntry = LogCodec.readEntryId(header);
    byte[] configuration = LogCodec.readBytes(header, header.getInt());
    if (!headerLast.equals(last)) {
      throw new SnapshotDamage(description, "it covers " + headerLast + ", not what its name says");
    }
    return new SnapshotDescriptor.Draft(
        last, Configuration.decode(configuration), configurationEntry);
  }

  private static ByteBuffer readRecord(StoreFile file, long record, byte kind, String description) {
    ByteBuffer body = record < 1 ? null : file.get(record);
    if (body == null || !body.hasRemaining() || body.get() != kind) {
      throw new SnapshotDamage(description, "record " + record + " is unreadable");
    }
    return body;
  }

  /** A snapshot file that cannot be used. Another one may take its place. */
  private static final class SnapshotDamage extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String description;
    private final String what;

    SnapshotDamage(String description, String what) {
      super(description + ": " + what + "; the snapshot is not used");
      this.description = description;
      this.what = what;
    }

    StorageException toRefusal() {
      return StoreFile.damaged(description, what, this);
    }
  }
}
