package io.holdfast.raft.core;

import io.holdfast.raft.PeerId;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.message.Message.InstallSnapshot;
import io.holdfast.raft.message.Message.InstallSnapshotReply;
import io.holdfast.raft.spi.LogStorage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the core wants done, gathered since the last one was taken. Everything in {@code messages}
 * may leave at once: what attests that something is durable is held back inside the core until
 * {@link RaftCore#durable} says so.
 *
 * @param messages to send, in this order
 * @param batch to hand to storage, or null when nothing changed
 * @param fetches entries to read from storage for peers far behind
 * @param reads reads that may be answered now
 * @param failedReads tickets of reads that cannot be answered here any more
 * @param snapshotsToSend peers that need a snapshot from now on
 * @param snapshotChunks chunks that arrived and are wanted
 * @param snapshotReplies answers to chunks this leader sent
 * @param roleChanged role, term or leader are not what they were
 * @param configurationChanged another configuration is in force
 */
public record Ready(
    List<Outbound> messages,
    LogStorage.@Nullable Batch batch,
    List<LogStorage.Fetch> fetches,
    List<ConfirmedRead> reads,
    List<Long> failedReads,
    List<SnapshotNeed> snapshotsToSend,
    List<ReceivedChunk> snapshotChunks,
    List<ReceivedReply> snapshotReplies,
    boolean roleChanged,
    boolean configurationChanged) {

  /** A read whose round is confirmed, and whose index is applied. */
  public record ConfirmedRead(long ticket, long index) {}

  /** A peer whose next entries are compacted. */
  public record SnapshotNeed(PeerId peer, SnapshotDescriptor snapshot) {}

  /** A chunk from the leader of the current term. */
  public record ReceivedChunk(PeerId from, InstallSnapshot message) {}

  /** An answer to a chunk, in the current term. */
  public record ReceivedReply(PeerId from, InstallSnapshotReply message) {}
}
