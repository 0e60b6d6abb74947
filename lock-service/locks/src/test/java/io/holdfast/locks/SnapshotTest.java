package io.holdfast.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.raft.EntryId;
import io.holdfast.raft.spi.StateMachine;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Snapshots: canonical, taken while commands go on, whole or refused. */
class SnapshotTest {
  private static LockStateMachine busy(long seed, int commandCount) {
    LockStateMachine machine = new LockStateMachine();
    play(machine, seed, 0, commandCount);
    return machine;
  }

  private static void play(LockStateMachine machine, long seed, int from, int to) {
    RandomCommands commands = new RandomCommands(seed);
    for (int index = from + 1; index <= to; index++) {
      CommandResult result = machine.apply(new EntryId(1, index), commands.next(machine, 1));
      if (result instanceof CommandResult.SessionOpened opened) {
        commands.opened(opened.session());
      }
    }
  }

  @Test
  void piecesOfAnySizeJoinToTheSameBytes() {
    LockStateMachine machine = busy(1, 3_000);
    byte[] whole = Snapshots.bytes(machine);
    for (int pieceBytes : new int[] {1_024, 1_025, 4_000, 1 << 20}) {
      assertThat(Snapshots.bytes(machine, pieceBytes)).isEqualTo(whole);
    }
  }

  @Test
  void aViewShowsTheStateOfItsBeginningWhateverIsAppliedSince() {
    LockStateMachine machine = busy(2, 3_000);
    byte[] expected = Snapshots.bytes(machine);
    try (StateMachine.SnapshotView early = machine.beginSnapshot()) {
      byte[] firstPiece = early.nextChunk(1_024);
      play(machine, 3, 3_000, 6_000);
      byte[] later = Snapshots.bytes(machine);
      try (StateMachine.SnapshotView second = machine.beginSnapshot()) {
        play(machine, 4, 6_000, 8_000);
        assertThat(Snapshots.join(java.util.List.of(firstPiece, Snapshots.rest(early, 1_024))))
            .isEqualTo(expected);
        assertThat(Snapshots.rest(second, 2_000)).isEqualTo(later);
      }
    }
  }

  @Test
  void aViewOutlivesTheRestoreOfAnotherState() {
    LockStateMachine machine = busy(2, 1_000);
    byte[] expected = Snapshots.bytes(machine);
    try (StateMachine.SnapshotView view = machine.beginSnapshot()) {
      Snapshots.restore(machine, Snapshots.bytes(busy(9, 500)));
      play(machine, 5, 10_000, 11_000);
      assertThat(Snapshots.rest(view, 1_024)).isEqualTo(expected);
    }
  }

  @Test
  @DisplayName(
      "S168: a replay of the log gives the same digest, also from a snapshot in its middle")
  void aReplayGivesTheSameDigest() {
    LockStateMachine left = busy(6, 2_000);
    LockStateMachine right = busy(6, 2_000);
    assertThat(left.stateDigest()).isEqualTo(right.stateDigest());
    LockStateMachine restored = Snapshots.restore(Snapshots.bytes(left));
    play(right, 7, 2_000, 4_000);
    play(restored, 7, 2_000, 4_000);
    assertThat(restored.stateDigest()).isEqualTo(right.stateDigest());
  }

  @Test
  @DisplayName("S168: the digest of a fixed log is this one on every Java machine")
  void theDigestOfAFixedLogIsPinned() {
    assertThat(busy(8, 5_000).stateDigest()).isEqualTo(PINNED_DIGEST);
  }

  private static final String PINNED_DIGEST =
      "ffdf3bc1310f15786b77f5d6ddd08e722f800770192e143247b2a47054caaf0a";

  @Test
  void equalStatesHaveEqualBytesWhateverTheWay() {
    Machine one = new Machine();
    Machine other = new Machine();
    for (Machine m : java.util.List.of(one, other)) {
      long x = m.open();
      long y = m.open();
      m.acquire(Request.of(x, 1), "a", AcquireMode.exclusive());
      m.acquire(Request.of(y, 1), m == one ? "b" : "c", AcquireMode.exclusive());
      m.close(y);
      m.apply(new Command.Forget(LockName.of(m == one ? "b" : "c")));
    }
    assertThat(Snapshots.bytes(one.machine)).isEqualTo(Snapshots.bytes(other.machine));
  }

  @Test
  void aDamagedSnapshotIsRefusedAndTheOldStateStays() {
    byte[] good = Snapshots.bytes(busy(1, 2_000));
    LockStateMachine machine = busy(5, 500);
    String before = machine.stateDigest();
    Random random = new Random(1);
    for (int round = 0; round < 3_000; round++) {
      byte[] damaged = good.clone();
      int at = random.nextInt(damaged.length);
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      assertThatThrownBy(() -> Snapshots.restore(machine, damaged))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(machine.stateDigest()).isEqualTo(before);
  }

  @Test
  void aSnapshotCutOffOrContinuedIsRefused() {
    byte[] good = Snapshots.bytes(busy(1, 300));
    LockStateMachine machine = new LockStateMachine();
    for (int length = 0; length < good.length; length += 7) {
      byte[] cut = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> Snapshots.restore(machine, cut))
          .isInstanceOf(IllegalArgumentException.class);
    }
    byte[] continued = Arrays.copyOf(good, good.length + 1);
    assertThatThrownBy(() -> Snapshots.restore(machine, continued))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aSnapshotAcceptedByteByByteIsTheSameState() {
    byte[] good = Snapshots.bytes(busy(3, 1_000));
    LockStateMachine machine = new LockStateMachine();
    StateMachine.Restore restore = machine.beginRestore();
    for (byte one : good) {
      restore.accept(new byte[] {one});
    }
    restore.finish();
    assertThat(Snapshots.bytes(machine)).isEqualTo(good);
  }
}
