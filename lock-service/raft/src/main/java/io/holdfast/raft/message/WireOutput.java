package io.holdfast.raft.message;

/**
 * Where a layout puts its fields. One description of the fields serves twice: first to measure, so
 * that the bytes are allocated once at their exact size, then to write.
 */
interface WireOutput {
  void int8(int value);

  void int32(int value);

  /** 0 to {@code Long.MAX_VALUE}, seven bits a byte, lowest first, in the fewest bytes. */
  void varint(String field, long value);

  void raw(byte[] bytes);

  default void bool(boolean value) {
    int8(value ? 1 : 0);
  }

  default void bytes(String field, byte[] bytes, int maxBytes) {
    count(field, bytes.length, maxBytes);
    raw(bytes);
  }

  default void count(String field, int count, int max) {
    if (count > max) {
      throw CodecException.tooLarge(field, count, max);
    }
    varint(field, count);
  }

  /** Counts the bytes. */
  final class Measure implements WireOutput {
    private long size;

    int size(String what, int maxBytes) {
      if (size > maxBytes) {
        throw CodecException.tooLarge(what, size, maxBytes);
      }
      return (int) size;
    }

    @Override
    public void int8(int value) {
      size++;
    }

    @Override
    public void int32(int value) {
      size += Integer.BYTES;
    }

    @Override
    public void varint(String field, long value) {
      if (value < 0) {
        throw CodecException.malformed(field + ": " + value + " is negative");
      }
      size += value == 0 ? 1 : (70 - Long.numberOfLeadingZeros(value)) / 7;
    }

    @Override
    public void raw(byte[] bytes) {
      size += bytes.length;
    }
  }

  /** Writes into an array whose size was measured before. */
  final class Writer implements WireOutput {
    private final byte[] target;
    private int position;

    Writer(byte[] target, int position) {
      this.target = target;
      this.position = position;
    }

    int position() {
      return position;
    }

    @Override
    public void int8(int value) {
      target[position++] = (byte) value;
    }

    @Override
    public void int32(int value) {
      int8(value >>> 24);
      int8(value >>> 16);
      int8(value >>> 8);
      int8(value);
    }

    @Override
    public void varint(String field, long value) {
      long rest = value;
      while (rest > 0x7F) {
        int8((int) rest | 0x80);
        rest >>>= 7;
      }
      int8((int) rest);
    }

    @Override
    public void raw(byte[] bytes) {
      System.arraycopy(bytes, 0, target, position, bytes.length);
      position += bytes.length;
    }
  }
}
