package io.holdfast.raft.message;

import io.holdfast.raft.PeerId;
import io.holdfast.raft.message.CodecException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * What a peer puts around a message before it goes on the wire, so that the receiver knows who
 * speaks and that it is spoken to. One frame serves every receiver of a message. Big-endian:
 *
 * <pre>
 * magic           4  "HFRF"
 * frame version   1
 * length          4  of the whole frame; it and what is before it stay put in all versions
 * checksum        4  CRC32C of all bytes that follow
 * cluster         8  fingerprint of the cluster id
 * sender          2
 * sender epoch    8  a number the sender's process chose when it started
 * receiver count  1
 * receivers       2 each
 * message            as {@link MessageCodec} writes it
 * </pre>
 *
 * <p>Frames follow each other in one packet without anything between them; {@link #frameBytes}
 * finds where each ends.
 *
 * <p>The receivers are named because addresses are reused: when peers get new network addresses, a
 * frame for one may reach another, and some messages, such as a heartbeat's commit index, hold only
 * for the peer they were meant for.
 *
 * <p>Immutable; for any thread.
 */
public final class FrameCodec {
  public static final int FRAME_VERSION = 1;

  /** Receivers of one frame. */
  public static final int RECEIVERS_MAX = 255;

  private static final int MAGIC = 0x48465246;
  private static final int LENGTH_AT = 5;
  private static final int CHECKSUM_AT = 9;
  private static final int CLUSTER_AT = 13;
  private static final int RECEIVER_COUNT_AT = 31;
  private static final int RECEIVERS_AT = 32;

  /** Bytes of the largest frame. */
  public static final int FRAME_BYTES_MAX =
      RECEIVERS_AT + RECEIVERS_MAX * Short.BYTES + MessageCodec.MESSAGE_BYTES_MAX;

  private final String clusterId;
  private final long cluster;
  private final PeerId self;
  private final long epoch;

  /**
   * A decoded frame.
   *
   * @param senderEpoch differs between two starts of the sender's process
   */
  public record Frame(PeerId sender, long senderEpoch, Message message) {}

  /**
   * @param clusterId equal on all peers of a cluster and on no other
   * @param epoch differs at every start of this process
   */
  public FrameCodec(String clusterId, PeerId self, long epoch) {
    this.clusterId = clusterId;
    this.cluster = fingerprint(clusterId);
    this.self = self;
    this.epoch = epoch;
  }

  /**
   * @param receivers 1 to {@value #RECEIVERS_MAX}
   * @throws CodecException if the message has no encoding, or there are too many receivers
   */
  public byte[] encode(List<PeerId> receivers, Message message) {
    if (receivers.isEmpty()) {
      throw CodecException.malformed("receivers: a frame needs at least one");
    }
    if (receivers.size() > RECEIVERS_MAX) {
      throw CodecException.tooLarge("receivers", receivers.size(), RECEIVERS_MAX);
    }
    int headerBytes = RECEIVERS_AT + Short.BYTES * receivers.size();
    byte[] frame = new byte[headerBytes + MessageCodec.encodedBytes(message)];
    ByteBuffer header = ByteBuffer.wrap(frame);
    header.putInt(MAGIC).put((byte) FRAME_VERSION).putInt(frame.length).putInt(0).putLong(cluster);
    header.putShort((short) self.value()).putLong(epoch).put((byte) receivers.size());
    for (PeerId receiver : receivers) {
      header.putShort((short) receiver.value());
    }
    MessageCodec.write(message, new WireOutput.Writer(frame, headerBytes));
    header.putInt(CHECKSUM_AT, checksum(frame, 0, frame.length));
    return frame;
  }

  /**
   * @throws CodecException if the bytes are not an intact frame of this cluster for this peer; its
   *     reason says which
   * @throws IndexOutOfBoundsException if the array does not hold the range
   */
  public Frame decode(byte[] bytes, int offset, int length) {
    int frameBytes = frameBytes(bytes, offset, length);
    if (frameBytes != length) {
      throw CodecException.malformed(
          "frame length: " + frameBytes + " in a frame of " + length + " bytes");
    }
    ByteBuffer header = ByteBuffer.wrap(bytes, offset, length).slice();
    checkIntact(header, bytes, offset, length);
    long senderCluster = header.getLong(CLUSTER_AT);
    if (senderCluster != cluster) {
      throw new CodecException(
          Reason.FOREIGN_CLUSTER,
          String.format(
              Locale.ROOT,
              "cluster fingerprint %016x; this peer belongs to cluster '%s', %016x",
              senderCluster,
              clusterId,
              cluster));
    }
    header.position(CLUSTER_AT + Long.BYTES);
    PeerId sender = peer("sender", header.getShort());
    long senderEpoch = header.getLong();
    int messageAt = checkAddressed(header, sender);
    return new Frame(
        sender, senderEpoch, MessageCodec.decode(bytes, offset + messageAt, length - messageAt));
  }

  /**
   * The length of the frame that starts at {@code offset}, of whatever version.
   *
   * @param available bytes from {@code offset} on
   * @throws CodecException if no frame starts there, or fewer bytes are available than it has
   * @throws IndexOutOfBoundsException if the array does not hold the range
   */
  public static int frameBytes(byte[] bytes, int offset, int available) {
    Objects.checkFromIndexSize(offset, available, bytes.length);
    ByteBuffer header = ByteBuffer.wrap(bytes, offset, available).slice();
    if (available < Integer.BYTES || header.getInt(0) != MAGIC) {
      throw new CodecException(
          Reason.NOT_A_FRAME, available + " bytes that do not start as a frame");
    }
    if (available < RECEIVERS_AT) {
      throw CodecException.malformed(
          "frame: " + available + " bytes, and its header alone takes " + RECEIVERS_AT);
    }
    int length = header.getInt(LENGTH_AT);
    if (length > FRAME_BYTES_MAX) {
      throw CodecException.tooLarge("frame length", length, FRAME_BYTES_MAX);
    }
    if (length < RECEIVERS_AT || length > available) {
      throw CodecException.malformed(
          "frame length: " + length + ", with " + available + " bytes at hand");
    }
    return length;
  }

  private static void checkIntact(ByteBuffer header, byte[] bytes, int offset, int length) {
    int version = header.get(Integer.BYTES) & 0xFF;
    if (version != FRAME_VERSION) {
      throw new CodecException(
          Reason.UNKNOWN_VERSION,
          "frame version " + version + "; this program knows " + FRAME_VERSION);
    }
    int expected = header.getInt(CHECKSUM_AT);
    int actual = checksum(bytes, offset, length);
    if (expected != actual) {
      throw new CodecException(
          Reason.BAD_CHECKSUM,
          String.format(
              Locale.ROOT, "frame of %d bytes: CRC32C %08x, not %08x", length, actual, expected));
    }
  }

  /** Returns where the message starts. */
  private int checkAddressed(ByteBuffer header, PeerId sender) {
    int count = header.get(RECEIVER_COUNT_AT) & 0xFF;
    int messageAt = RECEIVERS_AT + Short.BYTES * count;
    if (messageAt > header.limit()) {
      throw CodecException.malformed(
          "receivers: " + count + " announced in a frame of " + header.limit() + " bytes");
    }
    for (int at = RECEIVERS_AT; at < messageAt; at += Short.BYTES) {
      if ((header.getShort(at) & 0xFFFF) == self.value()) {
        return messageAt;
      }
    }
    throw new CodecException(
        Reason.WRONG_RECEIVER, "frame of " + sender + " that was not meant for " + self);
  }

  private static PeerId peer(String field, short value) {
    if (value == 0) {
      throw CodecException.malformed(field + ": 0 is no peer id");
    }
    return new PeerId(value & 0xFFFF);
  }

  private static int checksum(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset + CLUSTER_AT, length - CLUSTER_AT);
    return (int) crc.getValue();
  }

  private static long fingerprint(String clusterId) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(clusterId.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
