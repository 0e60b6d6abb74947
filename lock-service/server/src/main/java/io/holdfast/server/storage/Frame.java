package io.holdfast.server.storage;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The envelope of every MapDB record: {@code crc32c | file number | record | watermark | body
 * length | body | padding}. MapDB itself does not checksum data.
 *
 * <p>All bytes after the checksum are mixed with a sequence that depends on the place. The file is
 * filled with zeros before, so a sector (512 bytes) of a record that reads as zeros was never
 * written. A record that fails its checksum although none of its sectors is zero was therefore
 * written whole and damaged later: that tells rotten bits from a write that power loss tore.
 */
final class Frame {
  static final int HEADER_BYTES = 4 + 8 + 8 + 8 + 4;

  /** MapDB allocates in units of 16 bytes; whole units leave no short tail. */
  private static final int UNIT_BYTES = 16;

  private Frame() {}

  static int sizeOf(int bodyBytes) {
    return (HEADER_BYTES + bodyBytes + UNIT_BYTES - 1) / UNIT_BYTES * UNIT_BYTES;
  }

  /** A buffer positioned at the body; fill it and {@link #seal} it. */
  static ByteBuffer allocate(int bodyBytes) {
    return ByteBuffer.allocate(sizeOf(bodyBytes)).position(HEADER_BYTES);
  }

  /**
   * @param watermark every record of the file up to this one was durable when this was written
   */
  static byte[] seal(ByteBuffer frame, long fileNumber, long record, long watermark) {
    if (frame.arrayOffset() != 0) {
      throw new IllegalArgumentException("not a buffer of allocate()");
    }
    int bodyBytes = frame.position() - HEADER_BYTES;
    frame.putLong(4, fileNumber).putLong(12, record).putLong(20, watermark).putInt(28, bodyBytes);
    byte[] bytes = frame.array();
    mix(bytes, fileNumber, record);
    frame.putInt(0, checksum(bytes));
    return bytes;
  }

  /** The body, or null if these are not the bytes that were sealed for this place. */
  static @Nullable ByteBuffer open(byte[] stored, long fileNumber, long record) {
    if (stored.length < HEADER_BYTES || stored.length % UNIT_BYTES != 0) {
      return null;
    }
    byte[] bytes = stored.clone();
    ByteBuffer frame = ByteBuffer.wrap(bytes);
    if (frame.getInt(0) != checksum(bytes)) {
      return null;
    }
    mix(bytes, fileNumber, record);
    int bodyBytes = frame.getInt(28);
    if (frame.getLong(4) != fileNumber
        || frame.getLong(12) != record
        || frame.getLong(20) != record - 1
        || bodyBytes < 0
        || sizeOf(bodyBytes) != stored.length) {
      return null;
    }
    return frame.position(HEADER_BYTES).limit(HEADER_BYTES + bodyBytes).slice();
  }

  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 4, bytes.length - 4);
    return (int) crc.getValue();
  }

  /** Its own inverse. The sequence is SplitMix64's (Steele, Lea, Flood 2014). */
  private static void mix(byte[] bytes, long fileNumber, long record) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    long state = fileNumber * 0x9E37_79B9_7F4A_7C15L ^ record;
    state = scramble(state);
    buffer.putInt(4, buffer.getInt(4) ^ (int) state);
    for (int at = 8; at < bytes.length; at += Long.BYTES) {
      state += 0x9E37_79B9_7F4A_7C15L;
      buffer.putLong(at, buffer.getLong(at) ^ scramble(state));
    }
  }

  private static long scramble(long seed) {
    long mixed = (seed ^ (seed >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D0_49BB_1331_11EBL;
    return mixed ^ (mixed >>> 31);
  }
}
