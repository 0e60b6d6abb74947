package io.holdfast.raft.message;

import java.util.Arrays;
import java.util.Random;

/** Bytes that are nearly right, or not at all. */
final class Mutations {
  private static final int GARBAGE_BYTES_MAX = 400;

  private Mutations() {}

  static byte[] garbage(Random random) {
    byte[] bytes = new byte[random.nextInt(GARBAGE_BYTES_MAX)];
    random.nextBytes(bytes);
    if (bytes.length > 1 && random.nextBoolean()) {
      bytes[0] = MessageCodec.FORMAT_VERSION;
      bytes[1] = (byte) random.nextInt(14);
    }
    return bytes;
  }

  /** One to three flips, cuts, extensions or overwrites, mostly near the start. */
  static byte[] mutate(byte[] original, Random random) {
    byte[] bytes = original.clone();
    for (int i = 1 + random.nextInt(3); i > 0 && bytes.length > 0; i--) {
      int reach = random.nextBoolean() ? Math.min(bytes.length, 24) : bytes.length;
      int at = random.nextInt(reach);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> bytes[at] = (byte) 0xFF;
        case 3 -> bytes = Arrays.copyOf(bytes, at);
        default -> bytes = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(9));
      }
    }
    return bytes;
  }
}
