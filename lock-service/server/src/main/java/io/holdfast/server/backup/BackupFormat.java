package io.holdfast.server.backup;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.EntryId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The bytes of a backup: a mark, the format's version, then frames. A frame is its type (1 byte),
 * the length of its payload (4), the payload, and the CRC32C of all that (4), numbers big-endian.
 * The first frame is the header, then come pieces of the state, which is the canonical snapshot of
 * the lock state machine, and the last frame says how long the state is and what its CRC32C is:
 * whatever is cut off, put together from two files or changed shows.
 */
public final class BackupFormat {
  /** The version written, and the only one read. */
  public static final int VERSION = 1;

  /** The longest piece of the state in one frame. */
  public static final int PIECE_BYTES_MAX = 1 << 20;

  static final int HEADER = 1;
  static final int PIECE = 2;
  static final int END = 3;

  private static final byte[] MARK = "HOLDFAST BACKUP\n".getBytes(StandardCharsets.US_ASCII);
  private static final int CHECKSUM_BYTES = 4;
  private static final int FRAME_HEAD_BYTES = 5;

  private BackupFormat() {}

  /** Writes one backup, piece by piece; each method gives the bytes that come next. */
  public static final class Writer {
    private final CRC32C stateCrc = new CRC32C();
    private long stateBytes;

    /** The beginning. */
    public byte[] begin(BackupHeader header) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      bytes.writeBytes(MARK);
      bytes.writeBytes(ByteBuffer.allocate(4).putInt(VERSION).array());
      bytes.writeBytes(frame(HEADER, encode(header)));
      return bytes.toByteArray();
    }

    /**
     * The next piece of the state.
     *
     * @param piece 1 to {@link #PIECE_BYTES_MAX} bytes
     */
    public byte[] piece(byte[] piece) {
      stateCrc.update(piece);
      stateBytes += piece.length;
      return frame(PIECE, piece);
    }

    /** The end. */
    public byte[] end() {
      return frame(
          END,
          ByteBuffer.allocate(12).putLong(stateBytes).putInt((int) stateCrc.getValue()).array());
    }
  }

  static byte[] mark() {
    return MARK.clone();
  }

  /** The longest payload that a frame of this type may have. */
  static int payloadBytesMax(int type) {
    return switch (type) {
      case HEADER, PIECE -> PIECE_BYTES_MAX;
      case END -> 12;
      default -> 0;
    };
  }

  private static byte[] frame(int type, byte[] payload) {
    if (payload.length > payloadBytesMax(type)) {
      throw new IllegalArgumentException(
          "a frame of type " + type + " cannot hold " + payload.length + " bytes");
    }
    ByteBuffer frame =
        ByteBuffer.allocate(FRAME_HEAD_BYTES + payload.length + CHECKSUM_BYTES)
            .put((byte) type)
            .putInt(payload.length)
            .put(payload);
    return frame.putInt(checksum(type, payload)).array();
  }

  static int checksum(int type, byte[] payload) {
    CRC32C crc = new CRC32C();
    crc.update(
        ByteBuffer.allocate(FRAME_HEAD_BYTES).put((byte) type).putInt(payload.length).flip());
    crc.update(payload);
    return (int) crc.getValue();
  }

  private static byte[] encode(BackupHeader header) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeUTF(header.clusterId());
      out.writeLong(header.last().term());
      out.writeLong(header.last().index());
      byte[] configuration = header.configuration().encode();
      out.writeInt(configuration.length);
      out.write(configuration);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * @throws IllegalArgumentException if the bytes are not an encoded header
   */
  static BackupHeader decodeHeader(byte[] payload) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload))) {
      String clusterId = in.readUTF();
      EntryId last = new EntryId(in.readLong(), in.readLong());
      byte[] configuration = new byte[Math.min(Math.max(0, in.readInt()), payload.length)];
      in.readFully(configuration);
      if (in.read() != -1) {
        throw new IllegalArgumentException("bytes follow the end of the header");
      }
      return new BackupHeader(clusterId, last, Configuration.decode(configuration));
    } catch (IOException e) {
      throw new IllegalArgumentException("the header is cut off", e);
    }
  }
}
