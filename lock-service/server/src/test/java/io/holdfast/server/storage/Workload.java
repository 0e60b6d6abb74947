package io.holdfast.server.storage;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.EntryType;
import io.holdfast.raft.HardState;
import io.holdfast.raft.Member;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.spi.LogStorage.Batch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Batches as Raft makes them, and the state after each: appends, conflicts that truncate, votes,
 * heads that move after a snapshot, logs replaced by a received snapshot.
 */
final class Workload {
  static final StorageIdentity IDENTITY = new StorageIdentity("test-cluster", new PeerId(3));

  /** Small files, so that segments start and end often. */
  static final StorageLimits SMALL = new StorageLimits(96 * 1024, 12, 1 << 20, 1 << 20);

  static final Configuration CONFIGURATION =
      Configuration.ofVoters(
          List.of(
              new Member(new PeerId(1), "a:7800", "a:7070"),
              new Member(new PeerId(3), "c:7800", "c:7070")));

  private final Random random;
  private State state;
  private long batchNumber;

  /** What a peer must find again. */
  record State(HardState hardState, EntryId head, List<Entry> entries) {
    static final State EMPTY = new State(HardState.INITIAL, EntryId.NONE, List.of());

    EntryId last() {
      return entries.isEmpty() ? head : entries.get(entries.size() - 1).id();
    }

    State after(Batch batch) {
      HardState newHardState = Objects.requireNonNullElse(batch.hardState(), hardState);
      EntryId newHead = Objects.requireNonNullElse(batch.head(), head);
      List<Entry> newEntries = new ArrayList<>(entries);
      newEntries.removeIf(entry -> entry.index() <= newHead.index());
      if (batch.truncateFrom() != 0) {
        newEntries.removeIf(entry -> entry.index() >= batch.truncateFrom());
      }
      newEntries.addAll(batch.entries());
      return new State(newHardState, newHead, newEntries);
    }
  }

  Workload(Random random, State start) {
    this.random = random;
    this.state = start;
  }

  State state() {
    return state;
  }

  /** The next ordinary batch; nothing is lost by it but what Raft may lose. */
  Batch next() {
    long term = state.hardState().currentTerm();
    @Nullable HardState hardState = null;
    if (term == 0 || random.nextInt(10) == 0) {
      term++;
      hardState = new HardState(term, random.nextBoolean() ? new PeerId(1) : null);
    }
    long truncateFrom = 0;
    long end = state.last().index();
    if (!state.entries().isEmpty() && random.nextInt(12) == 0) {
      truncateFrom = end - random.nextInt(Math.min(5, state.entries().size()));
      end = truncateFrom - 1;
    }
    int count = hardState != null && random.nextBoolean() ? 0 : random.nextInt(6);
    return made(hardState, null, truncateFrom, entries(new EntryId(term, end), count));
  }

  /** A batch that moves the head within the log, and appends. */
  Batch moveHead(EntryId head) {
    EntryId last = new EntryId(state.hardState().currentTerm(), state.last().index());
    return made(null, head, 0, entries(last, random.nextInt(3)));
  }

  /** A batch that replaces the log by what a snapshot brought, in whatever shape Raft asks. */
  Batch install(EntryId snapshotLast) {
    EntryId last =
        new EntryId(
            Math.max(state.hardState().currentTerm(), snapshotLast.term()), snapshotLast.index());
    return made(
        new HardState(last.term(), null),
        snapshotLast,
        snapshotLast.index() + 1,
        entries(last, random.nextInt(3)));
  }

  private Batch made(
      @Nullable HardState hardState,
      @Nullable EntryId head,
      long truncateFrom,
      List<Entry> entries) {
    Batch batch = new Batch(++batchNumber, hardState, head, truncateFrom, entries);
    state = state.after(batch);
    return batch;
  }

  private List<Entry> entries(EntryId after, int count) {
    List<Entry> entries = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      entries.add(entry(new EntryId(after.term(), after.index() + i)));
    }
    return entries;
  }

  private Entry entry(EntryId id) {
    int length =
        switch (random.nextInt(40)) {
          case 0 -> 0;
          case 1 -> 3_000 + random.nextInt(30_000);
          case 2 -> random.nextInt(4) == 0 ? 66_000 + random.nextInt(80_000) : 5_000;
          default -> 20 + random.nextInt(280);
        };
    byte[] payload = new byte[length];
    if (random.nextInt(4) != 0) {
      random.nextBytes(payload);
    }
    return new Entry(id, length == 0 ? EntryType.NO_OP : EntryType.COMMAND, payload);
  }

  /** Saves a snapshot of arbitrary bytes that covers the log up to an entry. */
  SnapshotDescriptor saveSnapshot(StorageCore core, EntryId last) throws IOException {
    SnapshotFileWriter writer =
        core.writeSnapshot(new SnapshotDescriptor.Draft(last, CONFIGURATION, EntryId.NONE));
    Random content = new Random(last.index() * 31 + last.term());
    int pieces = content.nextInt(4);
    for (int i = 0; i < pieces; i++) {
      byte[] piece = new byte[content.nextInt(90_000)];
      content.nextBytes(piece);
      writer.write(piece);
    }
    return Objects.requireNonNull(writer.finish(null).saved());
  }
}
