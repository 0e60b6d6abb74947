package io.holdfast.server.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.locks.AcquireMode;
import io.holdfast.locks.Command;
import io.holdfast.locks.CommandResult;
import io.holdfast.locks.LockName;
import io.holdfast.locks.LockStateMachine;
import io.holdfast.locks.Request;
import io.holdfast.locks.RequestId;
import io.holdfast.raft.Configuration;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.Member;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.spi.StateMachine;
import io.holdfast.server.storage.MapDbLogStorage;
import io.holdfast.server.storage.StorageInspection;
import io.holdfast.server.storage.StorageSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupTest {
  private static final EntryId LAST = new EntryId(3, 40);
  private static final Configuration MEMBERS =
      Configuration.ofVoters(
          List.of(
              new Member(new PeerId(1), "a:1", "a:2"), new Member(new PeerId(2), "b:1", "b:2")));

  @TempDir private Path folder;
  private final LockStateMachine machine = new LockStateMachine();
  private Path file;

  @BeforeEach
  void writeABackup() throws IOException {
    open(10, "a");
    open(11, "b");
    acquire(20, 10, "held");
    acquire(21, 10, "free");
    acquire(22, 11, "held");
    machine.apply(
        new EntryId(3, 23),
        new Command.Release(
            new Request(10, RequestId.of(100), 0),
            LockName.of("free"),
            "o",
            new io.holdfast.locks.FencingToken(1)));
    file = folder.resolve("backup");
    Files.write(file, backupOf(machine));
  }

  @Test
  void aBackupReadsAsWhatWasWritten() throws Exception {
    BackupReader.Backup read = BackupReader.read(file);

    assertThat(read.header()).isEqualTo(new BackupHeader("old", LAST, MEMBERS));
    assertThat(read.machine().stateDigest()).isEqualTo(machine.stateDigest());
  }

  @Test
  void everyDamageAndEveryCutIsNoticed() throws Exception {
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(1);
    for (int i = 0; i < whole.length; i++) {
      byte[] damaged = whole.clone();
      damaged[i] ^= (byte) (1 << random.nextInt(8));
      assertRefused(damaged);
    }
    for (int length = 0; length < whole.length; length++) {
      assertRefused(java.util.Arrays.copyOf(whole, length));
    }
    assertRefused(java.util.Arrays.copyOf(whole, whole.length + 1));
  }

  private void assertRefused(byte[] bytes) throws IOException {
    Path other = folder.resolve("other");
    Files.write(other, bytes);
    assertThatThrownBy(() -> BackupReader.read(other)).isInstanceOf(BackupException.class);
  }

  @Test
  void anotherVersionIsRefusedByItsNumber() throws Exception {
    byte[] bytes = Files.readAllBytes(file);
    bytes[19] = 9;
    Files.write(file, bytes);

    assertThatThrownBy(() -> BackupReader.read(file))
        .isInstanceOf(BackupException.class)
        .hasMessageContaining("format version 9");
  }

  @Test
  void everyPeerRestoredFromOneBackupBeginsWithTheSameSnapshot() throws Exception {
    StorageSettings one = target("one", 1);
    StorageSettings two = target("two", 2);

    BackupRestore.Outcome outcome = BackupRestore.restore(file, one, MEMBERS);
    BackupRestore.Outcome again = BackupRestore.restore(file, two, MEMBERS);

    assertThat(outcome).isEqualTo(again);
    assertThat(outcome.last()).isEqualTo(new EntryId(3, 40 + BackupRestore.RAISE));
    assertThat(outcome.sessionsEnded()).isEqualTo(2);
    assertThat(outcome.tokenFloor()).isGreaterThanOrEqualTo(BackupRestore.RAISE + 1);
    StorageInspection stored = MapDbLogStorage.inspect(one);
    assertThat(stored.snapshots()).isEqualTo(MapDbLogStorage.inspect(two).snapshots()).hasSize(1);
    assertThat(stored.snapshots().get(0).configuration()).isEqualTo(MEMBERS);
    assertThat(stored.hardState().currentTerm()).isEqualTo(3);
  }

  @Test
  void aRestoreOverwritesNothingAndNeedsANewClusterAndAMember() throws Exception {
    Path taken = Files.createDirectory(folder.resolve("taken"));
    Files.writeString(taken.resolve("something"), "of somebody");

    assertRestoreRefused(new StorageSettings(taken, "new", new PeerId(1)), "is not empty");
    assertThat(Files.list(taken)).hasSize(1);
    assertRestoreRefused(
        new StorageSettings(folder.resolve("x"), "old", new PeerId(1)), "another cluster id");
    assertRestoreRefused(target("y", 3), "not among the members");
    assertThat(folder.resolve("x")).doesNotExist();
    assertThat(folder.resolve("y")).doesNotExist();
  }

  private void assertRestoreRefused(StorageSettings target, String message) {
    assertThatThrownBy(() -> BackupRestore.restore(file, target, MEMBERS))
        .isInstanceOf(BackupException.class)
        .hasMessageContaining(message);
  }

  private StorageSettings target(String name, int peer) {
    return new StorageSettings(folder.resolve(name), "new", new PeerId(peer));
  }

  private void open(long index, String nonce) {
    machine.apply(new EntryId(3, index), new Command.OpenSession(nonce, 10_000, "", ""));
  }

  private void acquire(long index, long session, String lock) {
    CommandResult result =
        machine.apply(
            new EntryId(3, index),
            new Command.Acquire(
                new Request(session, RequestId.of(index), 0),
                LockName.of(lock),
                "o",
                AcquireMode.exclusive(),
                -1));
    assertThat(result).isInstanceOfAny(CommandResult.Granted.class, CommandResult.Queued.class);
  }

  private static byte[] backupOf(LockStateMachine machine) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BackupFormat.Writer writer = new BackupFormat.Writer();
    bytes.writeBytes(writer.begin(new BackupHeader("old", LAST, MEMBERS)));
    try (StateMachine.SnapshotView view = machine.beginSnapshot()) {
      byte @Nullable [] piece = view.nextChunk(1024);
      while (piece != null) {
        bytes.writeBytes(writer.piece(piece));
        piece = view.nextChunk(1024);
      }
    }
    bytes.writeBytes(writer.end());
    return bytes.toByteArray();
  }
}
