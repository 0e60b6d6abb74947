package io.holdfast.bench.worker;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/**
 * What every replicated log applies its commands to: a small map, keyed by the first four bytes of
 * a command. For one thread.
 */
public final class CommandMap {
  /** Length of every command. */
  public static final int COMMAND_BYTES = 100;

  /** Keys in use, so that the state stays small and a snapshot costs nothing worth measuring. */
  static final int KEYS = 1_024;

  private final Map<Integer, byte[]> values = new TreeMap<>();

  /** Applies a command. */
  public void apply(ByteBuffer command) {
    byte[] value = new byte[command.remaining()];
    int key = command.getInt(command.position());
    command.get(value);
    values.put(key, value);
  }

  /** The whole state. */
  public byte[] save() {
    ByteBuffer bytes = ByteBuffer.allocate(values.size() * COMMAND_BYTES);
    values.values().forEach(bytes::put);
    return bytes.array();
  }

  /** Replaces the state by one that was saved. */
  public void load(byte[] saved) {
    values.clear();
    for (int at = 0; at < saved.length; at += COMMAND_BYTES) {
      apply(ByteBuffer.wrap(saved, at, COMMAND_BYTES));
    }
  }

  /** The command with a number. */
  static byte[] command(long number) {
    return ByteBuffer.allocate(COMMAND_BYTES).putInt((int) (number % KEYS)).putLong(number).array();
  }
}
