package io.holdfast.server.storage;

import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.SnapshotId;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Writes one snapshot file, under a temporary name until it is whole and durable. */
public final class SnapshotFileWriter {
  /**
   * Bytes between two forces: small, so that the force of a commit to the log never waits for a
   * flood of snapshot bytes.
   */
  private static final int FORCED_EVERY_BYTES = 4 << 20;

  private static final int FLUSHED_EVERY_BYTES = 1 << 20;

  /** Unchanged slices of 64 KiB kept in memory while writing: 2 MiB. */
  private static final int KEPT_SLICES = 32;

  /** Header and manifest are records too. */
  private static final long CHUNKS_MAX = StorageLimits.SEGMENT_RECORDS_CEILING - 2;

  private final SnapshotStore snapshots;
  private final String temporary;
  private final String description;
  private final SnapshotDescriptor.Draft draft;
  private final StoreFile file;
  private final CRC32C crc = new CRC32C();
  private final byte[] chunk = new byte[SnapshotStore.CHUNK_BYTES];
  private int chunkBytes;
  private long chunks;
  private long sizeBytes;
  private int unflushedBytes;
  private int unforcedBytes;
  private boolean tooLarge;

  /**
   * What became of a snapshot: saved, or removed for a reason.
   *
   * @param saved null when rejected
   * @param rejection null when saved
   */
  public record Outcome(@Nullable SnapshotDescriptor saved, @Nullable String rejection) {}

  SnapshotFileWriter(
      SnapshotStore snapshots, DiskFiles disk, String temporary, SnapshotDescriptor.Draft draft) {
    this.snapshots = snapshots;
    this.temporary = temporary;
    String name = FileNames.snapshot(draft.last());
    this.description = disk.describe(name);
    this.draft = draft;
    this.file =
        StoreFile.create(
            disk, temporary, name, draft.last().index(), new StoreFile.Growth(0, KEPT_SLICES));
    file.put(snapshots.header(draft));
  }

  /** Takes the next bytes, cut anywhere. */
  public void write(byte[] bytes) {
    int done = 0;
    while (done < bytes.length && !tooLarge) {
      int part = Math.min(bytes.length - done, chunk.length - chunkBytes);
      System.arraycopy(bytes, done, chunk, chunkBytes, part);
      chunkBytes += part;
      done += part;
      if (chunkBytes == chunk.length) {
        putChunk();
      }
    }
  }

  private void putChunk() {
    if (chunks == CHUNKS_MAX) {
      tooLarge = true;
      return;
    }
    file.put(Frame.allocate(1 + chunkBytes).put(SnapshotStore.CHUNK).put(chunk, 0, chunkBytes));
    crc.update(chunk, 0, chunkBytes);
    chunks++;
    sizeBytes += chunkBytes;
    unflushedBytes += chunkBytes;
    chunkBytes = 0;
    Arrays.fill(chunk, (byte) 0);
    if (unflushedBytes >= FLUSHED_EVERY_BYTES) {
      unforcedBytes += unflushedBytes;
      unflushedBytes = 0;
      if (unforcedBytes >= FORCED_EVERY_BYTES) {
        file.commit();
        unforcedBytes = 0;
      } else {
        file.flush();
      }
    }
  }

  /** Makes the snapshot durable under its name, or removes it when it is not the expected one. */
  public Outcome finish(@Nullable SnapshotId expected) throws IOException {
    if (chunkBytes > 0) {
      putChunk();
    }
    if (tooLarge) {
      abort();
      return new Outcome(
          null,
          "the snapshot is larger than "
              + CHUNKS_MAX * SnapshotStore.CHUNK_BYTES
              + " bytes, the most a snapshot file holds");
    }
    SnapshotDescriptor snapshot = draft.complete(sizeBytes, (int) crc.getValue());
    if (expected != null && !expected.equals(snapshot.id())) {
      abort();
      return new Outcome(null, "expected " + expected + " but " + snapshot.id() + " was written");
    }
    file.put(SnapshotStore.manifest(snapshot.id(), chunks));
    file.commit();
    file.close();
    try {
      snapshots.publish(temporary, snapshot);
    } catch (IOException e) {
      throw StoreFile.ioFailure(description, "naming the new snapshot", e);
    }
    return new Outcome(snapshot, null);
  }

  /** Removes what was written. */
  public void abort() throws IOException {
    file.close();
    snapshots.discard(temporary);
  }
}
