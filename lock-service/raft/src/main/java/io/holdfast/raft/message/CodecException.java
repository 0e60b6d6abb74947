package io.holdfast.raft.message;

/**
 * Bytes that are not a message of this cluster, or a message that has no encoding. The text names
 * the field, the value and the bound. It carries no stack trace: bytes come from the network, and a
 * flood of bad ones must not cost a stack walk each.
 */
public final class CodecException extends RuntimeException {
  /** What was wrong, so that refusals can be counted and told apart. */
  public enum Reason {
    /** The bytes do not start as a frame does: another program talks to this port. */
    NOT_A_FRAME,
    /** A frame or a message of a format version this program does not know. */
    UNKNOWN_VERSION,
    /** The bytes were altered on the way. */
    BAD_CHECKSUM,
    /** An intact frame of another cluster. */
    FOREIGN_CLUSTER,
    /** An intact frame of this cluster that was meant for other peers. */
    WRONG_RECEIVER,
    /** The bytes break the format. */
    MALFORMED,
    /** A count or a length above its bound, on either side. */
    TOO_LARGE
  }

  private final Reason reason;

  CodecException(Reason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  static CodecException malformed(String message) {
    return new CodecException(Reason.MALFORMED, message);
  }

  static CodecException tooLarge(String field, long value, long limit) {
    return new CodecException(Reason.TOO_LARGE, field + ": " + value + " exceeds " + limit);
  }

  public Reason reason() {
    return reason;
  }
}
