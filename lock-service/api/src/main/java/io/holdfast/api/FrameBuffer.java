package io.holdfast.api;

import java.io.OutputStream;
import java.util.Arrays;

/**
 * Bytes of frames that wait to leave: a four-byte big-endian length, then that many bytes. Grows as
 * needed. For one thread at a time.
 */
public final class FrameBuffer extends OutputStream {
  private static final int CAPACITY_FIRST = 512;

  /** A buffer that grew beyond this is given back when it is emptied. */
  private static final int CAPACITY_KEPT_MAX = 256 << 10;

  private byte[] bytes = new byte[CAPACITY_FIRST];
  private int size;

  /** An empty buffer. */
  public FrameBuffer() {}

  @Override
  public void write(int b) {
    ensure(1);
    bytes[size++] = (byte) b;
  }

  @Override
  public void write(byte[] source, int offset, int length) {
    ensure(length);
    System.arraycopy(source, offset, bytes, size, length);
    size += length;
  }

  /** Leaves room for a length; returns where. */
  int beginFrame() {
    ensure(Frames.HEADER_BYTES);
    int start = size;
    size += Frames.HEADER_BYTES;
    return start;
  }

  /** Writes the length of what followed {@link #beginFrame}. */
  void endFrame(int start) {
    int length = size - start - Frames.HEADER_BYTES;
    if (length > Limits.FRAME_BYTES_MAX) {
      size = start;
      throw new ProtocolException(Frames.tooLong(length));
    }
    bytes[start] = (byte) (length >>> 24);
    bytes[start + 1] = (byte) (length >>> 16);
    bytes[start + 2] = (byte) (length >>> 8);
    bytes[start + 3] = (byte) length;
  }

  /** The array that holds the bytes, from 0 to {@link #size()}; valid until the next change. */
  public byte[] array() {
    return bytes;
  }

  /** Number of bytes. */
  public int size() {
    return size;
  }

  /** A copy of the bytes. */
  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  /** Forgets the bytes. */
  public void clear() {
    size = 0;
    if (bytes.length > CAPACITY_KEPT_MAX) {
      bytes = new byte[CAPACITY_FIRST];
    }
  }

  private void ensure(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }
}
