package io.holdfast.server.transport;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.SnapshotId;
import io.holdfast.raft.message.MatchResult.Matched;
import io.holdfast.raft.message.Message;
import java.util.List;

/** One message of every type. */
final class MessageSamples {
  private MessageSamples() {}

  static List<Message> all() {
    EntryId last = new EntryId(3, 17);
    SnapshotId snapshot = new SnapshotId(last, 900_000, 77);
    Configuration configuration =
        Configuration.ofVoters(List.of(TestPeer.member(1, 7_800), TestPeer.member(2, 7_801)));
    List<Entry> entries =
        List.of(
            Entry.noOp(new EntryId(4, 18)), Entry.command(new EntryId(4, 19), new byte[100_000]));
    return List.of(
        new Message.PreVoteRequest(3, 4, last),
        new Message.PreVoteReply(3, 4, true),
        new Message.VoteRequest(4, last, false),
        new Message.VoteReply(4, true),
        new Message.AppendEntries(4, last, entries, 16, 9),
        new Message.AppendEntriesReply(4, last, new Matched(19), 9),
        new Message.Heartbeat(4, 19, 10),
        new Message.HeartbeatReply(4, 10),
        new Message.InstallSnapshot(
            4,
            new SnapshotDescriptor(snapshot, configuration, new EntryId(1, 1)),
            0,
            new byte[1 << 20],
            11),
        new Message.InstallSnapshotReply(4, snapshot, 1 << 20, false, 11),
        new Message.TimeoutNow(4),
        new Message.ApplicationMessage(new byte[] {1, 2, 3}));
  }
}
