package io.holdfast.raft.core;

import java.util.ArrayDeque;

/**
 * Reads that wait for a quorum round (thesis §6.4). All reads that arrive before a round begins
 * share it. Rounds are numbered upwards; an answer to a round confirms that round and all before
 * it, never a later one, so that late answers prove nothing new.
 */
final class ReadIndexTracker {
  /** Rounds that may be open at once; while they are, further reads gather for the next one. */
  private static final int OPEN_ROUNDS_MAX = 4;

  private static final class Read {
    private final long ticket;
    private long round;
    private long index;

    private Read(long ticket) {
      this.ticket = ticket;
    }
  }

  private final Outbox outbox;
  private final ArrayDeque<Read> waiting = new ArrayDeque<>();
  private final ArrayDeque<Read> underWay = new ArrayDeque<>();

  /** Begins with one that nobody waits for: in answers 0 means that the peer confirms none. */
  private long round = 1;

  private long confirmedRound;

  ReadIndexTracker(Outbox outbox) {
    this.outbox = outbox;
  }

  /** The newest round begun. */
  long round() {
    return round;
  }

  int size() {
    return waiting.size() + underWay.size();
  }

  void add(long ticket) {
    waiting.addLast(new Read(ticket));
  }

  /** Whether reads wait for a round that may begin now. */
  boolean wantsRound() {
    return !waiting.isEmpty() && round - confirmedRound < OPEN_ROUNDS_MAX;
  }

  boolean hasWaiting() {
    return !waiting.isEmpty();
  }

  /** Begins a round for the waiting reads: whoever answers it, answers after they arrived. */
  void beginRound(long commitIndex) {
    round++;
    while (!waiting.isEmpty()) {
      Read read = waiting.removeFirst();
      read.round = round;
      read.index = commitIndex;
      underWay.addLast(read);
    }
  }

  void confirmed(long quorumRound) {
    confirmedRound = Math.max(confirmedRound, Math.min(quorumRound, round));
  }

  /** Answers the reads whose round is confirmed and whose index is applied. */
  void release(long appliedIndex) {
    while (!underWay.isEmpty()) {
      Read oldest = underWay.peekFirst();
      if (oldest.round > confirmedRound || oldest.index > appliedIndex) {
        return;
      }
      underWay.removeFirst();
      outbox.confirmed(oldest.ticket, oldest.index);
    }
  }

  void failAll() {
    underWay.forEach(read -> outbox.readFailed(read.ticket));
    waiting.forEach(read -> outbox.readFailed(read.ticket));
    underWay.clear();
    waiting.clear();
  }
}
