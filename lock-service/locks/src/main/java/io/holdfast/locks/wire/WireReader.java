package io.holdfast.locks.wire;

import java.util.Arrays;

/**
 * Reads what {@link WireWriter} wrote, and nothing else: a number in a longer form, a flag that is
 * neither 0 nor 1, a length beyond the end or bytes left over are refused, so that accepted bytes
 * are always the canonical ones.
 */
public final class WireReader {
  private final byte[] bytes;
  private final int end;
  private int at;

  public WireReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  public WireReader(byte[] bytes, int from, int length) {
    this.bytes = bytes;
    this.at = from;
    this.end = from + length;
  }

  public int u8(String field) {
    if (at >= end) {
      throw ends(field);
    }
    return bytes[at++] & 0xff;
  }

  /** A number from 0 to {@link Long#MAX_VALUE}. */
  public long number(String field) {
    long value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      int next = u8(field);
      value |= (long) (next & 0x7f) << shift;
      if (next < 0x80) {
        if (next == 0 && shift > 0) {
          throw new WireException(field + " at byte " + at + " is not in its shortest form");
        }
        return value;
      }
    }
    throw new WireException(field + " at byte " + at + " is longer than 63 bits");
  }

  /** A number from 0 to {@code max}. */
  public int number(String field, int max) {
    long value = number(field);
    if (value > max) {
      throw new WireException(field + " is " + value + "; at most " + max + " is allowed");
    }
    return (int) value;
  }

  public boolean flag(String field) {
    int value = u8(field);
    if (value > 1) {
      throw new WireException(field + " is " + value + "; a flag is 0 or 1");
    }
    return value == 1;
  }

  public String text(String field, int bytesMax) {
    int length = length(field, bytesMax);
    String text = Utf8.decode(bytes, at, length);
    at += length;
    return text;
  }

  public byte[] bytes(String field, int bytesMax) {
    int length = length(field, bytesMax);
    byte[] value = Arrays.copyOfRange(bytes, at, at + length);
    at += length;
    return value;
  }

  /** Four bytes, most significant first. */
  public int int32(String field) {
    int value = 0;
    for (int count = 0; count < 4; count++) {
      value = value << 8 | u8(field);
    }
    return value;
  }

  public int remaining() {
    return end - at;
  }

  /** Refuses bytes after the last field. */
  public void end() {
    if (at != end) {
      throw new WireException((end - at) + " bytes are left over after the last field");
    }
  }

  private int length(String field, int bytesMax) {
    int length = number(field + " length", bytesMax);
    if (length > end - at) {
      throw ends(field);
    }
    return length;
  }

  private WireException ends(String field) {
    return new WireException("the bytes end at " + end + " within " + field);
  }
}
