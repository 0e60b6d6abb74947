package io.holdfast.server.storage;

import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.spi.LogStorage.Batch;
import io.holdfast.raft.spi.LogStorage.SnapshotWriter;
import io.holdfast.server.storage.Workload.State;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** A process that writes until it is killed, and prints each acknowledgement. */
final class KilledWriter {
  static final int IN_FLIGHT_MAX = 8;
  private static final int SNAPSHOT_EVERY = 60;
  private static final int RETAINED_ENTRIES = 20;

  private KilledWriter() {}

  static StorageSettings settings(Path directory) {
    return new StorageSettings(
        directory, Workload.IDENTITY, new StorageLimits(1 << 20, 200, 1 << 20, 1 << 20));
  }

  /**
   * @param arguments the directory, and the seed of the batches
   */
  public static void main(String[] arguments) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    RecordingListener listener = new RecordingListener();
    try (MapDbLogStorage storage = MapDbLogStorage.open(settings(Path.of(arguments[0])))) {
      State start = PowerCutTest.stateOf(storage.recover());
      storage.start(listener);
      Workload workload = new Workload(new Random(Long.parseLong(arguments[1])), start);
      long printed = 0;
      for (long number = 1; ; number++) {
        EntryId head = headAt(number, workload.state());
        if (head != null) {
          save(storage, listener, head);
        }
        storage.persist(batchAt(number, workload));
        listener.awaitAcknowledged(number - IN_FLIGHT_MAX);
        long acknowledged = listener.lastAcknowledged();
        if (acknowledged > printed) {
          printed = acknowledged;
          out.println(acknowledged);
        }
      }
    }
  }

  private static void save(MapDbLogStorage storage, RecordingListener listener, EntryId last) {
    int before = listener.saved.size();
    SnapshotWriter writer =
        storage.writeSnapshot(
            new SnapshotDescriptor.Draft(last, Workload.CONFIGURATION, EntryId.NONE));
    writer.write(new byte[100_000]);
    writer.finish(null);
    listener.await("snapshot", () -> listener.saved.size() > before);
  }

  /** The batch of a number; the same for the writer and for the one who checks. */
  static Batch batchAt(long number, Workload workload) {
    EntryId head = headAt(number, workload.state());
    return head == null ? workload.next() : workload.moveHead(head);
  }

  private static @org.jspecify.annotations.Nullable EntryId headAt(long number, State state) {
    List<Entry> entries = state.entries();
    return number % SNAPSHOT_EVERY == 0 && entries.size() > RETAINED_ENTRIES
        ? entries.get(entries.size() - RETAINED_ENTRIES).id()
        : null;
  }
}
