package io.holdfast.raft.message;

import java.util.Objects;

/**
 * The bytes of a message: a format version, a type code, the fields. Canonical: equal messages give
 * equal bytes, and bytes that decode encode to themselves again. Numbers are varints; nothing is
 * serialised by Java. Stateless; for any thread.
 *
 * <p>Every count and length has a bound, checked on both sides, so that a peer never sends what
 * another would refuse and no bytes make the decoder allocate more than a few times their length.
 */
public final class MessageCodec {
  public static final int FORMAT_VERSION = 1;

  /** Bytes of one encoded message. */
  public static final int MESSAGE_BYTES_MAX = 8 << 20;

  /** Entries of one {@link Message.AppendEntries}. */
  public static final int ENTRIES_MAX = 16_384;

  /** Bytes of one entry's payload. */
  public static final int ENTRY_PAYLOAD_BYTES_MAX = 4 << 20;

  /** Bytes of one chunk of a snapshot; larger ones would hold up heartbeats behind them. */
  public static final int SNAPSHOT_CHUNK_BYTES_MAX = 1 << 20;

  /** Bytes of the configuration that travels with a snapshot. */
  public static final int CONFIGURATION_BYTES_MAX = 256 << 10;

  /** Bytes of the payload of one {@link Message.ApplicationMessage}. */
  public static final int APPLICATION_BYTES_MAX = 4 << 20;

  private MessageCodec() {}

  /**
   * @throws CodecException if a field is negative or above its bound, or entries do not follow each
   *     other
   */
  public static byte[] encode(Message message) {
    byte[] bytes = new byte[encodedBytes(message)];
    write(message, new WireOutput.Writer(bytes, 0));
    return bytes;
  }

  /**
   * @param bytes holds the message and nothing else
   * @throws CodecException if the bytes are not the encoding of a message
   */
  public static Message decode(byte[] bytes) {
    return decode(bytes, 0, bytes.length);
  }

  /**
   * @throws CodecException if the {@code length} bytes from {@code offset} are not the encoding of
   *     a message
   * @throws IndexOutOfBoundsException if the array does not hold the range
   */
  public static Message decode(byte[] bytes, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length > MESSAGE_BYTES_MAX) {
      throw CodecException.tooLarge("message bytes", length, MESSAGE_BYTES_MAX);
    }
    WireInput in = new WireInput(bytes, offset, length);
    int version = in.int8("message version");
    if (version != FORMAT_VERSION) {
      throw new CodecException(
          CodecException.Reason.UNKNOWN_VERSION,
          "message version " + version + "; this program knows " + FORMAT_VERSION);
    }
    int code = in.int8("message type");
    MessageLayout<?> layout = MessageLayout.ofCode(code);
    if (layout == null) {
      throw in.malformed("message type", "unknown code " + code);
    }
    Message message = layout.read().apply(in);
    in.end(layout.type().getSimpleName());
    return message;
  }

  /** The exact size of the encoding. Throws as {@link #encode} does. */
  static int encodedBytes(Message message) {
    WireOutput.Measure measure = new WireOutput.Measure();
    write(message, measure);
    return measure.size("message bytes", MESSAGE_BYTES_MAX);
  }

  static void write(Message message, WireOutput out) {
    MessageLayout<Message> layout = MessageLayout.of(message);
    out.int8(FORMAT_VERSION);
    out.int8(layout.code());
    layout.fields().put(message, out);
  }
}
