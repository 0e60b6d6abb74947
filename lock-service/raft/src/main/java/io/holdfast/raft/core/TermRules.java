package io.holdfast.raft.core;

import io.holdfast.raft.PeerId;
import io.holdfast.raft.message.MatchResult.IndexNotMatched;
import io.holdfast.raft.message.Message;
import io.holdfast.raft.message.Message.AppendEntries;
import io.holdfast.raft.message.Message.AppendEntriesReply;
import io.holdfast.raft.message.Message.Heartbeat;
import io.holdfast.raft.message.Message.HeartbeatReply;
import io.holdfast.raft.message.Message.InstallSnapshot;
import io.holdfast.raft.message.Message.InstallSnapshotReply;
import io.holdfast.raft.message.Message.PreVoteReply;
import io.holdfast.raft.message.Message.VoteReply;
import io.holdfast.raft.message.Message.VoteRequest;

/** What a message of another term means, whatever the role (Raft paper §5.1). */
final class TermRules {
  private TermRules() {}

  static boolean isFromLeader(Message message) {
    return message instanceof AppendEntries
        || message instanceof Heartbeat
        || message instanceof InstallSnapshot;
  }

  static boolean isAnswer(Message message) {
    return message instanceof AppendEntriesReply
        || message instanceof HeartbeatReply
        || message instanceof InstallSnapshotReply
        || message instanceof VoteReply
        || message instanceof PreVoteReply;
  }

  /**
   * Tells a sender of an older term that it is over. Also a stuck candidate with a higher term
   * answers a leader so: the leader steps down, and a fresh election takes the candidate in.
   */
  static void answerStale(RaftState state, PeerId from, Message message) {
    long term = state.currentTerm();
    if (message instanceof AppendEntries request) {
      state.outbox.send(
          from,
          new AppendEntriesReply(
              term, request.previous(), new IndexNotMatched(state.log().lastIndex()), 0));
    } else if (message instanceof Heartbeat) {
      state.outbox.send(from, new HeartbeatReply(term, 0));
    } else if (message instanceof InstallSnapshot request) {
      state.outbox.send(from, new InstallSnapshotReply(term, request.snapshot().id(), 0, false, 0));
    } else if (message instanceof VoteRequest) {
      state.outbox.send(from, new VoteReply(term, false));
    }
  }
}
