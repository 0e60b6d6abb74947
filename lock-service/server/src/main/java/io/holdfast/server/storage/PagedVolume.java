package io.holdfast.server.storage;

import io.holdfast.server.storage.DiskFiles.DiskFile;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mapdb.DataInput2;
import org.mapdb.volume.Volume;

/**
 * What MapDB writes to: slices of heap memory over one file. Nothing reaches the file before {@link
 * #flush()}, which writes the changed 4 KiB pages in ascending order; {@link #sync()} then forces
 * the file once. Slices are read from the file when first touched.
 *
 * <p>MapDB asks for what stored pointers tell it to read, so each {@link #allowReads(long) read} is
 * bounded: a damaged chain of links ends in an exception instead of running for ever.
 */
final class PagedVolume extends Volume {
  static final int PAGE_BYTES = 4096;
  static final int SLICE_BYTES = 64 * 1024;
  private static final int ZERO_BYTES = 256 * 1024;
  private static final byte[] ZEROS = new byte[ZERO_BYTES];
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private final DiskFile file;
  private final int preallocateBytes;
  private final int keptSlices;
  private final List<byte @Nullable []> slices = new ArrayList<>();
  private final BitSet dirtyPages = new BitSet();
  private int loadedSlices;
  private long capacityBytes;

  /** Bytes the file is known to have; above it the file holds nothing. */
  private long fileBytes;

  private long readsAllowed = Long.MAX_VALUE;
  private boolean syncing;

  /**
   * @param preallocateBytes the file grows by this many zeros at a time; 0 for growth by what is
   *     written
   * @param keptSlices unchanged slices beyond this number are dropped at a flush
   */
  PagedVolume(DiskFile file, int preallocateBytes, int keptSlices) throws IOException {
    this.file = file;
    this.preallocateBytes = preallocateBytes;
    this.keptSlices = keptSlices;
    this.fileBytes = file.size();
    this.capacityBytes = roundUp(fileBytes, SLICE_BYTES);
  }

  /** From now on {@link #sync()} writes and forces; before, it does nothing. */
  void startSyncing() {
    syncing = true;
  }

  void allowReads(long bytes) {
    readsAllowed = bytes;
  }

  @Override
  public void ensureAvailable(long end) {
    if (end <= capacityBytes) {
      return;
    }
    capacityBytes = roundUp(end, SLICE_BYTES);
    if (preallocateBytes > 0 && capacityBytes > fileBytes) {
      long target = roundUp(capacityBytes, preallocateBytes);
      for (long at = fileBytes; at < target; at += ZERO_BYTES) {
        write(at, ZEROS, 0, (int) Math.min(ZERO_BYTES, target - at));
      }
    }
  }

  /** Writes the changed pages. */
  void flush() {
    for (int first = dirtyPages.nextSetBit(0); first >= 0; ) {
      int pagesPerSlice = SLICE_BYTES / PAGE_BYTES;
      int endOfSlice = (first / pagesPerSlice + 1) * pagesPerSlice;
      int end = Math.min(dirtyPages.nextClearBit(first), endOfSlice);
      long offset = (long) first * PAGE_BYTES;
      write(offset, slice(offset), (int) (offset % SLICE_BYTES), (end - first) * PAGE_BYTES);
      first = dirtyPages.nextSetBit(end);
    }
    dirtyPages.clear();
    if (loadedSlices > keptSlices) {
      dropSlices();
    }
  }

  @Override
  public void sync() {
    if (!syncing) {
      return;
    }
    flush();
    try {
      file.force();
    } catch (IOException e) {
      throw new UncheckedIOException("force failed", e);
    }
  }

  private void write(long offset, byte[] bytes, int from, int length) {
    try {
      file.write(offset, bytes, from, length);
      fileBytes = Math.max(fileBytes, offset + length);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "write of " + length + " bytes at offset " + offset + " failed", e);
    }
  }

  private void dropSlices() {
    slices.replaceAll(slice -> null);
    loadedSlices = 0;
  }

  private byte[] slice(long offset) {
    if (offset < 0 || offset >= capacityBytes) {
      throw new IndexOutOfBoundsException("offset " + offset + " of " + capacityBytes);
    }
    int number = (int) (offset / SLICE_BYTES);
    while (slices.size() <= number) {
      slices.add(null);
    }
    byte[] slice = slices.get(number);
    return slice != null ? slice : load(number);
  }

  private byte[] load(int number) {
    if (loadedSlices > keptSlices && dirtyPages.isEmpty()) {
      dropSlices();
    }
    byte[] slice = new byte[SLICE_BYTES];
    long offset = (long) number * SLICE_BYTES;
    if (offset < fileBytes) {
      try {
        file.read(offset, slice, 0, SLICE_BYTES);
      } catch (IOException e) {
        throw new UncheckedIOException("read at offset " + offset + " failed", e);
      }
    }
    slices.set(number, slice);
    loadedSlices++;
    return slice;
  }

  private byte[] sliceToChange(long offset, int length) {
    byte[] slice = slice(offset);
    dirtyPages.set((int) (offset / PAGE_BYTES), (int) ((offset + length - 1) / PAGE_BYTES) + 1);
    return slice;
  }

  private void spend(long bytes) {
    readsAllowed -= Math.max(bytes, Long.BYTES);
    if (readsAllowed < 0) {
      throw new IndexOutOfBoundsException("a record reaches further than its file");
    }
  }

  @Override
  public void putLong(long offset, long value) {
    LONGS.set(sliceToChange(offset, Long.BYTES), (int) (offset % SLICE_BYTES), value);
  }

  @Override
  public void putInt(long offset, int value) {
    INTS.set(sliceToChange(offset, Integer.BYTES), (int) (offset % SLICE_BYTES), value);
  }

  @Override
  public void putByte(long offset, byte value) {
    sliceToChange(offset, 1)[(int) (offset % SLICE_BYTES)] = value;
  }

  @Override
  public void putData(long offset, byte[] source, int from, int size) {
    int done = 0;
    while (done < size) {
      int at = (int) ((offset + done) % SLICE_BYTES);
      int length = Math.min(size - done, SLICE_BYTES - at);
      System.arraycopy(source, from + done, sliceToChange(offset + done, length), at, length);
      done += length;
    }
  }

  @Override
  public void putData(long offset, ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    putData(offset, bytes, 0, bytes.length);
  }

  @Override
  public void clear(long start, long end) {
    for (long at = start; at < end; ) {
      int within = (int) (at % SLICE_BYTES);
      int length = (int) Math.min(end - at, SLICE_BYTES - within);
      Arrays.fill(sliceToChange(at, length), within, within + length, (byte) 0);
      at += length;
    }
  }

  @Override
  public long getLong(long offset) {
    spend(Long.BYTES);
    return (long) LONGS.get(slice(offset), (int) (offset % SLICE_BYTES));
  }

  @Override
  public int getInt(long offset) {
    spend(Integer.BYTES);
    return (int) INTS.get(slice(offset), (int) (offset % SLICE_BYTES));
  }

  @Override
  public byte getByte(long offset) {
    spend(1);
    return slice(offset)[(int) (offset % SLICE_BYTES)];
  }

  @Override
  public void getData(long offset, byte[] into, int from, int size) {
    spend(size);
    int done = 0;
    while (done < size) {
      int at = (int) ((offset + done) % SLICE_BYTES);
      int length = Math.min(size - done, SLICE_BYTES - at);
      System.arraycopy(slice(offset + done), at, into, from + done, length);
      done += length;
    }
  }

  /** The last byte of a range that is not zero, or -1. */
  long lastNonZero(long from, long to) {
    long end = to;
    while (end > from) {
      long start = Math.max(from, (end - 1) / SLICE_BYTES * SLICE_BYTES);
      byte[] slice = slice(start);
      int within = (int) (start % SLICE_BYTES);
      int length = (int) (end - start);
      if (Arrays.mismatch(slice, within, within + length, ZEROS, 0, length) >= 0) {
        int last = within + length - 1;
        while (slice[last] == 0) {
          last--;
        }
        return start + last - within;
      }
      end = start;
    }
    return -1;
  }

  @Override
  public DataInput2 getDataInput(long offset, int size) {
    byte[] bytes = new byte[size];
    getData(offset, bytes, 0, size);
    return new DataInput2.ByteArray(bytes);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      slices.clear();
      try {
        file.close();
      } catch (IOException e) {
        throw new UncheckedIOException("close failed", e);
      }
    }
  }

  @Override
  public long length() {
    return capacityBytes;
  }

  @Override
  public void truncate(long size) {
    throw new UnsupportedOperationException("files are only ever appended to");
  }

  @Override
  public int sliceSize() {
    return -1;
  }

  @Override
  public boolean isSliced() {
    return false;
  }

  @Override
  public boolean isReadOnly() {
    return false;
  }

  /** There is none to hand out: the file belongs to this volume. */
  @Override
  public @Nullable File getFile() {
    return null;
  }

  @Override
  public boolean getFileLocked() {
    return false;
  }

  private static long roundUp(long value, long multiple) {
    return (value + multiple - 1) / multiple * multiple;
  }
}
