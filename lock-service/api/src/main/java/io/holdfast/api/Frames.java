package io.holdfast.api;

import java.nio.ByteBuffer;

/**
 * Cuts a stream of bytes into frames: a four-byte big-endian length from 1 to {@link
 * Limits#FRAME_BYTES_MAX}, then that many bytes. One per connection; for one thread at a time.
 */
public final class Frames {
  /** Bytes of a frame's length. */
  public static final int HEADER_BYTES = 4;

  private static final int CAPACITY_FIRST = 4 << 10;

  /** A buffer that grew beyond this is given back when it is empty. */
  private static final int CAPACITY_KEPT_MAX = 64 << 10;

  private byte[] bytes = new byte[CAPACITY_FIRST];
  private int start;
  private int end;

  /** Nothing received yet. */
  public Frames() {}

  /** Receives the bodies of frames. */
  public interface Sink {
    /** A whole frame's body; the bytes are valid during the call only. */
    void frame(byte[] bytes, int offset, int length);
  }

  /**
   * Takes all remaining bytes and hands over every frame that is complete.
   *
   * @throws ProtocolException when a frame is empty or too long; the connection is of no more use
   */
  public void feed(ByteBuffer source, Sink sink) {
    int count = source.remaining();
    ensure(count);
    source.get(bytes, end, count);
    end += count;
    deliver(sink);
  }

  /** The same with bytes of an array. */
  public void feed(byte[] source, int offset, int length, Sink sink) {
    ensure(length);
    System.arraycopy(source, offset, bytes, end, length);
    end += length;
    deliver(sink);
  }

  private void deliver(Sink sink) {
    while (end - start >= HEADER_BYTES) {
      int length = lengthAt(start);
      if (length == 0) {
        throw new ProtocolException(
            Reply.Failed.of(ErrorCode.INVALID_REQUEST, "a frame is empty; send at least {}"));
      }
      if (length < 0 || length > Limits.FRAME_BYTES_MAX) {
        throw new ProtocolException(tooLong(length & 0xffff_ffffL));
      }
      if (end - start - HEADER_BYTES < length) {
        break;
      }
      int body = start + HEADER_BYTES;
      start = body + length;
      sink.frame(bytes, body, length);
    }
    if (start == end) {
      start = 0;
      end = 0;
      if (bytes.length > CAPACITY_KEPT_MAX) {
        bytes = new byte[CAPACITY_FIRST];
      }
    }
  }

  private int lengthAt(int at) {
    return (bytes[at] & 0xff) << 24
        | (bytes[at + 1] & 0xff) << 16
        | (bytes[at + 2] & 0xff) << 8
        | (bytes[at + 3] & 0xff);
  }

  static Reply.Failed tooLong(long length) {
    return Reply.Failed.of(
        ErrorCode.BODY_TOO_LARGE,
        "a frame has " + length + " bytes; at most " + Limits.FRAME_BYTES_MAX + " are allowed");
  }

  private void ensure(int more) {
    if (bytes.length - end >= more) {
      return;
    }
    int held = end - start;
    byte[] target =
        held + more > bytes.length ? new byte[Math.max(bytes.length * 2, held + more)] : bytes;
    System.arraycopy(bytes, start, target, 0, held);
    bytes = target;
    start = 0;
    end = held;
  }
}
