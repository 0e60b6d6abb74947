package io.holdfast.server.storage;

import io.holdfast.raft.spi.StorageException;
import io.holdfast.server.storage.DiskFiles.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.mapdb.Serializer;
import org.mapdb.StoreDirect;
import org.mapdb.volume.VolumeFactory;

/**
 * One MapDB file used append-only: records get the ids 1, 2, 3 ... and are never changed. MapDB
 * then writes only to space it never used before, so that a crash can harm nothing but the record
 * being written (StoreDirectAbstract.allocateRecid and allocateData of MapDB 3.1.0).
 *
 * <p>Owned by one thread.
 */
final class StoreFile implements Closeable {
  /** Unchanged slices of 64 KiB a reader keeps: 4 MiB. */
  private static final int KEPT_SLICES_OF_READER = 64;

  /** Where MapDB keeps the slot of record 1: StoreDirectJava.HEAD_END + 16. */
  private static final long FIRST_SLOT = 8L * (1 + 0xFFF0 / 16) + 64 + 32 + 16;

  private static final long SLOTS_END = 1 << 20;
  private static final long SLOT_LINKED = 0x8;
  private static final long SLOT_OFFSET = 0x0000_FFFF_FFFF_FFF0L;
  private static final int SLOT_SIZE_SHIFT = 48;
  private static final int SECTOR_BYTES = 512;
  private static final int MAPDB_PAGE_BYTES = 1 << 20;

  private final String description;
  private final long number;
  private final PagedVolume volume;
  private final StoreDirect store;
  private long records;

  /**
   * How a new file grows.
   *
   * @param preallocateBytes by how many zeros at a time; 0 for growth by what is written
   * @param keptSlices unchanged slices of 64 KiB beyond this number are dropped from memory
   */
  record Growth(int preallocateBytes, int keptSlices) {}

  private StoreFile(
      String description, long number, PagedVolume volume, boolean exists, long records) {
    this.description = description;
    this.number = number;
    this.volume = volume;
    this.records = records;
    this.store =
        new StoreDirect(
            null,
            VolumeFactory.wrap(volume, exists),
            false,
            0,
            false,
            0,
            MAPDB_PAGE_BYTES,
            0,
            false,
            false,
            false,
            false,
            true,
            false);
  }

  /**
   * @param temporary what the file is called until it is renamed
   * @param name what it will be called; messages use this name
   * @param number identifies the file inside its records, so that no record passes for one of
   *     another file
   * @param growth how the file grows
   */
  static StoreFile create(
      DiskFiles disk, String temporary, String name, long number, Growth growth) {
    String description = disk.describe(name);
    return guarded(
        description,
        "creation",
        () -> {
          PagedVolume volume =
              new PagedVolume(
                  disk.create(temporary), growth.preallocateBytes(), growth.keptSlices());
          StoreFile file = new StoreFile(description, number, volume, false, 0);
          volume.startSyncing();
          return file;
        });
  }

  /** Opens a file for {@link #get}. Nothing is ever written to it. */
  static StoreFile open(DiskFiles disk, String name, long number) throws IOException {
    StoreFile file = openIfReadable(disk, name, number);
    if (file == null) {
      throw damaged(disk.describe(name), "its MapDB header is unreadable", null);
    }
    return file;
  }

  /** Like {@link #open}, but null if this is no MapDB file. */
  static @Nullable StoreFile openIfReadable(DiskFiles disk, String name, long number)
      throws IOException {
    DiskFile file = disk.open(name);
    try {
      PagedVolume volume = new PagedVolume(file, 0, KEPT_SLICES_OF_READER);
      return new StoreFile(disk.describe(name), number, volume, true, 0);
    } catch (UncheckedIOException e) {
      file.close();
      throw ioFailure(disk.describe(name), "opening", e);
    } catch (RuntimeException | AssertionError e) {
      file.close();
      return null;
    }
  }

  /** Appends a record; {@link #commit} makes it durable. */
  void put(ByteBuffer frame) {
    long record = records + 1;
    byte[] bytes = Frame.seal(frame, number, record, records);
    long stored =
        guarded(
            description, "record " + record, () -> store.put(bytes, Serializer.BYTE_ARRAY_NOSIZE));
    if (stored != record) {
      throw new StorageException(
          description
              + ": MapDB gave record id "
              + stored
              + " where "
              + record
              + " was due. Stop this peer and report it; its data is left as it is");
    }
    records = record;
  }

  /** Writes what was put, and forces the file once. */
  void commit() {
    guarded(
        description,
        "commit of record " + records,
        () -> {
          store.commit();
          return records;
        });
  }

  /** Writes what was put, without forcing it. */
  void flush() {
    guarded(
        description,
        "write up to record " + records,
        () -> {
          volume.flush();
          return records;
        });
  }

  long records() {
    return records;
  }

  /** The body of a record, or null if the record is missing or damaged. */
  @Nullable ByteBuffer get(long record) {
    byte @Nullable [] stored;
    try {
      volume.allowReads(volume.length() + SLOTS_END);
      stored = store.get(record, Serializer.BYTE_ARRAY_NOSIZE);
    } catch (UncheckedIOException e) {
      throw ioFailure(description, "reading record " + record, e);
    } catch (RuntimeException | AssertionError e) {
      // MapDB's ways to say that a pointer leads nowhere are many, and assertions are one of them.
      return null;
    } finally {
      volume.allowReads(Long.MAX_VALUE);
    }
    return stored == null ? null : Frame.open(stored, number, record);
  }

  /** The highest record id of which any trace is stored; 0 if there is none. */
  long lastTrace() {
    return guarded(
        description,
        "reading the record index",
        () -> {
          long lastByte = volume.lastNonZero(FIRST_SLOT, Math.min(SLOTS_END, volume.length()));
          return lastByte < 0 ? 0 : (lastByte - FIRST_SLOT) / Long.BYTES + 1;
        });
  }

  /**
   * Whether an unreadable record is one that a crash kept from being written wholly: its slot or
   * one of its sectors still holds the zeros the file was filled with.
   */
  boolean isTorn(long record) {
    long slot = FIRST_SLOT + (record - 1) * Long.BYTES;
    long pointer = slot + Long.BYTES > volume.length() ? 0 : readLong(slot);
    if (pointer == 0) {
      return true;
    }
    if (Long.bitCount(pointer) % 2 == 0) {
      return false;
    }
    try {
      volume.allowReads(2 * volume.length());
      while (true) {
        long offset = pointer & SLOT_OFFSET;
        if (hasZeroSector(offset, (int) (pointer >>> SLOT_SIZE_SHIFT))) {
          return true;
        }
        if ((pointer & SLOT_LINKED) == 0) {
          return false;
        }
        pointer = volume.getLong(offset);
      }
    } catch (IndexOutOfBoundsException e) {
      return false;
    } finally {
      volume.allowReads(Long.MAX_VALUE);
    }
  }

  private boolean hasZeroSector(long offset, int size) {
    byte[] bytes = new byte[size];
    volume.getData(offset, bytes, 0, size);
    int from = 0;
    while (from < size) {
      int end = (int) Math.min(size, from + SECTOR_BYTES - (offset + from) % SECTOR_BYTES);
      boolean zero = true;
      for (int i = from; i < end && zero; i++) {
        zero = bytes[i] == 0;
      }
      if (zero) {
        return true;
      }
      from = end;
    }
    return false;
  }

  private long readLong(long offset) {
    return guarded(description, "reading offset " + offset, () -> volume.getLong(offset));
  }

  /** Closes the file. What was not committed is lost. */
  @Override
  public void close() {
    guarded(
        description,
        "close",
        () -> {
          store.close();
          return records;
        });
  }

  static StorageException damaged(String description, String what, @Nullable Throwable cause) {
    String message =
        description
            + ": "
            + what
            + ". Stored data is damaged and was left as it is; this peer must not take part."
            + " Next step: check the disk, then either restore a copy of the data directory taken"
            + " while this peer was stopped and nothing was written since, or remove this peer"
            + " from the cluster and add it again under a new peer id with an empty directory";
    return cause == null ? new StorageException(message) : new StorageException(message, cause);
  }

  static StorageException ioFailure(String description, String what, Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return new StorageException(
        description
            + ": "
            + what
            + " failed: "
            + root
            + ". Nothing more is written. Next step: see that the disk has space and is healthy,"
            + " then restart this peer",
        cause);
  }

  private static <T> T guarded(String description, String what, DiskAction<T> action) {
    try {
      return action.run();
    } catch (StorageException e) {
      throw e;
    } catch (IOException | RuntimeException | AssertionError e) {
      throw ioFailure(description, what, e);
    }
  }

  private interface DiskAction<T> {
    T run() throws IOException;
  }
}
