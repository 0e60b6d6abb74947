package io.holdfast.raft;

import java.util.Arrays;

/**
 * One entry of the replicated log. The payload array is owned by the entry and must never be
 * changed after construction: the log, the storage and the transport share it.
 */
public record Entry(EntryId id, EntryType type, byte[] payload) {
  private static final byte[] EMPTY = {};

  public static Entry noOp(EntryId id) {
    return new Entry(id, EntryType.NO_OP, EMPTY);
  }

  public static Entry command(EntryId id, byte[] command) {
    return new Entry(id, EntryType.COMMAND, command);
  }

  public static Entry configuration(EntryId id, Configuration configuration) {
    return new Entry(id, EntryType.CONFIGURATION, configuration.encode());
  }

  public long term() {
    return id.term();
  }

  public long index() {
    return id.index();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Entry that
        && id.equals(that.id)
        && type == that.type
        && Arrays.equals(payload, that.payload);
  }

  @Override
  public int hashCode() {
    return 31 * id.hashCode() + Arrays.hashCode(payload);
  }

  @Override
  public String toString() {
    return id + " " + type + " " + payload.length + "B";
  }
}
