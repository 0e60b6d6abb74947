package io.holdfast.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.HardState;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.SnapshotId;
import io.holdfast.raft.spi.LogStorage.Batch;
import io.holdfast.raft.spi.LogStorage.Fetch;
import io.holdfast.raft.spi.LogStorage.Recovered;
import io.holdfast.raft.spi.StorageException;
import io.holdfast.server.storage.Workload.State;
import io.holdfast.server.storage.testing.SimulatedDisk;
import io.holdfast.server.storage.testing.SimulatedDisk.Operation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StorageCoreTest {
  private final SimulatedDisk disk = new SimulatedDisk();
  private final StorageCore core = started(disk);
  private long batches;

  private static StorageCore started(SimulatedDisk disk) {
    StorageCore core = new StorageCore(disk, Workload.IDENTITY, Workload.SMALL);
    core.recover();
    return core;
  }

  private Batch batch(
      @Nullable HardState hardState,
      @Nullable EntryId head,
      long truncateFrom,
      List<Entry> entries) {
    return new Batch(++batches, hardState, head, truncateFrom, entries);
  }

  private static List<Entry> entries(long term, long from, long to) {
    List<Entry> entries = new ArrayList<>();
    for (long index = from; index <= to; index++) {
      entries.add(Entry.command(new EntryId(term, index), new byte[] {(byte) index}));
    }
    return entries;
  }

  private void append(long term, long from, long to) {
    core.commit(List.of(batch(null, null, 0, entries(term, from, to))));
  }

  private Recovered recoverAgain() {
    return new StorageCore(disk, Workload.IDENTITY, Workload.SMALL).recover();
  }

  private void saveSnapshot(EntryId last) throws IOException {
    new Workload(new Random(1), State.EMPTY).saveSnapshot(core, last);
  }

  private static List<Long> indexes(List<Entry> entries) {
    return entries.stream().map(Entry::index).toList();
  }

  @Test
  void anEmptyDirectoryHoldsTheInitialState() {
    Recovered found = recoverAgain();
    assertThat(found.hardState()).isEqualTo(HardState.INITIAL);
    assertThat(found.head()).isEqualTo(EntryId.NONE);
    assertThat(found.entries()).isEmpty();
    assertThat(found.snapshot()).isEmpty();
    assertThat(disk.list()).isEmpty();
  }

  @Test
  void aGroupOfBatchesCostsOneForce() {
    append(1, 1, 1);
    int forces = disk.count(Operation.FORCE);
    for (int i = 0; i < 9; i++) {
      core.commit(
          List.of(
              batch(new HardState(i + 2, null), null, 0, List.of()),
              batch(null, null, 0, entries(i + 2, 2 * i + 2, 2 * i + 2)),
              batch(null, null, 0, entries(i + 2, 2 * i + 3, 2 * i + 3))));
    }
    assertThat(disk.count(Operation.FORCE) - forces).isEqualTo(9);
    assertThat(recoverAgain().entries()).hasSize(19);
  }

  @Test
  void voteAndEntriesOfABatchAreFoundAgainTogether() {
    core.commit(List.of(batch(new HardState(7, new PeerId(1)), null, 0, entries(7, 1, 3))));
    Recovered found = recoverAgain();
    assertThat(found.hardState()).isEqualTo(new HardState(7, new PeerId(1)));
    assertThat(found.entries()).isEqualTo(entries(7, 1, 3));
  }

  @Test
  void aTruncatedTailIsReplacedInTheLogAndInWhatIsFetched() {
    append(1, 1, 9);
    core.commit(List.of(batch(null, null, 5, entries(2, 5, 6))));
    assertThat(recoverAgain().entries())
        .isEqualTo(List.copyOf(concat(entries(1, 1, 4), entries(2, 5, 6))));
    assertThat(core.fetch(new Fetch(1, 3, 10, 1 << 20)))
        .isEqualTo(concat(entries(1, 3, 4), entries(2, 5, 6)));
  }

  @Test
  void anIndexWrittenTwiceInOneRecordIsFetchedInItsLaterForm() {
    core.commit(
        List.of(
            batch(null, null, 0, entries(1, 1, 4)),
            batch(null, null, 2, entries(2, 2, 3)),
            batch(null, null, 3, entries(3, 3, 3))));
    assertThat(core.fetch(new Fetch(1, 1, 100, 1 << 20)))
        .isEqualTo(concat(concat(entries(1, 1, 1), entries(2, 2, 2)), entries(3, 3, 3)));
  }

  private static List<Entry> concat(List<Entry> first, List<Entry> second) {
    List<Entry> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  @Test
  void theHeadMovesOnlyBehindADurableSnapshot() throws IOException {
    append(1, 1, 9);
    Batch move = batch(null, new EntryId(1, 5), 0, List.of());
    assertThatThrownBy(() -> core.commit(List.of(move)))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("newest durable snapshot ends at 0/0");
    saveSnapshot(new EntryId(1, 5));
    core.commit(List.of(move));
    Recovered found = recoverAgain();
    assertThat(found.head()).isEqualTo(new EntryId(1, 5));
    assertThat(indexes(found.entries())).containsExactly(6L, 7L, 8L, 9L);
    assertThat(found.snapshot().orElseThrow().last()).isEqualTo(new EntryId(1, 5));
  }

  @Test
  void aReceivedSnapshotReplacesAShorterLog() throws IOException {
    append(1, 1, 9);
    saveSnapshot(new EntryId(4, 50));
    core.commit(List.of(batch(new HardState(4, null), new EntryId(4, 50), 0, List.of())));
    append(4, 51, 52);
    Recovered found = recoverAgain();
    assertThat(found.head()).isEqualTo(new EntryId(4, 50));
    assertThat(found.entries()).isEqualTo(entries(4, 51, 52));
    assertThat(core.fetch(new Fetch(1, 9, 60, 1 << 20))).isEmpty();
    assertThat(core.fetch(new Fetch(1, 51, 60, 1 << 20))).isEqualTo(entries(4, 51, 52));
  }

  @Test
  void aSnapshotSavedButNotYetTheHeadIsFoundBesideTheOldLog() throws IOException {
    append(1, 1, 9);
    saveSnapshot(new EntryId(4, 50));
    Recovered found = recoverAgain();
    assertThat(found.head()).isEqualTo(EntryId.NONE);
    assertThat(found.entries()).hasSize(9);
    assertThat(found.snapshot().orElseThrow().last()).isEqualTo(new EntryId(4, 50));
  }

  @Test
  void batchesThatDoNotContinueTheLogAreRefusedBeforeAnythingIsWritten() {
    append(1, 1, 3);
    int writes = disk.count(Operation.WRITE);
    assertThatThrownBy(() -> append(1, 5, 5)).hasMessageContaining("appends entry 1/5");
    assertThat(disk.count(Operation.WRITE)).isEqualTo(writes);
  }

  @Test
  void aBatchLargerThanASegmentIsOneRecordAllTheSame() {
    byte[] large = new byte[5 << 20];
    new Random(3).nextBytes(large);
    Entry entry = Entry.command(new EntryId(1, 1), large);
    core.commit(List.of(batch(null, null, 0, List.of(entry))));
    append(1, 2, 3);
    assertThat(recoverAgain().entries().get(0)).isEqualTo(entry);
    assertThat(core.fetch(new Fetch(1, 1, 2, 10))).containsExactly(entry);
  }

  @Test
  void anAnswerStopsAtTheBytesAskedForButHoldsAnEntry() {
    append(1, 1, 40);
    assertThat(indexes(core.fetch(new Fetch(1, 5, 100, 3)))).containsExactly(5L, 6L, 7L);
    assertThat(indexes(core.fetch(new Fetch(1, 5, 100, 0)))).containsExactly(5L);
    assertThat(core.fetch(new Fetch(1, 41, 100, 3))).isEmpty();
  }

  @Test
  void entriesAreFetchedFromEverySegmentWhileTheNewestGrows() {
    for (int i = 1; i <= 100; i++) {
      append(1, i, i);
      assertThat(core.fetch(new Fetch(1, Math.max(1, i - 30), i + 1, 1 << 20)))
          .isEqualTo(entries(1, Math.max(1, i - 30), i));
    }
    assertThat(disk.list()).hasSizeGreaterThan(5);
  }

  @Test
  void spaceStaysBoundedUnderEndlessAppendsAndSnapshots() throws IOException {
    long most = 0;
    int mostFiles = 0;
    for (int i = 1; i <= 2_000; i++) {
      append(1, i, i);
      if (i % 50 == 0) {
        saveSnapshot(new EntryId(1, i));
        core.commit(List.of(batch(null, new EntryId(1, i - 10), 0, List.of())));
        core.deleteUnneededSegments();
        most = Math.max(most, disk.totalBytes());
        mostFiles = Math.max(mostFiles, disk.list().size());
      }
    }
    // Four segments of 2 MiB at most, and two snapshots.
    assertThat(mostFiles).isLessThanOrEqualTo(6);
    assertThat(most).isLessThan(14L << 20);
    assertThat(indexes(recoverAgain().entries())).startsWith(1_991L).endsWith(2_000L);
  }

  @Test
  void twoSnapshotsAreKept() throws IOException {
    append(1, 1, 9);
    for (long index = 2; index <= 5; index++) {
      saveSnapshot(new EntryId(1, index));
    }
    assertThat(FileNames.snapshots(disk.list()))
        .containsExactly(new EntryId(1, 5), new EntryId(1, 4));
  }

  @Test
  void aSnapshotThatDiffersFromTheOneExpectedIsRemoved() throws IOException {
    append(1, 1, 9);
    SnapshotFileWriter writer =
        core.writeSnapshot(
            new SnapshotDescriptor.Draft(new EntryId(1, 4), Workload.CONFIGURATION, EntryId.NONE));
    writer.write(new byte[] {1, 2, 3});
    SnapshotFileWriter.Outcome outcome = writer.finish(new SnapshotId(new EntryId(1, 4), 3, 12345));
    assertThat(outcome.saved()).isNull();
    assertThat(outcome.rejection()).contains("expected");
    assertThat(FileNames.snapshots(disk.list())).isEmpty();
    assertThat(disk.list()).noneMatch(FileNames::isTemporary);
  }

  @Test
  void snapshotBytesAreReadFromAnyOffset() throws IOException {
    append(1, 1, 9);
    byte[] bytes = new byte[200_000];
    new Random(4).nextBytes(bytes);
    SnapshotFileWriter writer =
        core.writeSnapshot(
            new SnapshotDescriptor.Draft(new EntryId(1, 4), Workload.CONFIGURATION, EntryId.NONE));
    for (int from = 0; from < bytes.length; from += 777) {
      writer.write(java.util.Arrays.copyOfRange(bytes, from, Math.min(from + 777, bytes.length)));
    }
    SnapshotDescriptor saved = Objects.requireNonNull(writer.finish(null).saved());
    Random random = new Random(8);
    for (int i = 0; i < 100; i++) {
      int offset = random.nextInt(bytes.length + 1);
      int length = 1 + random.nextInt(150_000);
      assertThat(core.readSnapshot(saved.id(), offset, length))
          .isEqualTo(
              java.util.Arrays.copyOfRange(bytes, offset, Math.min(bytes.length, offset + length)));
    }
    SnapshotId unknown = new SnapshotId(new EntryId(1, 3), 5, 5);
    assertThat(core.readSnapshot(unknown, 0, 10)).isNull();
  }

  @Test
  void anUnreadableNewestSnapshotIsReplacedByTheOneBeforeWhileTheLogReachesIt() throws IOException {
    append(1, 1, 9);
    saveSnapshot(new EntryId(1, 4));
    saveSnapshot(new EntryId(1, 8));
    core.commit(List.of(batch(null, new EntryId(1, 3), 0, List.of())));
    disk.flipBit("snap-8-1.db", 8 * ((1 << 20) + 40));
    assertThat(recoverAgain().snapshot().orElseThrow().last()).isEqualTo(new EntryId(1, 4));
    core.commit(List.of(batch(null, new EntryId(1, 5), 0, List.of())));
    assertThatThrownBy(this::recoverAgain)
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("snap-8-1.db")
        .hasMessageContaining("Next step");
  }

  @Test
  void theDataOfAnotherClusterOrPeerIsRefused() {
    append(1, 1, 1);
    for (StorageIdentity other :
        List.of(
            new StorageIdentity("other", Workload.IDENTITY.peerId()),
            new StorageIdentity("test-cluster", new PeerId(4)))) {
      assertThatThrownBy(() -> new StorageCore(disk, other, Workload.SMALL).recover())
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("seg-00000001.db")
          .hasMessageContaining("belongs to cluster \"test-cluster\", peer-3")
          .hasMessageContaining("but this is " + other);
    }
  }

  @Test
  void aMissingSegmentIsRefusedByName() throws IOException {
    for (int i = 1; i <= 60; i++) {
      append(1, i, i);
    }
    disk.delete("seg-00000002.db");
    assertThatThrownBy(this::recoverAgain)
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("seg-00000002.db")
        .hasMessageContaining("missing");
  }

  @Test
  void damageBeforeTheEndIsRefusedByFileAndRecord() {
    for (int i = 1; i <= 8; i++) {
      append(1, i, i);
    }
    // Records lie behind MapDB's first page of 1 MiB, in the order they were written.
    disk.flipBit("seg-00000001.db", 8 * ((1 << 20) + 300));
    assertThatThrownBy(this::recoverAgain)
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("disk/seg-00000001.db: record ")
        .hasMessageContaining("is unreadable although record 9 was written after it");
  }

  @Test
  void aFileLeftByACrashIsNeverAppendedTo() {
    append(1, 1, 1);
    byte[] before = disk.bytes("seg-00000001.db");
    StorageCore again = started(disk);
    again.commit(List.of(batch(null, null, 0, entries(1, 2, 2))));
    assertThat(disk.bytes("seg-00000001.db")).isEqualTo(before);
    assertThat(disk.list()).contains("seg-00000002.db");
    assertThat(recoverAgain().entries()).isEqualTo(entries(1, 1, 2));
  }

  @Test
  void inspectionChangesNothing() throws IOException {
    append(1, 1, 5);
    disk.create("seg-00000009.tmp").close();
    disk.observe(
        operation -> {
          throw new AssertionError(operation);
        });
    Recovered found = new StorageCore(disk, Workload.IDENTITY, Workload.SMALL).inspect();
    assertThat(found.entries()).hasSize(5);
  }
}
