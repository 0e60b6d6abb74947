package io.holdfast.raft.core;

import io.holdfast.raft.Entry;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.log.ConflictSearch;
import io.holdfast.raft.message.MatchResult;
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
    long coveredLast = request.previous().index() + request.entries().size();
    MatchResult result =
        ConflictSearch.compare(state.log(), request.previous(), coveredLast, state.commitIndex());
    if (!(result instanceof Matched)) {
      state.outbox.send(
          from,
          new AppendEntriesReply(state.currentTerm(), request.previous(), result, request.round()));
      return;
    }
    accept(request.entries());
    // Not further than this request covers: what follows in the log was not compared (§5.3).
    state.commitTo(Math.max(state.commitIndex(), Math.min(request.leaderCommit(), coveredLast)));
    attest(from, request, result);
  }

  private void attest(PeerId to, AppendEntries request, MatchResult result) {
    state.sendWhenDurable(
        to,
        new AppendEntriesReply(state.currentTerm(), request.previous(), result, request.round()));
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
    state.outbox.send(from, new HeartbeatReply(state.currentTerm(), heartbeat.round()));
  }

  void onInstallSnapshot(PeerId from, InstallSnapshot request) {
    boolean known = request.snapshot().last().index() <= state.commitIndex();
    if (!known && state.log().contains(request.snapshot().last())) {
      // The log holds what the snapshot covers; the entries after it stay (§7).
      state.commitTo(request.snapshot().last().index());
      known = true;
    }
    if (known) {
      state.sendWhenDurable(
          from,
          new InstallSnapshotReply(
              state.currentTerm(),
              request.snapshot().id(),
              request.snapshot().id().sizeBytes(),
              true,
              request.round()));
    } else {
      state.outbox.chunkReceived(new Ready.ReceivedChunk(from, request));
    }
  }
}
