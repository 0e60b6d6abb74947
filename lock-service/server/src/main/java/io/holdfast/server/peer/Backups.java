package io.holdfast.server.peer;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Event;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.spi.StateMachine;
import io.holdfast.server.backup.BackupFormat;
import io.holdfast.server.backup.BackupHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Backups of the replicated state, made by whichever peer is asked, piece by piece between turns.
 * Each begins with a read through the leader and waits until this peer has applied what the leader
 * had: the backup holds everything that was acknowledged before it was asked for.
 */
final class Backups {
  /** Backups under way at once; each costs memory for what changes while it is read. */
  static final int UNDER_WAY_MAX = 2;

  private static final int PIECE_BYTES = 64 << 10;
  private static final int PIECES_PER_TURN_MAX = 4;

  /** The read may name any lock: what counts is the index it is as of. */
  private static final Request READ = new Request.GetLock("backup", false);

  private final PeerContext context;
  private final BiConsumer<ClientChannel, Request> asker;
  private final List<Backup> underWay = new ArrayList<>();
  private boolean more;

  /**
   * @param asker serves a request as if a client of this peer had made it
   */
  Backups(PeerContext context, BiConsumer<ClientChannel, Request> asker) {
    this.context = context;
    this.asker = asker;
  }

  /** Begins a backup. On the loop. */
  void begin(String clusterId, BackupSink sink) {
    if (underWay.size() >= UNDER_WAY_MAX) {
      sink.failed(Refusals.limit("backup", UNDER_WAY_MAX, "backups at once"));
      return;
    }
    Backup backup = new Backup(clusterId, sink);
    underWay.add(backup);
    asker.accept(backup, READ);
  }

  /** Moves every backup on. */
  void endTurn() {
    if (!underWay.isEmpty()) {
      more = false;
      underWay.removeIf(backup -> !backup.moveOn());
    }
  }

  /** Whether the next turn has something to do. */
  boolean isBusy() {
    return more;
  }

  int count() {
    return underWay.size();
  }

  /** Gives up all of them. */
  void abandon(String reason) {
    for (Backup backup : underWay) {
      backup.close();
      backup.sink.failed(
          Reply.Failed.of(ErrorCode.UNAVAILABLE, reason + "; ask another peer for a backup"));
    }
    underWay.clear();
  }

  /** One backup; to the rest of the peer it is a client that asked for one read. */
  private final class Backup implements ClientChannel {
    private final String clusterId;
    private final BackupSink sink;
    private final BackupFormat.Writer writer = new BackupFormat.Writer();
    private long neededIndex = Long.MAX_VALUE;
    private Reply.@Nullable Failed refused;
    private StateMachine.@Nullable SnapshotView view;

    private Backup(String clusterId, BackupSink sink) {
      this.clusterId = clusterId;
      this.sink = sink;
    }

    @Override
    public void reply(long id, Reply reply) {
      if (reply instanceof Reply.LockState state) {
        neededIndex = state.index();
      } else {
        refused = reply instanceof Reply.Failed failed ? failed : Refusals.noBackup();
      }
    }

    @Override
    public void event(Event event) {}

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void flush() {}

    /** False when it is over. */
    private boolean moveOn() {
      if (refused != null) {
        sink.failed(refused);
        return false;
      }
      if (sink.isCancelled()) {
        close();
        return false;
      }
      StateMachine.SnapshotView open = view;
      if (open == null) {
        begin();
        return true;
      }
      for (int pieces = 0; sink.isReady(); pieces++) {
        if (pieces == PIECES_PER_TURN_MAX) {
          more = true;
          return true;
        }
        byte[] piece = open.nextChunk(PIECE_BYTES);
        if (piece == null) {
          close();
          sink.bytes(writer.end());
          sink.end();
          return false;
        }
        sink.bytes(writer.piece(piece));
      }
      return true;
    }

    private void begin() {
      EntryId last = context.node().lastApplied();
      // Between the install of another peer's snapshot and its restore the state is older than it.
      if (context.appliedIndex() < neededIndex || last.equals(EntryId.NONE)) {
        return;
      }
      view = context.machine().beginSnapshot();
      BackupHeader header =
          new BackupHeader(clusterId, last, context.node().status().configuration());
      sink.begin(header);
      sink.bytes(writer.begin(header));
      more = true;
    }

    private void close() {
      if (view != null) {
        view.close();
        view = null;
      }
    }
  }
}
