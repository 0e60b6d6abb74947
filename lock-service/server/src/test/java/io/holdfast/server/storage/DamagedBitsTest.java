package io.holdfast.server.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.spi.LogStorage.Batch;
import io.holdfast.raft.spi.LogStorage.Recovered;
import io.holdfast.raft.spi.StorageException;
import io.holdfast.server.storage.Workload.State;
import io.holdfast.server.storage.testing.SimulatedDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** One flipped bit anywhere: refused by name, or of no consequence; never a wrong answer. */
class DamagedBitsTest {
  private static final int FLIPS_PER_FILE = Integer.getInteger("holdfast.storage.flips", 250);

  private final Map<EntryId, byte[]> snapshotBytes = new HashMap<>();
  private State expected = State.EMPTY;
  private EntryId newestSnapshot = EntryId.NONE;
  private int refused;
  private int harmless;

  @Test
  void aFlippedBitInCleanlyClosedFilesIsRefusedOrHarmless() throws IOException {
    flipEverywhere(written(true));
  }

  @Test
  void aFlippedBitAfterACrashIsRefusedOrHarmless() throws IOException {
    flipEverywhere(written(false));
  }

  private SimulatedDisk written(boolean closed) throws IOException {
    SimulatedDisk disk = new SimulatedDisk();
    StorageCore core = new StorageCore(disk, Workload.IDENTITY, Workload.SMALL);
    core.recover();
    Workload workload = new Workload(new Random(5), State.EMPTY);
    for (int i = 0; i < 60; i++) {
      core.commit(List.of(workload.next()));
      if (i == 20 || i == 30) {
        List<Entry> entries = workload.state().entries();
        EntryId last = entries.get(entries.size() - 2).id();
        newestSnapshot = workload.saveSnapshot(core, last).last();
      }
    }
    EntryId head = workload.state().entries().get(2).id();
    Batch move = workload.moveHead(head);
    core.commit(List.of(move));
    for (int i = 0; i < 7; i++) {
      core.commit(List.of(workload.next()));
    }
    expected = workload.state();
    if (closed) {
      core.closeLog();
    }
    SimulatedDisk clean = disk.afterPowerCut(new Random(0));
    StorageCore reader = new StorageCore(clean, Workload.IDENTITY, Workload.SMALL);
    reader.recover();
    for (SnapshotDescriptor snapshot : reader.snapshots()) {
      snapshotBytes.put(snapshot.last(), contentOf(reader, snapshot));
    }
    assertThat(snapshotBytes).hasSize(2);
    return clean;
  }

  private void flipEverywhere(SimulatedDisk disk) {
    Random random = new Random(77);
    for (String name : disk.list()) {
      byte[] bytes = disk.bytes(name);
      for (long bit : bitsToFlip(bytes, random)) {
        disk.flipBit(name, bit);
        check(disk, name + " bit " + bit);
        disk.flipBit(name, bit);
      }
    }
    assertThat(refused).isGreaterThan(500);
    assertThat(harmless).isGreaterThan(100);
  }

  /** Half of them where something is written, half anywhere. */
  private static List<Long> bitsToFlip(byte[] bytes, Random random) {
    List<Integer> used = new ArrayList<>();
    for (int i = 0; i < bytes.length; i++) {
      // Most of MapDB's header is one repeated word: a few of them will do.
      if (bytes[i] != 0 && (i < 200 || i > 32_800)) {
        used.add(i);
      }
    }
    List<Long> bits = new ArrayList<>();
    for (int i = 0; i < FLIPS_PER_FILE; i++) {
      long at =
          i % 2 == 0
              ? used.get(i < 40 ? used.size() - 1 - i : random.nextInt(used.size()))
              : random.nextInt(bytes.length);
      bits.add(at * 8 + random.nextInt(8));
    }
    return bits;
  }

  private void check(SimulatedDisk disk, String what) {
    StorageCore core = new StorageCore(disk, Workload.IDENTITY, Workload.SMALL);
    Recovered found;
    try {
      found = core.inspect();
    } catch (StorageException e) {
      assertThat(e.getMessage()).as(what).contains("disk/", "Next step: ");
      refused++;
      return;
    }
    harmless++;
    assertThat(PowerCutTest.stateOf(found)).as(what).isEqualTo(expected);
    SnapshotDescriptor snapshot = found.snapshot().orElseThrow();
    assertThat(snapshot.last().index())
        .as(what)
        .isGreaterThanOrEqualTo(expected.head().index())
        .isLessThanOrEqualTo(newestSnapshot.index());
    assertThat(contentOf(core, snapshot))
        .as(what)
        .isEqualTo(Objects.requireNonNull(snapshotBytes.get(snapshot.last())));
    core.closeReaders();
  }

  private static byte[] contentOf(StorageCore core, SnapshotDescriptor snapshot) {
    int size = (int) snapshot.id().sizeBytes();
    return Objects.requireNonNull(core.readSnapshot(snapshot.id(), 0, Math.max(1, size)));
  }
}
