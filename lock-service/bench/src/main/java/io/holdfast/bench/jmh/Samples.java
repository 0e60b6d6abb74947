package io.holdfast.bench.jmh;

import io.holdfast.locks.AcquireMode;
import io.holdfast.locks.Command;
import io.holdfast.locks.CommandCodec;
import io.holdfast.locks.LockName;
import io.holdfast.locks.Request;
import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.message.Message;
import java.util.ArrayList;
import java.util.List;

/** What travels while a pair is served. */
final class Samples {
  static final String LOCK = "orders/eu/42";
  static final String OWNER = "worker-17";

  private static final byte[] ACQUIRE =
      CommandCodec.encode(
          new Command.Acquire(
              Request.of(4_711, 1_234),
              LockName.of(LOCK),
              OWNER,
              AcquireMode.exclusive(),
              Command.WAIT_FOR_EVER));

  private Samples() {}

  /** Whoever takes it does not change it. */
  static byte[] acquireCommand() {
    return ACQUIRE;
  }

  /** Entries with consecutive indexes. */
  static List<Entry> entries(long firstIndex, int count) {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      entries.add(Entry.command(new EntryId(3, firstIndex + i), ACQUIRE));
    }
    return entries;
  }

  static Message append(int count) {
    return new Message.AppendEntries(
        3, new EntryId(3, 1_000_000), entries(1_000_001, count), 999_990, 77_000);
  }
}
