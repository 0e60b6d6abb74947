package io.holdfast.raft.core;

import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.log.RaftLog;
import io.holdfast.raft.message.Message.AppendEntries;
import io.holdfast.raft.message.Message.Heartbeat;
import io.holdfast.raft.spi.LogStorage;
import io.holdfast.raft.tracker.PeerTracker;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Composes what a leader sends. Peers at the same position share one message, so that it is encoded
 * once.
 */
final class Replicator {
  /** A message of this round of sending, and who gets it so far. */
  private record Composed(AppendEntries message, List<PeerId> receivers) {
    boolean serves(long previousIndex, boolean empty) {
      return message.previous().index() == previousIndex && message.entries().isEmpty() == empty;
    }
  }

  private final RaftState state;
  private final List<Composed> composed = new ArrayList<>();

  Replicator(RaftState state) {
    this.state = state;
  }

  /** Sends each peer the entries its state and window allow. */
  void replicate(Collection<PeerTracker> trackers, long round) {
    for (PeerTracker tracker : trackers) {
      replicateTo(tracker, round);
    }
    composed.clear();
  }

  private void replicateTo(PeerTracker tracker, long round) {
    RaftLog log = state.log();
    while (tracker.maySendEntries()) {
      long next = tracker.nextIndex();
      boolean probing = tracker.state() == PeerTracker.State.PROBE;
      if (next > log.lastIndex() && !probing) {
        break;
      }
      if (next - 1 < log.headIndex()) {
        needSnapshot(tracker);
        return;
      }
      boolean inMemory = next >= log.firstCachedIndex();
      if (!inMemory && !probing) {
        fetch(tracker, next);
        return;
      }
      send(tracker, next > log.lastIndex() || !inMemory, round);
    }
    if (tracker.isEmptyAppendDue()) {
      if (tracker.nextIndex() - 1 < log.headIndex()) {
        needSnapshot(tracker);
      } else {
        send(tracker, true, round);
      }
    }
  }

  private void needSnapshot(PeerTracker tracker) {
    SnapshotDescriptor snapshot = state.snapshot();
    if (snapshot == null) {
      throw new IllegalStateException(
          "the log starts after " + state.log().head() + " and there is no snapshot of it");
    }
    tracker.becomeSnapshot(snapshot.id());
    state.outbox.snapshotNeeded(new Ready.SnapshotNeed(tracker.peer(), snapshot));
  }

  private void fetch(PeerTracker tracker, long from) {
    long ticket = state.nextFetchTicket();
    tracker.fetching(ticket);
    long to = Math.min(state.log().firstCachedIndex(), state.log().lastIndex() + 1);
    state.outbox.fetch(new LogStorage.Fetch(ticket, from, to, state.limits.appendBytesMax()));
  }

  private void send(PeerTracker tracker, boolean empty, long round) {
    long previousIndex = tracker.nextIndex() - 1;
    Composed shared = null;
    for (Composed candidate : composed) {
      if (candidate.serves(previousIndex, empty)) {
        shared = candidate;
        break;
      }
    }
    if (shared == null) {
      shared = compose(previousIndex, empty, round);
    }
    shared.receivers().add(tracker.peer());
    sent(tracker, shared.message());
  }

  private Composed compose(long previousIndex, boolean empty, long round) {
    RaftLog log = state.log();
    List<Entry> entries =
        empty
            ? List.of()
            : log.slice(previousIndex + 1, log.lastIndex(), state.limits.appendBytesMax());
    EntryId previous = log.idAt(previousIndex);
    Composed fresh =
        new Composed(
            new AppendEntries(state.currentTerm(), previous, entries, state.commitIndex(), round),
            new ArrayList<>(4));
    composed.add(fresh);
    state.outbox.send(fresh.receivers(), fresh.message());
    return fresh;
  }

  private void sent(PeerTracker tracker, AppendEntries message) {
    long bytes = 0;
    for (Entry entry : message.entries()) {
      bytes += entry.payload().length;
    }
    long coveredLast = message.previous().index() + message.entries().size();
    tracker.sentEntries(coveredLast, bytes);
    tracker.toldCommit(Math.min(message.leaderCommit(), coveredLast));
  }

  /** Entries read from storage for a peer far behind. */
  void fetched(PeerTracker tracker, List<Entry> entries, long round) {
    tracker.fetchEnded();
    long next = tracker.nextIndex();
    if (!followTheLog(entries, next)) {
      // Compacted meanwhile: the next try finds the snapshot. It waits for a heartbeat answer.
      tracker.pauseProbe();
      return;
    }
    AppendEntries message =
        new AppendEntries(
            state.currentTerm(), state.log().idAt(next - 1), entries, state.commitIndex(), round);
    state.outbox.send(tracker.peer(), message);
    sent(tracker, message);
  }

  /** What storage answers is not believed: an append must start right after its position. */
  private boolean followTheLog(List<Entry> entries, long next) {
    if (entries.isEmpty() || next - 1 < state.log().headIndex()) {
      return false;
    }
    long index = next;
    for (Entry entry : entries) {
      if (entry.index() != index || !state.log().contains(entry.id())) {
        throw new IllegalStateException(
            "storage answered entry " + entry.id() + " where " + index + " was asked for");
      }
      index++;
    }
    return true;
  }

  /** Sends a heartbeat to each of the peers; equal ones share one message. */
  void heartbeat(Collection<PeerTracker> trackers, long round) {
    List<Outbound> shared = new ArrayList<>(2);
    for (PeerTracker tracker : trackers) {
      long commit = Math.min(tracker.matchIndex(), state.commitIndex());
      Outbound found = null;
      for (Outbound candidate : shared) {
        if (((Heartbeat) candidate.message()).commit() == commit) {
          found = candidate;
          break;
        }
      }
      if (found == null) {
        found = new Outbound(new ArrayList<>(4), new Heartbeat(state.currentTerm(), commit, round));
        shared.add(found);
      }
      found.receivers().add(tracker.peer());
      tracker.toldCommit(commit);
    }
    for (Outbound heartbeat : shared) {
      state.outbox.send(heartbeat.receivers(), heartbeat.message());
    }
  }
}
