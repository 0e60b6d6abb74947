package io.holdfast.raft.core;

import io.holdfast.raft.PeerId;
import io.holdfast.raft.message.Message;
import io.holdfast.raft.spi.LogStorage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gathers the parts of the next {@link Ready}. */
final class Outbox {
  private List<Outbound> messages = new ArrayList<>();
  private List<LogStorage.Fetch> fetches = List.of();
  private List<Ready.ConfirmedRead> reads = List.of();
  private List<Long> failedReads = List.of();
  private List<Ready.SnapshotNeed> snapshotsToSend = List.of();
  private List<Ready.ReceivedChunk> snapshotChunks = List.of();
  private List<Ready.ReceivedReply> snapshotReplies = List.of();
  private boolean configurationChanged;

  void send(PeerId to, Message message) {
    messages.add(new Outbound(List.of(to), message));
  }

  /** The list may still grow until the {@link Ready} is taken. */
  void send(List<PeerId> to, Message message) {
    messages.add(new Outbound(to, message));
  }

  void fetch(LogStorage.Fetch fetch) {
    fetches = added(fetches, fetch);
  }

  void confirmed(long ticket, long index) {
    reads = added(reads, new Ready.ConfirmedRead(ticket, index));
  }

  void readFailed(long ticket) {
    failedReads = added(failedReads, ticket);
  }

  List<Long> failedReads() {
    return failedReads;
  }

  void snapshotNeeded(Ready.SnapshotNeed need) {
    snapshotsToSend = added(snapshotsToSend, need);
  }

  void chunkReceived(Ready.ReceivedChunk chunk) {
    snapshotChunks = added(snapshotChunks, chunk);
  }

  void snapshotReplied(Ready.ReceivedReply reply) {
    snapshotReplies = added(snapshotReplies, reply);
  }

  void configurationChanged() {
    configurationChanged = true;
  }

  Ready take(LogStorage.@Nullable Batch batch, boolean roleChanged) {
    Ready ready =
        new Ready(
            messages,
            batch,
            fetches,
            reads,
            failedReads,
            snapshotsToSend,
            snapshotChunks,
            snapshotReplies,
            roleChanged,
            configurationChanged);
    clear();
    return ready;
  }

  void clear() {
    messages = new ArrayList<>();
    fetches = List.of();
    reads = List.of();
    failedReads = List.of();
    snapshotsToSend = List.of();
    snapshotChunks = List.of();
    snapshotReplies = List.of();
    configurationChanged = false;
  }

  private static <T> List<T> added(List<T> list, T element) {
    List<T> grown = list.isEmpty() ? new ArrayList<>() : list;
    grown.add(element);
    return grown;
  }
}
