package io.holdfast.chaos.sim;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryType;
import io.holdfast.raft.message.Message;
import io.holdfast.raft.message.Message.AppendEntries;
import io.holdfast.raft.message.Message.AppendEntriesReply;
import io.holdfast.raft.message.Message.ApplicationMessage;
import io.holdfast.raft.message.Message.Heartbeat;
import io.holdfast.raft.message.Message.HeartbeatReply;
import io.holdfast.raft.message.Message.InstallSnapshot;
import io.holdfast.raft.message.Message.InstallSnapshotReply;
import io.holdfast.raft.message.Message.PreVoteReply;
import io.holdfast.raft.message.Message.PreVoteRequest;
import io.holdfast.raft.message.Message.TimeoutNow;
import io.holdfast.raft.message.Message.VoteReply;
import io.holdfast.raft.message.Message.VoteRequest;
import java.util.List;
import java.util.stream.Collectors;

/** Messages in a few words, for traces. */
final class MessageText {
  private MessageText() {}

  /** A small number for the kind of message. */
  static int kind(Message message) {
    if (message instanceof AppendEntries append) {
      return 16 + Math.min(append.entries().size(), 1_000);
    } else if (message instanceof AppendEntriesReply) {
      return 1;
    } else if (message instanceof Heartbeat) {
      return 2;
    } else if (message instanceof HeartbeatReply) {
      return 3;
    } else if (message instanceof ApplicationMessage) {
      return 4;
    } else if (message instanceof VoteRequest) {
      return 5;
    } else if (message instanceof VoteReply) {
      return 6;
    } else if (message instanceof PreVoteRequest) {
      return 7;
    } else if (message instanceof PreVoteReply) {
      return 8;
    } else if (message instanceof InstallSnapshot) {
      return 9;
    } else if (message instanceof InstallSnapshotReply) {
      return 10;
    }
    return message instanceof TimeoutNow ? 11 : 12;
  }

  static String of(Message message) {
    if (message instanceof AppendEntries append) {
      return "append term=%d after %s +%d%s commit=%d"
          .formatted(
              append.term(),
              append.previous(),
              append.entries().size(),
              configurations(append.entries()),
              append.leaderCommit());
    } else if (message instanceof InstallSnapshot install) {
      return "snapshot term=%d %s from %d"
          .formatted(install.term(), install.snapshot().last(), install.offset());
    } else if (message instanceof ApplicationMessage application) {
      return "forwarded " + application.payload().length + " bytes";
    }
    return message.toString();
  }

  /** The configurations that entries bring. */
  private static String configurations(List<Entry> entries) {
    return entries.stream()
        .filter(entry -> entry.type() == EntryType.CONFIGURATION)
        .map(entry -> " " + entry.index() + ":" + of(Configuration.decode(entry.payload())))
        .collect(Collectors.joining());
  }

  static String of(Configuration configuration) {
    return "{voters="
        + configuration.voters()
        + (configuration.isJoint() ? " outgoing=" + configuration.outgoingVoters() : "")
        + (configuration.learners().isEmpty() ? "" : " learners=" + configuration.learners())
        + (configuration.staged().isEmpty() ? "" : " staged=" + configuration.staged())
        + "}";
  }
}
