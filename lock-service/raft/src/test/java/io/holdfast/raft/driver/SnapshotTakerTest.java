package io.holdfast.raft.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.HardState;
import io.holdfast.raft.Member;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.core.CoreSettings;
import io.holdfast.raft.core.RaftCore;
import io.holdfast.raft.core.ReplicationLimits;
import io.holdfast.raft.core.Timing;
import io.holdfast.raft.message.Message.Heartbeat;
import io.holdfast.raft.sim.ChainMachine;
import io.holdfast.raft.spi.LogStorage;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SnapshotTakerTest {
  private static final PeerId SELF = new PeerId(1);
  private static final PeerId LEADER = new PeerId(2);
  private static final Configuration VOTERS =
      Configuration.ofVoters(
          List.of(new Member(SELF, "a:1", "a:2"), new Member(LEADER, "b:1", "b:2")));

  private static Entry entry(long index) {
    return Entry.command(new EntryId(1, index), new byte[] {1});
  }

  @Test
  void noSnapshotIsBegunWhileTheStateLagsBehindALogThatASnapshotReplaced() {
    LogStorage.Recovered recovered =
        new LogStorage.Recovered(
            new HardState(1, null), EntryId.NONE, List.of(entry(1), entry(2)), Optional.empty());
    IdleStorage storage = new IdleStorage(recovered);
    RaftCore core =
        new RaftCore(
            new CoreSettings(SELF, VOTERS, Timing.DEFAULT, ReplicationLimits.DEFAULT, 0),
            recovered,
            new Random(1),
            0);
    SnapshotTaker taker =
        new SnapshotTaker(
            core, storage, new ChainMachine(0), new SnapshotPolicy(1, 1 << 20, 0, 1 << 10, 1));
    core.step(LEADER, new Heartbeat(1, 2, 0));
    core.applied(1);
    taker.applied(entry(1));
    pumpToItsEnd(taker);
    core.applied(2);
    taker.applied(entry(2));
    core.snapshotReceived(
        new SnapshotDescriptor.Draft(new EntryId(1, 10), VOTERS, EntryId.NONE).complete(1, 1));

    assertThat(taker.saved(storage.drafts().get(0).complete(1, 1))).isTrue();
    taker.pump();
    assertThat(storage.drafts()).hasSize(1);
  }

  private static void pumpToItsEnd(SnapshotTaker taker) {
    taker.pump();
    while (taker.isUnderWay()) {
      taker.pump();
    }
  }

  @Test
  void aTurnTakesOnePieceOfTheStateHoweverFastTheDiskIs() {
    LogStorage.Recovered recovered =
        new LogStorage.Recovered(
            new HardState(1, null), EntryId.NONE, List.of(entry(1)), Optional.empty());
    IdleStorage storage = new IdleStorage(recovered);
    RaftCore core =
        new RaftCore(
            new CoreSettings(SELF, VOTERS, Timing.DEFAULT, ReplicationLimits.DEFAULT, 0),
            recovered,
            new Random(1),
            0);
    int chunkBytes = 1 << 10;
    SnapshotTaker taker =
        new SnapshotTaker(
            core,
            storage,
            new ChainMachine(3 * chunkBytes),
            new SnapshotPolicy(1, 1 << 20, 0, chunkBytes, 1));
    core.step(LEADER, new Heartbeat(1, 1, 0));
    core.applied(1);
    taker.applied(entry(1));
    taker.pump();

    assertThat(storage.writtenBytes()).isEqualTo(chunkBytes);
    assertThat(taker.isUnderWay()).isTrue();
    pumpToItsEnd(taker);
    assertThat(storage.writtenBytes()).isGreaterThan(3 * chunkBytes);
  }
}
