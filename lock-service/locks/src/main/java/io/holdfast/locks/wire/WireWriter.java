package io.holdfast.locks.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Appends fields to a growing array. Numbers are unsigned LEB128 in their shortest form, so that
 * every value has exactly one encoding.
 */
public final class WireWriter {
  private byte[] bytes;
  private int size;

  public WireWriter(int bytesExpected) {
    bytes = new byte[Math.max(16, bytesExpected)];
  }

  public WireWriter u8(int value) {
    ensure(1);
    bytes[size++] = (byte) value;
    return this;
  }

  /** A number from 0 to {@link Long#MAX_VALUE}. */
  public WireWriter number(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("negative number on the wire: " + value);
    }
    ensure(9);
    long rest = value;
    while (rest >= 0x80) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
    return this;
  }

  public WireWriter flag(boolean value) {
    return u8(value ? 1 : 0);
  }

  public WireWriter text(String value) {
    byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
    return bytes(encoded);
  }

  public WireWriter bytes(byte[] value) {
    number(value.length);
    return raw(value, 0, value.length);
  }

  /** Bytes without a length before them. */
  public WireWriter raw(byte[] source, int from, int length) {
    ensure(length);
    System.arraycopy(source, from, bytes, size, length);
    size += length;
    return this;
  }

  /** Four bytes, most significant first. */
  public WireWriter int32(int value) {
    ensure(4);
    for (int shift = 24; shift >= 0; shift -= 8) {
      bytes[size++] = (byte) (value >>> shift);
    }
    return this;
  }

  public int size() {
    return size;
  }

  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  private void ensure(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }
}
