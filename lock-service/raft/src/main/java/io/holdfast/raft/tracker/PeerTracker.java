package io.holdfast.raft.tracker;

import io.holdfast.raft.PeerId;
import io.holdfast.raft.SnapshotId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a leader knows of one other peer (Raft paper, figure 2: nextIndex and matchIndex), and how
 * fast it may send.
 *
 * <ul>
 *   <li><b>Probe</b>: where the logs agree is not known. One append at a time, at most one per
 *       heartbeat interval unless it is answered.
 *   <li><b>Replicate</b>: appends are pipelined, {@code nextIndex} moves on when they are sent, a
 *       window bounds what is unanswered.
 *   <li><b>Snapshot</b>: the peer needs entries that were compacted; no appends until the transfer
 *       ends.
 * </ul>
 *
 * <p>Always {@code matchIndex < nextIndex}, and {@code matchIndex} never falls.
 */
public final class PeerTracker {
  /** How the leader sends to the peer. */
  public enum State {
    PROBE,
    REPLICATE,
    SNAPSHOT
  }

  private final PeerId peer;
  private final Inflights inflights;
  private State state = State.PROBE;
  private long nextIndex;
  private long matchIndex;
  private boolean probePaused;
  private @Nullable SnapshotId pendingSnapshot;
  private long lastHeardNanos;
  private long ackedRound;
  private long toldCommit;
  private long fetchTicket;
  private boolean emptyAppendDue;
  private boolean abstaining;
  private long matchAtLastHeartbeat = -1;

  /**
   * @param nextIndex 1 or more
   * @param nowNanos counts as the last time the peer was heard, so that a new leader gives everyone
   *     a full timeout
   */
  public PeerTracker(
      PeerId peer, long nextIndex, long nowNanos, int inflightMessagesMax, long inflightBytesMax) {
    this.peer = peer;
    this.nextIndex = nextIndex;
    this.lastHeardNanos = nowNanos;
    this.inflights = new Inflights(inflightMessagesMax, inflightBytesMax);
  }

  public PeerId peer() {
    return peer;
  }

  public State state() {
    return state;
  }

  public long nextIndex() {
    return nextIndex;
  }

  public long matchIndex() {
    return matchIndex;
  }

  public long lastHeardNanos() {
    return lastHeardNanos;
  }

  public int inflightMessages() {
    return inflights.count();
  }

  public long inflightBytes() {
    return inflights.bytes();
  }

  /** The snapshot under way, while the state is {@link State#SNAPSHOT}. */
  public Optional<SnapshotId> pendingSnapshot() {
    return Optional.ofNullable(pendingSnapshot);
  }

  /** Whether an append that carries entries may be sent now. */
  public boolean maySendEntries() {
    return fetchTicket == 0
        && switch (state) {
          case PROBE -> !probePaused;
          case REPLICATE -> !inflights.isFull();
          case SNAPSHOT -> false;
        };
  }

  /** An append with these entries leaves, which is {@code lastIndex - nextIndex + 1} entries. */
  public void sentEntries(long lastIndex, long payloadBytes) {
    emptyAppendDue = false;
    switch (state) {
      case PROBE -> probePaused = true;
      case REPLICATE -> {
        if (lastIndex >= nextIndex) {
          inflights.add(lastIndex, payloadBytes);
          nextIndex = lastIndex + 1;
        }
      }
      case SNAPSHOT -> throw new IllegalStateException(peer + " waits for a snapshot");
    }
  }

  /**
   * The peer holds the leader's log up to {@code index}.
   *
   * @param logHeadIndex the position before the leader's first entry: a peer that reached it needs
   *     no snapshot any more, however it got there
   * @return whether anything new was learnt
   */
  public boolean matched(long index, long logHeadIndex) {
    boolean advanced = raiseMatch(index);
    switch (state) {
      case PROBE -> becomeReplicate();
      case REPLICATE -> {}
      case SNAPSHOT -> {
        if (matchIndex >= logHeadIndex) {
          becomeReplicate();
        }
      }
    }
    return advanced;
  }

  /**
   * Whether a refusal of an append after {@code previousIndex} tells something that still holds. A
   * late or doubled one must not move anything backwards.
   */
  public boolean isCurrentRefusal(long previousIndex) {
    return switch (state) {
      case PROBE -> previousIndex == nextIndex - 1 && previousIndex > matchIndex;
      case REPLICATE -> previousIndex > matchIndex && previousIndex < nextIndex;
      case SNAPSHOT -> false;
    };
  }

  /** A current refusal: probe again from {@code candidateNext}, never at or below the match. */
  public void refused(long candidateNext) {
    nextIndex = Math.max(matchIndex + 1, Math.min(candidateNext, nextIndex));
    becomeProbe(nextIndex);
  }

  public void becomeProbe(long next) {
    state = State.PROBE;
    nextIndex = Math.max(matchIndex + 1, next);
    resetFlow();
  }

  /** Probes again after the next heartbeat answer. */
  public void pauseProbe() {
    becomeProbe(nextIndex);
    probePaused = true;
  }

  private void becomeReplicate() {
    state = State.REPLICATE;
    nextIndex = matchIndex + 1;
    resetFlow();
  }

  public void becomeSnapshot(SnapshotId snapshot) {
    state = State.SNAPSHOT;
    resetFlow();
    pendingSnapshot = snapshot;
  }

  /**
   * The transfer failed; the peer is probed again from after its match. The first probe waits for
   * the next heartbeat answer, so that a failing transfer is not retried in a tight loop.
   */
  public void snapshotFailed() {
    if (state == State.SNAPSHOT) {
      becomeProbe(matchIndex + 1);
      probePaused = true;
    }
  }

  /** The peer's log starts from a snapshot that ends at {@code lastIndex}. */
  public void snapshotInstalled(long lastIndex) {
    raiseMatch(lastIndex);
    if (state == State.SNAPSHOT) {
      becomeProbe(matchIndex + 1);
    }
  }

  /** However the peer came to hold it, what it holds is not under way any more. */
  private boolean raiseMatch(long index) {
    boolean rises = index > matchIndex;
    if (rises) {
      matchIndex = index;
      inflights.freeUpTo(index);
    }
    skipTo(matchIndex + 1);
    return rises;
  }

  /** Moves on, never back; entries that are being read for the place before are of no use then. */
  private void skipTo(long next) {
    if (next > nextIndex) {
      nextIndex = next;
      fetchTicket = 0;
    }
  }

  private void resetFlow() {
    probePaused = false;
    emptyAppendDue = false;
    fetchTicket = 0;
    pendingSnapshot = null;
    inflights.clear();
  }

  public void heard(long nowNanos) {
    lastHeardNanos = nowNanos;
  }

  /** The peer follows in this round; rounds only rise, whatever order answers arrive in. */
  public void acknowledgedRound(long round) {
    ackedRound = Math.max(ackedRound, round);
  }

  public long ackedRound() {
    return ackedRound;
  }

  /**
   * A heartbeat was answered, so the connection works: a paused probe may go out again; and when
   * nothing was matched since the answer before, while messages are unanswered, an empty append is
   * due, whose refusal uncovers a lost window. So it is when a peer that is counted confirms no
   * round: it has lost its store, and while nobody proposes anything only a question shows it.
   *
   * @param confirmsRound whether the peer counts itself among those who follow
   */
  public void heartbeatAnswered(boolean confirmsRound) {
    switch (state) {
      case PROBE -> probePaused = false;
      case REPLICATE -> {
        boolean windowLost = matchIndex == matchAtLastHeartbeat && matchIndex + 1 < nextIndex;
        boolean storeLost = !confirmsRound && !abstaining;
        emptyAppendDue = windowLost || storeLost;
        matchAtLastHeartbeat = matchIndex;
      }
      case SNAPSHOT -> {}
    }
  }

  /** Whether an append without entries must be sent although the window may be full. */
  public boolean isEmptyAppendDue() {
    return emptyAppendDue && state == State.REPLICATE;
  }

  /** The highest commit index the peer was told, as far as it could follow it. */
  public long toldCommit() {
    return toldCommit;
  }

  public void toldCommit(long index) {
    toldCommit = Math.max(toldCommit, index);
  }

  /**
   * Whether the peer lost what it held before: it receives the log, but what it holds must not be
   * counted while it is a voter.
   */
  public boolean isAbstaining() {
    return abstaining;
  }

  public void abstaining(boolean value) {
    abstaining = value;
  }

  /** What may be counted towards commitment: the match, unless the peer abstains. */
  public long countedIndex() {
    return abstaining ? 0 : matchIndex;
  }

  /** Entries for the peer are being read from storage under this ticket; 0 when none are. */
  public long fetchTicket() {
    return fetchTicket;
  }

  public void fetching(long ticket) {
    fetchTicket = ticket;
  }

  public void fetchEnded() {
    fetchTicket = 0;
  }

  @Override
  public String toString() {
    return peer + " " + state + " match=" + matchIndex + " next=" + nextIndex;
  }
}
