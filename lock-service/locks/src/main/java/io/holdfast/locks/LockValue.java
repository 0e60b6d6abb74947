package io.holdfast.locks;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What an exclusive holder says of itself, for observers to read: any bytes. Immutable. */
public final class LockValue {
  private final byte[] bytes;

  private LockValue(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A copy of the bytes. */
  public static LockValue of(byte[] bytes) {
    return new LockValue(bytes.clone());
  }

  public static LockValue utf8(String text) {
    return new LockValue(text.getBytes(StandardCharsets.UTF_8));
  }

  public int size() {
    return bytes.length;
  }

  /** A copy of the bytes. */
  public byte[] toByteArray() {
    return bytes.clone();
  }

  /** The value read as UTF-8; bytes that are none are replaced. */
  public String asUtf8() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LockValue that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return bytes.length + "B";
  }
}
