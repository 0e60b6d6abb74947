package io.holdfast.server.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.raft.EntryId;
import io.holdfast.raft.spi.LogStorage.Batch;
import io.holdfast.raft.spi.LogStorage.Recovered;
import io.holdfast.raft.spi.StorageException;
import io.holdfast.server.storage.Workload.State;
import io.holdfast.server.storage.testing.SimulatedDisk;
import io.holdfast.server.storage.testing.SimulatedDisk.Operation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The disk fails at every operation in turn: full, or broken. */
class FailingDiskTest {
  private static final int STEPS = 16;

  /** What was acknowledged, and what may be there in its place. */
  private final List<State> allowed = new ArrayList<>();

  @Test
  void noOperationMayFailUnnoticed() throws IOException {
    int operations = operationsOfARun();
    assertThat(operations).isGreaterThan(100);
    for (int failing = 1; failing <= operations; failing++) {
      SimulatedDisk disk = new SimulatedDisk();
      disk.failedForcesForget();
      String what = "operation " + failing;
      assertThat(failsAt(disk, failing)).as(what).isTrue();
      disk.observe(operation -> {});
      // The process is started again on what it sees, and then the power goes.
      SimulatedDisk image = disk.afterKill();
      State found = recover(image);
      assertThat(allowed).as(what).contains(found);
      for (int cut = 0; cut < 4; cut++) {
        SimulatedDisk later = image.afterPowerCut(new Random(cut));
        assertThat(recover(later)).as(what + ", then a power cut").isEqualTo(found);
      }
    }
  }

  private int operationsOfARun() throws IOException {
    SimulatedDisk disk = new SimulatedDisk();
    int[] count = {0};
    disk.observe(operation -> count[0]++);
    run(disk);
    return count[0];
  }

  private boolean failsAt(SimulatedDisk disk, int failing) throws IOException {
    int[] count = {0};
    disk.observe(
        operation -> {
          if (++count[0] == failing) {
            throw new IOException(
                operation == Operation.WRITE ? "No space left on device" : "Input/output error");
          }
        });
    try {
      run(disk);
      return false;
    } catch (StorageException e) {
      assertThat(e.getMessage()).contains("disk/", "Next step: ");
      assertThat(e.getMessage()).containsAnyOf("No space left", "Input/output error");
      return true;
    } catch (IOException e) {
      // Only the removal of a snapshot given up speaks for itself.
      return true;
    }
  }

  private void run(SimulatedDisk disk) throws IOException {
    allowed.clear();
    allowed.add(State.EMPTY);
    StorageCore core = new StorageCore(disk, Workload.IDENTITY, Workload.SMALL);
    core.recover();
    Workload workload = new Workload(new Random(11), State.EMPTY);
    for (int step = 0; step < STEPS; step++) {
      List<Batch> group = new ArrayList<>();
      if (step % 5 == 4) {
        EntryId last = workload.state().last();
        workload.saveSnapshot(core, last);
        group.add(workload.moveHead(last));
        allowed.add(workload.state());
      }
      group.add(workload.next());
      allowed.add(workload.state());
      core.commit(group);
      allowed.clear();
      allowed.add(workload.state());
      core.deleteUnneededSegments();
    }
    core.closeLog();
  }

  private static State recover(SimulatedDisk disk) {
    Recovered found = new StorageCore(disk, Workload.IDENTITY, Workload.SMALL).recover();
    return PowerCutTest.stateOf(found);
  }
}
