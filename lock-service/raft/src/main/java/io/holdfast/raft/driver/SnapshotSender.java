package io.holdfast.raft.driver;

import io.holdfast.raft.PeerId;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.SnapshotId;
import io.holdfast.raft.core.RaftCore;
import io.holdfast.raft.core.Ready;
import io.holdfast.raft.message.Message.InstallSnapshot;
import io.holdfast.raft.message.Message.InstallSnapshotReply;
import io.holdfast.raft.spi.LogStorage;
import io.holdfast.raft.spi.Transport;
import io.holdfast.raft.tracker.PeerTracker;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Sends snapshots to peers that are too far behind: a few chunks ahead of the acknowledgements, so
 * that they never crowd heartbeats out. Lost chunks are sent again when nothing moves; a silent
 * peer is waited for.
 */
final class SnapshotSender {
  private static final byte[] NOTHING = {};
  private static final long NOT_READING = -1;

  private static final class Transfer {
    private final SnapshotDescriptor snapshot;
    private long acknowledged;
    private long sent;
    private long readingOffset = NOT_READING;
    private long lastMoveNanos;

    private Transfer(SnapshotDescriptor snapshot, long nowNanos) {
      this.snapshot = snapshot;
      this.lastMoveNanos = nowNanos;
    }

    private long size() {
      return snapshot.id().sizeBytes();
    }
  }

  private final RaftCore core;
  private final LogStorage storage;
  private final Transport transport;
  private final SnapshotPolicy policy;
  private final long retryNanos;
  private final SortedMap<PeerId, Transfer> transfers = new TreeMap<>();

  SnapshotSender(
      RaftCore core,
      LogStorage storage,
      Transport transport,
      SnapshotPolicy policy,
      long retryNanos) {
    this.core = core;
    this.storage = storage;
    this.transport = transport;
    this.policy = policy;
    this.retryNanos = retryNanos;
  }

  void begin(Ready.SnapshotNeed need, long nowNanos) {
    Transfer transfer = new Transfer(need.snapshot(), nowNanos);
    transfers.put(need.peer(), transfer);
    if (transfer.size() == 0) {
      send(need.peer(), transfer, 0, NOTHING);
    }
    readMore(transfer);
  }

  private void readMore(Transfer transfer) {
    long window = (long) policy.windowChunks() * policy.chunkBytes();
    if (transfer.readingOffset == NOT_READING
        && transfer.sent < transfer.size()
        && transfer.sent - transfer.acknowledged < window) {
      transfer.readingOffset = transfer.sent;
      storage.readSnapshot(transfer.snapshot.id(), transfer.sent, policy.chunkBytes());
    }
  }

  /**
   * Bytes of a snapshot arrived from storage. Whoever waits for exactly these takes them.
   *
   * @param bytes null when the snapshot is no longer stored
   */
  void read(SnapshotId id, long offset, byte @Nullable [] bytes) {
    List<PeerId> gone = new ArrayList<>();
    transfers.forEach(
        (peer, transfer) -> {
          if (transfer.readingOffset != offset || !transfer.snapshot.id().equals(id)) {
            return;
          }
          transfer.readingOffset = NOT_READING;
          if (bytes == null || bytes.length == 0) {
            gone.add(peer);
            return;
          }
          if (transfer.sent == offset) {
            transfer.sent += bytes.length;
            send(peer, transfer, offset, bytes);
          }
          readMore(transfer);
        });
    for (PeerId peer : gone) {
      transfers.remove(peer);
      core.snapshotTransferFailed(peer);
    }
  }

  private void send(PeerId peer, Transfer transfer, long offset, byte[] bytes) {
    transport.send(
        List.of(peer),
        new InstallSnapshot(core.currentTerm(), transfer.snapshot, offset, bytes, 0));
  }

  void onReply(Ready.ReceivedReply received, long nowNanos) {
    InstallSnapshotReply reply = received.message();
    Transfer transfer = transfers.get(received.from());
    if (transfer == null || !transfer.snapshot.id().equals(reply.snapshot())) {
      return;
    }
    if (reply.installed()) {
      transfers.remove(received.from());
    } else if (reply.nextOffset() > transfer.acknowledged) {
      transfer.acknowledged = Math.min(reply.nextOffset(), transfer.size());
      transfer.sent = Math.max(transfer.sent, transfer.acknowledged);
      transfer.lastMoveNanos = nowNanos;
      readMore(transfer);
    } else if (reply.nextOffset() == 0 && transfer.acknowledged > 0) {
      // The receiver lost what it had (restart, or bytes that did not check): from the start.
      transfers.put(received.from(), new Transfer(transfer.snapshot, nowNanos));
      readMore(transfers.get(received.from()));
    }
  }

  /** Sends again what was not acknowledged in time, to peers that are alive. */
  void tick(long nowNanos) {
    if (transfers.isEmpty()) {
      return;
    }
    for (PeerTracker tracker : core.trackers()) {
      Transfer transfer = transfers.get(tracker.peer());
      if (transfer == null) {
        continue;
      }
      if (tracker.state() != PeerTracker.State.SNAPSHOT) {
        transfers.remove(tracker.peer()); // it caught up some other way
      } else if (nowNanos - transfer.lastMoveNanos >= retryNanos
          && nowNanos - tracker.lastHeardNanos() < retryNanos) {
        retry(tracker.peer(), transfer, nowNanos);
      }
    }
  }

  private void retry(PeerId peer, Transfer transfer, long nowNanos) {
    transfer.lastMoveNanos = nowNanos;
    if (transfer.acknowledged == transfer.size()) {
      // Everything is there: ask whether it is installed.
      send(peer, transfer, transfer.size(), NOTHING);
    } else if (transfer.readingOffset == NOT_READING) {
      transfer.sent = transfer.acknowledged;
      readMore(transfer);
    }
  }

  /** This peer no longer leads. */
  void stop() {
    transfers.clear();
  }
}
