package io.holdfast.server.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.raft.EntryId;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.spi.LogStorage.Batch;
import io.holdfast.raft.spi.LogStorage.Recovered;
import io.holdfast.server.storage.Workload.State;
import io.holdfast.server.storage.testing.SimulatedDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random power cuts and kills at every kind of moment. */
class PowerCutTest {
  private static final int IMAGES = Integer.getInteger("holdfast.storage.crashImages", 1200);
  private static final long SEED = Long.getLong("holdfast.storage.seed", 7_000);

  /** States a crash may leave: from the acknowledged one to the one under way. */
  private final List<State> allowed = new ArrayList<>();

  private EntryId snapshotAcknowledged = EntryId.NONE;
  private int images;
  private Random random = new Random(SEED);

  @Test
  void everyAcknowledgedBatchSurvivesAndEveryOtherIsWholeOrAbsent() throws IOException {
    for (long seed = SEED; images < IMAGES; seed++) {
      random = new Random(seed);
      runWithCuts(seed);
    }
    assertThat(images).isGreaterThanOrEqualTo(IMAGES);
  }

  private void runWithCuts(long seed) throws IOException {
    SimulatedDisk disk = new SimulatedDisk();
    StorageCore core = new StorageCore(disk, Workload.IDENTITY, Workload.SMALL);
    Workload workload = new Workload(random, State.EMPTY);
    allowed.clear();
    allowed.add(State.EMPTY);
    snapshotAcknowledged = EntryId.NONE;
    core.recover();
    disk.observe(
        operation -> {
          if (random.nextInt(12) == 0) {
            images++;
            boolean kill = random.nextInt(5) == 0;
            checkImage("seed " + seed, kill ? disk.afterKill() : disk.afterPowerCut(random));
          }
        });
    for (int step = 0; step < 40; step++) {
      drive(core, workload);
    }
    core.closeReaders();
    core.closeLog();
    checkImage("seed " + seed + " closed", disk.afterPowerCut(random));
  }

  /** One group commit, and now and then a snapshot before it. */
  private void drive(StorageCore core, Workload workload) throws IOException {
    List<Batch> group = new ArrayList<>();
    State acknowledged = workload.state();
    switch (random.nextInt(16)) {
      case 0, 1 -> {
        if (!acknowledged.entries().isEmpty()) {
          int position = random.nextInt(acknowledged.entries().size());
          EntryId last = acknowledged.entries().get(position).id();
          snapshotAcknowledged = workload.saveSnapshot(core, last).last();
          group.add(moveHead(workload, last));
        }
      }
      case 2 -> {
        EntryId last =
            new EntryId(
                acknowledged.hardState().currentTerm() + 1, acknowledged.last().index() + 7);
        SnapshotDescriptor saved = workload.saveSnapshot(core, last);
        snapshotAcknowledged = saved.last();
        group.add(workload.install(last));
        allowed.add(workload.state());
      }
      default -> {}
    }
    int batches = 1 + random.nextInt(4);
    for (int i = 0; i < batches; i++) {
      group.add(workload.next());
      allowed.add(workload.state());
    }
    core.commit(group);
    allowed.clear();
    allowed.add(workload.state());
    core.deleteUnneededSegments();
  }

  private Batch moveHead(Workload workload, EntryId last) {
    Batch batch = workload.moveHead(last);
    allowed.add(workload.state());
    return batch;
  }

  private void checkImage(String what, SimulatedDisk image) throws IOException {
    StorageCore core = new StorageCore(image, Workload.IDENTITY, Workload.SMALL);
    Recovered found = core.recover();
    State state = stateOf(found);
    assertThat(allowed).as(what).contains(state);
    assertThat(found.snapshot().map(s -> s.last().index()).orElse(0L))
        .as(what)
        .isGreaterThanOrEqualTo(Math.max(snapshotAcknowledged.index(), state.head().index()));
    // What was found must be durable, and the files must take more commits (latent damage).
    SimulatedDisk again = image.afterPowerCut(random);
    assertThat(recover(again)).as(what + ", cut again").isEqualTo(state);
    Workload more = new Workload(random, state);
    for (int i = 0; i < 3; i++) {
      core.commit(List.of(more.next(), more.next()));
    }
    assertThat(recover(image.afterPowerCut(random))).as(what + ", went on").isEqualTo(more.state());
  }

  private static State recover(SimulatedDisk disk) {
    return stateOf(new StorageCore(disk, Workload.IDENTITY, Workload.SMALL).recover());
  }

  static State stateOf(Recovered found) {
    return new State(found.hardState(), found.head(), found.entries());
  }
}
