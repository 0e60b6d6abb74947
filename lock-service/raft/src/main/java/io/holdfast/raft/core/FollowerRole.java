package io.holdfast.raft.core;

import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.SnapshotId;
import io.holdfast.raft.log.ConflictSearch;
import io.holdfast.raft.message.MatchResult;
import io.holdfast.raft.message.MatchResult.Held;
import io.holdfast.raft.message.MatchResult.IndexNotMatched;
import io.holdfast.raft.message.MatchResult.Lost;
import io.holdfast.raft.message.MatchResult.Matched;
import io.holdfast.raft.message.Message.AppendEntries;
import io.holdfast.raft.message.Message.AppendEntriesReply;
import io.holdfast.raft.message.Message.Heartbeat;
import io.holdfast.raft.message.Message.HeartbeatReply;
import io.holdfast.raft.message.Message.InstallSnapshot;
import io.holdfast.raft.message.Message.InstallSnapshotReply;
import java.util.List;

/** What a peer does with the messages of its term's leader (Raft paper §5.3, §7). */
final class FollowerRole {
  private final RaftState state;

  FollowerRole(RaftState state) {
    this.state = state;
  }

  void onAppendEntries(PeerId from, AppendEntries request) {
    if (request.previous().index() < state.commitIndex()) {
      // Late, or the leader does not know how far this peer is: up to the commit index all agree.
      attest(from, request, new Matched(state.commitIndex()));
      return;
    }
    if (state.isEmpty() && !isFounding(from, request)) {
      state.abstain();
    }
    long coveredLast = request.previous().index() + request.entries().size();
    MatchResult result =
        ConflictSearch.compare(state.log(), request.previous(), coveredLast, state.commitIndex());
    if (!(result instanceof Matched matched)) {
      MatchResult refusal =
          state.isAbstaining() && result instanceof IndexNotMatched shorter
              ? new Lost(shorter.lastIndex())
              : result;
      state.outbox.send(
          from,
          new AppendEntriesReply(state.currentTerm(), request.previous(), refusal, round(request)));
      return;
    }
    accept(request.entries());
    // Not further than this request covers: what follows in the log was not compared (§5.3).
    state.commitTo(Math.max(state.commitIndex(), Math.min(request.leaderCommit(), coveredLast)));
    attest(from, request, matched);
  }

  /**
   * Whether the cluster can be no older than this peer's store: it voted for this leader, whose log
   * was as empty as its own; or the leader's whole log is of its own term and nothing is committed.
   */
  private boolean isFounding(PeerId from, AppendEntries request) {
    return from.equals(state.vote())
        || (request.leaderCommit() == 0
            && (request.previous().index() > 0
                || request.entries().isEmpty()
                || request.entries().get(0).term() == request.term()));
  }

  private void attest(PeerId to, AppendEntries request, Matched matched) {
    MatchResult result = state.isAbstaining() ? new Held(matched.matchIndex()) : matched;
    state.sendWhenDurable(
        to,
        new AppendEntriesReply(state.currentTerm(), request.previous(), result, round(request)));
  }

  /** A peer that cannot know what it promised confirms no leader. */
  private long round(AppendEntries request) {
    return state.isAbstaining() || state.isEmpty() ? 0 : request.round();
  }

  /** Drops the log from the first conflict on, never an entry that agrees: requests come late. */
  private void accept(List<Entry> entries) {
    for (Entry entry : entries) {
      long index = entry.index();
      if (index <= state.log().lastIndex()) {
        if (state.log().contains(entry.id())) {
          continue;
        }
        state.truncateFrom(index);
      }
      state.append(entry);
    }
  }

  void onHeartbeat(PeerId from, Heartbeat heartbeat) {
    // A commit index beyond the log was attested by a log this peer no longer has.
    if (heartbeat.commit() <= state.log().lastIndex()) {
      state.commitTo(Math.max(state.commitIndex(), heartbeat.commit()));
    }
    long round = state.isAbstaining() || state.isEmpty() ? 0 : heartbeat.round();
    state.outbox.send(from, new HeartbeatReply(state.currentTerm(), round));
  }

  void onInstallSnapshot(PeerId from, InstallSnapshot request) {
    boolean known = request.snapshot().last().index() <= state.commitIndex();
    if (!known && state.log().contains(request.snapshot().last())) {
      // The log holds what the snapshot covers; the entries after it stay (§7).
      state.commitTo(request.snapshot().last().index());
      known = true;
    }
    if (known) {
      attestSnapshot(from, request.snapshot().id(), request.round());
    } else if (state.isEmpty() && !from.equals(state.vote()) && !isAbstentionDurable()) {
      state.abstain(); // the chunk comes again, when this is durable
    } else {
      state.outbox.chunkReceived(new Ready.ReceivedChunk(from, request));
    }
  }

  private boolean isAbstentionDurable() {
    return state.isAbstaining() && state.persist().isSettled();
  }

  /** This peer holds everything a snapshot covers, as soon as what changed is durable. */
  void attestSnapshot(PeerId to, SnapshotId snapshot, long round) {
    EntryId last = snapshot.last();
    state.sendWhenDurable(
        to,
        state.isAbstaining()
            ? new AppendEntriesReply(state.currentTerm(), last, new Held(last.index()), 0)
            : new InstallSnapshotReply(
                state.currentTerm(), snapshot, snapshot.sizeBytes(), true, round));
  }
}
