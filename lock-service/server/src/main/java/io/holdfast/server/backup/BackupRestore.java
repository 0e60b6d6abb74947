package io.holdfast.server.backup;

import io.holdfast.locks.Command;
import io.holdfast.locks.CommandResult;
import io.holdfast.locks.LockStateMachine;
import io.holdfast.locks.SessionView;
import io.holdfast.raft.Configuration;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.HardState;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.spi.LogStorage;
import io.holdfast.raft.spi.StateMachine;
import io.holdfast.raft.spi.StorageException;
import io.holdfast.server.storage.MapDbLogStorage;
import io.holdfast.server.storage.StorageSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the data directory of one peer of a new cluster from a backup. Every peer of the new
 * cluster is restored from the same file with the same members, and so begins with the same
 * snapshot.
 *
 * <p>What the old cluster did after the backup is lost, and nobody may notice it twice:
 *
 * <ul>
 *   <li>Fencing tokens go on 2^32 above the highest of the backup.
 *   <li>The log goes on 2^32 above the backup's index, so that no id of a session, which is an
 *       index, is given a second time.
 *   <li>Every session ends, and with it every hold and wait. The backup cannot know which of them
 *       ended later and who holds their locks since; a session kept alive by a client that has long
 *       forgotten a lock would keep that lock for ever.
 * </ul>
 */
public final class BackupRestore {
  /** How far tokens and log indexes are moved on. */
  public static final long RAISE = 1L << 32;

  private static final int SESSIONS_AT_ONCE = 1_000;
  private static final int CHUNK_BYTES = 256 << 10;
  private static final int BACKLOG_BYTES_MAX = 8 << 20;

  private final LockStateMachine machine;
  private final EntryId last;
  private final int sessionsEnded;
  private final long tokenFloor;

  private BackupRestore(
      LockStateMachine machine, EntryId last, int sessionsEnded, long tokenFloor) {
    this.machine = machine;
    this.last = last;
    this.sessionsEnded = sessionsEnded;
    this.tokenFloor = tokenFloor;
  }

  /**
   * What became of a restore.
   *
   * @param last the new cluster's log begins after this entry
   * @param tokenFloor every token granted from now on is higher
   */
  public record Outcome(EntryId last, int sessionsEnded, long tokenFloor) {}

  /**
   * Writes the directory, and reads it back. Blocks.
   *
   * @param target its directory must be missing or empty
   * @param members of the new cluster, the peer of the target among them
   * @throws BackupException if the directory holds anything, the cluster is the backup's own, the
   *     backup is damaged, or the directory cannot be written; what was begun in it has to be
   *     deleted then
   */
  public static Outcome restore(Path file, StorageSettings target, Configuration members)
      throws BackupException {
    requireEmpty(target.directory());
    PeerId self = target.identity().peerId();
    if (!members.isVoter(self)) {
      throw new BackupException(
          self + " is not among the members " + members.members().keySet() + "; name it there");
    }
    BackupReader.Backup backup = BackupReader.read(file);
    if (backup.header().clusterId().equals(target.identity().clusterId())) {
      throw new BackupException(
          "the backup is of cluster \""
              + backup.header().clusterId()
              + "\" itself; give the restored cluster another cluster id, so that no peer of the"
              + " old one can ever talk to it");
    }
    BackupRestore restore = prepare(backup);
    try {
      restore.write(target, members);
    } catch (StorageException e) {
      throw new BackupException(
          "restoring into "
              + target.directory()
              + " failed: "
              + e.getMessage()
              + ". Next step: delete the directory and restore again",
          e);
    }
    return new Outcome(restore.last, restore.sessionsEnded, restore.tokenFloor);
  }

  private static void requireEmpty(Path directory) throws BackupException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> content = Files.list(directory)) {
      if (content.findAny().isPresent()) {
        throw new BackupException(
            "data directory "
                + directory
                + " is not empty; a restore overwrites nothing, name a new directory");
      }
    } catch (IOException e) {
      throw new BackupException("data directory " + directory + " cannot be read: " + e, e);
    }
  }

  /** Changes the state as the commands of a log would, in the same way on every peer. */
  private static BackupRestore prepare(BackupReader.Backup backup) throws BackupException {
    LockStateMachine machine = backup.machine();
    EntryId from = backup.header().last();
    if (from.index() > Long.MAX_VALUE - RAISE) {
      throw new BackupException("the backup's index " + from.index() + " cannot be raised");
    }
    EntryId last = new EntryId(Math.max(1, from.term()), from.index() + RAISE);
    int ended = 0;
    List<Long> sessions = someSessions(machine);
    while (!sessions.isEmpty()) {
      machine.apply(last, new Command.ExpireSessions(last.term(), sessions));
      ended += sessions.size();
      sessions = someSessions(machine);
    }
    CommandResult raised = machine.apply(last, new Command.RaiseTokenFloor(RAISE));
    if (!(raised instanceof CommandResult.TokenFloorRaised floor)) {
      throw new BackupException("the token floor cannot be raised by 2^32: " + raised);
    }
    machine.drainEvents();
    machine.checkInvariants();
    return new BackupRestore(machine, last, ended, floor.tokenFloor());
  }

  private static List<Long> someSessions(LockStateMachine machine) {
    return machine.sessions(0, SESSIONS_AT_ONCE).stream().map(SessionView::id).toList();
  }

  private void write(StorageSettings target, Configuration members) throws BackupException {
    try (MapDbLogStorage storage = MapDbLogStorage.open(target)) {
      storage.recover();
      Written written = new Written();
      storage.start(written);
      LogStorage.SnapshotWriter writer =
          storage.writeSnapshot(new SnapshotDescriptor.Draft(last, members, last));
      try (StateMachine.SnapshotView view = machine.beginSnapshot()) {
        byte @Nullable [] chunk = view.nextChunk(CHUNK_BYTES);
        while (chunk != null) {
          writer.write(chunk);
          written.awaitRoom(writer, BACKLOG_BYTES_MAX);
          chunk = view.nextChunk(CHUNK_BYTES);
        }
      }
      writer.finish(null);
      written.awaitSnapshot();
      HardState hardState = new HardState(last.term(), null);
      storage.persist(new LogStorage.Batch(1, hardState, last, 0, List.of()));
      written.awaitBatch();
    }
    if (!MapDbLogStorage.inspect(target).head().equals(last)) {
      throw new BackupException(
          target.directory()
              + " does not hold what was written; delete it, check the disk, restore again");
    }
  }
}
