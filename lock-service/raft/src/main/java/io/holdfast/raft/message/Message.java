package io.holdfast.raft.message;

import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.SnapshotId;
import java.util.List;

/**
 * What one peer says to another. Every message may be lost, doubled, delayed or overtaken. Sender,
 * cluster and format version travel in the frame around the message, so that one encoding serves
 * every receiver.
 */
public sealed interface Message {
  /** The sender's current term; 0 where the term does not matter. */
  long term();

  /**
   * Asks whether the receiver would vote for the sender in {@code campaignTerm} (thesis §9.6).
   * Changes no state of the receiver.
   */
  record PreVoteRequest(long term, long campaignTerm, EntryId lastEntry) implements Message {}

  record PreVoteReply(long term, long campaignTerm, boolean granted) implements Message {}

  /**
   * Asks for a vote (Raft paper §5.2).
   *
   * @param leadershipTransfer the leader itself asked the sender to campaign, so that receivers
   *     must not refuse because they hear a leader (thesis §3.10)
   */
  record VoteRequest(long term, EntryId lastEntry, boolean leadershipTransfer) implements Message {}

  record VoteReply(long term, boolean granted) implements Message {}

  /**
   * Replicates entries that follow {@code previous} (§5.3).
   *
   * @param round the newest quorum round the leader has started; an answer confirms it
   */
  record AppendEntries(
      long term, EntryId previous, List<Entry> entries, long leaderCommit, long round)
      implements Message {}

  /**
   * @param previous the position compared by the request that is answered, so that a late answer
   *     can be told from a current one
   */
  record AppendEntriesReply(long term, EntryId previous, MatchResult result, long round)
      implements Message {}

  /**
   * A sign of life that carries no entries and no claim about the receiver's log.
   *
   * @param commit at most the receiver's known match index, so that it may be followed unchecked
   */
  record Heartbeat(long term, long commit, long round) implements Message {}

  /**
   * @param round of the heartbeat; 0 from a peer that cannot follow, because its store is empty or
   *     it does not know what it promised
   */
  record HeartbeatReply(long term, long round) implements Message {}

  /**
   * One chunk of a snapshot (§7).
   *
   * @param offset where {@code chunk} starts, in bytes
   */
  record InstallSnapshot(
      long term, SnapshotDescriptor snapshot, long offset, byte[] chunk, long round)
      implements Message {}

  /**
   * @param nextOffset the first byte the receiver lacks
   * @param installed the receiver's log now starts from this snapshot or a newer one
   */
  record InstallSnapshotReply(
      long term, SnapshotId snapshot, long nextOffset, boolean installed, long round)
      implements Message {}

  /** Tells the receiver to campaign at once (thesis §3.10). */
  record TimeoutNow(long term) implements Message {}

  /** Carries bytes of the layer above between peers; the consensus core never looks inside. */
  record ApplicationMessage(byte[] payload) implements Message {
    @Override
    public long term() {
      return 0;
    }
  }
}
