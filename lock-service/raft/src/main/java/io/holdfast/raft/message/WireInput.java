package io.holdfast.raft.message;

import java.util.Arrays;

/**
 * Reads what {@link WireOutput} wrote, and nothing else: every value has exactly one encoding. No
 * array is allocated before the bytes that fill it are known to be there.
 */
final class WireInput {
  private static final int VARINT_BYTES_MAX = 9;

  private final byte[] source;
  private final int start;
  private final int end;
  private int position;

  WireInput(byte[] source, int start, int length) {
    this.source = source;
    this.start = start;
    this.end = start + length;
    this.position = start;
  }

  int remaining() {
    return end - position;
  }

  int int8(String field) {
    if (position >= end) {
      throw malformed(field, "the bytes end before it");
    }
    return source[position++] & 0xFF;
  }

  int int32(String field) {
    require(field, Integer.BYTES);
    int value = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      value = value << 8 | int8(field);
    }
    return value;
  }

  boolean bool(String field) {
    int value = int8(field);
    if (value > 1) {
      throw malformed(field, value + " is neither 0 nor 1");
    }
    return value == 1;
  }

  long varint(String field) {
    long value = 0;
    for (int i = 0; i < VARINT_BYTES_MAX; i++) {
      int next = int8(field);
      value |= (long) (next & 0x7F) << (7 * i);
      if (next <= 0x7F) {
        if (next == 0 && i > 0) {
          throw malformed(field, "a number is written in more bytes than it needs");
        }
        return value;
      }
    }
    throw malformed(field, "a number exceeds 63 bits");
  }

  /**
   * A count of things that take at least {@code bytesEach} of the bytes that remain.
   *
   * @param max at most {@code Integer.MAX_VALUE}
   */
  int count(String field, int max, int bytesEach) {
    long count = varint(field);
    if (count > max) {
      throw CodecException.tooLarge(field, count, max);
    }
    if (count * bytesEach > remaining()) {
      throw malformed(field, count + " announced, and only " + remaining() + " bytes left");
    }
    return (int) count;
  }

  byte[] bytes(String field, int maxBytes) {
    int length = count(field, maxBytes, 1);
    position += length;
    return Arrays.copyOfRange(source, position - length, position);
  }

  void end(String what) {
    if (remaining() != 0) {
      throw malformed(what, remaining() + " bytes follow its end");
    }
  }

  CodecException malformed(String field, String problem) {
    return CodecException.malformed(field + " at byte " + (position - start) + ": " + problem);
  }

  private void require(String field, int bytes) {
    if (remaining() < bytes) {
      throw malformed(field, "needs " + bytes + " bytes and " + remaining() + " are left");
    }
  }
}
