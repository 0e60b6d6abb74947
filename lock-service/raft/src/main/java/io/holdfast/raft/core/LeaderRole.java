package io.holdfast.raft.core;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.EntryType;
import io.holdfast.raft.Member;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.log.ConflictSearch;
import io.holdfast.raft.membership.MembershipChange;
import io.holdfast.raft.membership.Quorum;
import io.holdfast.raft.message.MatchResult;
import io.holdfast.raft.message.MatchResult.Held;
import io.holdfast.raft.message.MatchResult.Lost;
import io.holdfast.raft.message.MatchResult.Matched;
import io.holdfast.raft.message.Message;
import io.holdfast.raft.message.Message.AppendEntriesReply;
import io.holdfast.raft.message.Message.HeartbeatReply;
import io.holdfast.raft.message.Message.InstallSnapshotReply;
import io.holdfast.raft.message.Message.TimeoutNow;
import io.holdfast.raft.tracker.PeerTracker;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One reign: what a leader knows of its followers, and what it does (Raft paper §5.3, §5.4). */
final class LeaderRole {
  private final RaftState state;
  private final Replicator replicator;
  private final ReadIndexTracker reads;
  private final LeadershipTransfer transfer;
  private final Reconfiguration reconfiguration;
  private final SortedMap<PeerId, PeerTracker> trackers = new TreeMap<>();
  private long firstOwnIndex;
  private long unappliedBytes;
  private long nextHeartbeatNanos;
  private boolean commitNotifyPending;
  private long commitNotifyNanos;

  LeaderRole(RaftState state) {
    this.state = state;
    this.replicator = new Replicator(state);
    this.reads = new ReadIndexTracker(state.outbox);
    this.transfer = new LeadershipTransfer(state);
    this.reconfiguration = new Reconfiguration(state);
  }

  /** Appends the entry of the new term that everything older is committed by (§5.4.2, §8). */
  void start() {
    long lastBefore = state.log().lastIndex();
    trackMembers(lastBefore + 1);
    firstOwnIndex = lastBefore + 1;
    state.append(Entry.noOp(new EntryId(state.currentTerm(), firstOwnIndex)));
    nextHeartbeatNanos = state.now() + state.timing.heartbeatNanos();
  }

  private void trackMembers(long nextIndex) {
    Configuration configuration = state.configuration();
    trackers
        .keySet()
        .removeIf(
            peer ->
                !configuration.members().containsKey(peer) && !reconfiguration.isDeparting(peer));
    for (PeerId member : configuration.members().keySet()) {
      if (!member.equals(state.self) && !trackers.containsKey(member)) {
        trackers.put(member, newTracker(member, nextIndex));
      }
    }
    PeerId target = transfer.target();
    if (target != null && !configuration.voters().contains(target)) {
      transfer.abort();
    }
  }

  private PeerTracker newTracker(PeerId peer, long nextIndex) {
    return new PeerTracker(
        peer,
        nextIndex,
        state.now(),
        state.limits.inflightMessagesMax(),
        state.limits.inflightBytesMax());
  }

  Collection<PeerTracker> trackers() {
    return Collections.unmodifiableCollection(trackers.values());
  }

  @Nullable PeerTracker tracker(PeerId peer) {
    return trackers.get(peer);
  }

  @Nullable PeerId transferTarget() {
    return transfer.target();
  }

  /** Whether an entry of this reign is applied: only then is the state known to be the newest. */
  boolean isReady() {
    return state.appliedIndex() >= firstOwnIndex;
  }

  Proposed propose(byte[] command) {
    if (transfer.target() != null) {
      return new Proposed.Busy("leadership is being handed to " + transfer.target());
    }
    if (unappliedBytes > 0
        && unappliedBytes + command.length > state.limits.uncommittedBytesMax()) {
      return new Proposed.Busy(
          unappliedBytes
              + " bytes wait to be committed and applied; uncommittedBytesMax is "
              + state.limits.uncommittedBytesMax());
    }
    EntryId id = new EntryId(state.currentTerm(), state.log().lastIndex() + 1);
    unappliedBytes += command.length;
    state.append(Entry.command(id, command));
    return new Proposed.Accepted(id);
  }

  Proposed proposeMembership(MembershipChange change) {
    if (transfer.target() != null) {
      return new Proposed.Busy("leadership is being handed to " + transfer.target());
    }
    Reconfiguration.Plan plan = reconfiguration.plan(change, firstOwnIndex, trackers);
    Proposed refusal = plan.refusal();
    Configuration next = plan.next();
    if (refusal != null || next == null) {
      return refusal == null ? new Proposed.Refused("the change is empty") : refusal;
    }
    return new Proposed.Accepted(reconfigure(next));
  }

  private EntryId reconfigure(Configuration next) {
    Configuration former = state.configuration();
    Entry entry = reconfiguration.entry(next);
    state.append(entry);
    for (PeerTracker tracker : trackers.values()) {
      Member member = former.members().get(tracker.peer());
      if (member != null && !next.members().containsKey(tracker.peer())) {
        reconfiguration.removed(member);
      }
    }
    trackMembers(entry.index());
    return entry.id();
  }

  /** Where this leader sends to: the members, and those who must hear that they are none. */
  Collection<Member> departing() {
    return reconfiguration.departing();
  }

  /**
   * Whether this leader removed itself, has seen it through (thesis §4.2.2), and those who leave
   * with it hold the entry that says so, unless they are slower than a heartbeat.
   */
  boolean isLeaving() {
    return reconfiguration.isLeaving(trackers);
  }

  /**
   * The leader is leaving. All hear what is committed, so that those who were removed with it know;
   * and whoever holds most of the log need not wait for a timeout.
   */
  void takeLeave() {
    replicator.heartbeat(trackers.values(), reads.round());
    trackers.values().stream()
        .filter(tracker -> state.configuration().voters().contains(tracker.peer()))
        .max(Comparator.comparingLong(PeerTracker::matchIndex))
        .ifPresent(best -> state.outbox.send(best.peer(), new TimeoutNow(state.currentTerm())));
  }

  /** Entries up to {@code to} are being counted as applied. */
  void applied(long from, long to) {
    for (long index = Math.max(from, firstOwnIndex); index <= to; index++) {
      Entry entry = state.log().entry(index);
      if (entry.type() == EntryType.COMMAND) {
        unappliedBytes -= entry.payload().length;
      }
    }
  }

  boolean readIndex(long ticket) {
    if (reads.size() >= state.limits.pendingReadsMax()) {
      return false;
    }
    reads.add(ticket);
    return true;
  }

  /**
   * @return why the transfer is refused, or null
   */
  @Nullable String transferTo(PeerId target) {
    if (target.equals(state.self)) {
      return target + " leads already";
    }
    if (!state.configuration().voters().contains(target)) {
      return target + " is not a voter";
    }
    transfer.begin(target);
    PeerTracker tracker = trackers.get(target);
    if (tracker != null) {
      transfer.advance(tracker);
    }
    return null;
  }

  /** An answer of the current term; those of strangers count for nothing. */
  void onAnswer(PeerId from, Message message) {
    PeerTracker tracker = trackers.get(from);
    if (tracker == null) {
      return;
    }
    if (message instanceof AppendEntriesReply reply) {
      heard(tracker, reply.round());
      onAppendEntriesReply(tracker, reply);
    } else if (message instanceof HeartbeatReply reply) {
      heard(tracker, reply.round());
      tracker.heartbeatAnswered(reply.round() != 0);
    } else if (message instanceof InstallSnapshotReply reply) {
      heard(tracker, reply.round());
      onInstallSnapshotReply(tracker, reply);
    }
  }

  private void onAppendEntriesReply(PeerTracker tracker, AppendEntriesReply reply) {
    if (isOfFormerAbstention(tracker, reply)) {
      return;
    }
    MatchResult result = reply.result();
    if (result instanceof Matched matched) {
      // Late words of the time before the loss must not make a voter count again.
      tracker.abstaining(tracker.isAbstaining() && state.configuration().isVoter(tracker.peer()));
      onMatched(tracker, matched.matchIndex());
    } else if (result instanceof Held held) {
      tracker.abstaining(true);
      if (tracker
          .pendingSnapshot()
          .filter(s -> s.last().index() <= held.matchIndex())
          .isPresent()) {
        tracker.snapshotInstalled(held.matchIndex());
      }
      onMatched(tracker, held.matchIndex());
    } else if (result instanceof Lost lost) {
      startAnew(tracker, lost.lastIndex());
    } else if (tracker.isCurrentRefusal(reply.previous().index())) {
      tracker.refused(ConflictSearch.nextAfterRefusal(state.log(), reply.previous(), result));
    }
  }

  /**
   * Whether a peer said so before it could vote again. Whatever this leader sends once it knows of
   * a match begins at that match or behind it, so an answer to an earlier request was overtaken. A
   * peer that has lost its store again says so in answer to the next request too.
   */
  private static boolean isOfFormerAbstention(PeerTracker tracker, AppendEntriesReply reply) {
    boolean abstains = reply.result() instanceof Held || reply.result() instanceof Lost;
    return abstains && !tracker.isAbstaining() && reply.previous().index() < tracker.matchIndex();
  }

  private void onMatched(PeerTracker tracker, long matchIndex) {
    if (matchIndex > state.log().lastIndex()) {
      throw new IllegalStateException(
          tracker + " attests " + matchIndex + " beyond the leader's log " + state.log().last());
    }
    if (tracker.matched(matchIndex, state.log().headIndex())) {
      advanceCommit();
      noteCommitToTell(tracker);
    }
    transfer.advance(tracker);
  }

  /** The peer lost entries it attested before: what is known of it is of no use. */
  private void startAnew(PeerTracker known, long lastIndex) {
    if (known.isAbstaining() && lastIndex >= known.matchIndex()) {
      known.refused(lastIndex + 1);
      return;
    }
    PeerTracker fresh = newTracker(known.peer(), Math.min(lastIndex, state.log().lastIndex()) + 1);
    fresh.abstaining(true);
    trackers.put(known.peer(), fresh);
  }

  private void onInstallSnapshotReply(PeerTracker tracker, InstallSnapshotReply reply) {
    if (reply.installed()) {
      long index = reply.snapshot().last().index();
      if (!state.log().contains(reply.snapshot().last()) && index > state.log().headIndex()) {
        throw new IllegalStateException(
            tracker + " installed " + reply.snapshot() + ", which is not of this log");
      }
      tracker.snapshotInstalled(index);
      advanceCommit();
    }
    state.outbox.snapshotReplied(new Ready.ReceivedReply(tracker.peer(), reply));
  }

  /** Any answer of the current term is a sign of life and confirms its round. */
  private void heard(PeerTracker tracker, long round) {
    tracker.heard(state.now());
    tracker.acknowledgedRound(round);
  }

  /**
   * Only entries of this reign are committed by counting; everything before goes with them (Raft
   * paper §5.4.2, figure 8).
   */
  void advanceCommit() {
    long reached =
        Quorum.reachedBy(
            state.configuration(),
            peer -> {
              PeerTracker tracker = trackers.get(peer);
              return tracker != null
                  ? tracker.countedIndex()
                  : peer.equals(state.self) ? state.persist().durableIndex() : 0;
            });
    if (reached > state.commitIndex()
        && state.log().termAt(reached) == state.currentTerm()
        && state.commitTo(reached)) {
      trackers.values().forEach(this::noteCommitToTell);
      Configuration next = reconfiguration.toFollow();
      if (next != null) {
        reconfigure(next);
      }
    }
  }

  private void noteCommitToTell(PeerTracker tracker) {
    if (!commitNotifyPending && knowsLess(tracker)) {
      commitNotifyPending = true;
      commitNotifyNanos = state.now() + state.timing.commitNotifyNanos();
    }
  }

  private boolean knowsLess(PeerTracker tracker) {
    return Math.min(tracker.matchIndex(), state.commitIndex()) > tracker.toldCommit();
  }

  /** Since when a quorum, this peer included, was last heard. */
  long quorumHeardNanos() {
    // Relative to now: times may be negative, and a quorum of smaller ages is what is sought.
    long age =
        -Quorum.reachedBy(
            state.configuration(),
            peer -> {
              PeerTracker tracker = trackers.get(peer);
              return tracker != null
                  ? tracker.lastHeardNanos() - state.now()
                  : peer.equals(state.self) ? 0 : Long.MIN_VALUE / 2;
            });
    return state.now() - age;
  }

  void tick() {
    transfer.abortIfOverdue();
    if (reconfiguration.endFarewells(trackers)) {
      trackMembers(state.log().lastIndex() + 1);
      state.outbox.configurationChanged();
    }
    if (state.now() - nextHeartbeatNanos >= 0) {
      if (reads.hasWaiting() && isReady()) {
        reads.beginRound(state.commitIndex());
      }
      replicator.heartbeat(trackers.values(), reads.round());
      nextHeartbeatNanos = state.now() + state.timing.heartbeatNanos();
      commitNotifyPending = false;
      MembershipChange own = reconfiguration.nextOwnChange(trackers);
      if (own != null) {
        proposeMembership(
            own); // refused when it cannot be done yet; the next heartbeat tries again
      }
    }
  }

  /** Sends what this turn's inputs brought about. */
  void flush() {
    replicator.replicate(trackers.values(), reads.round());
    beginReadRound();
    if (commitNotifyPending && state.now() - commitNotifyNanos >= 0) {
      commitNotifyPending = false;
      List<PeerTracker> behind = new ArrayList<>();
      for (PeerTracker tracker : trackers.values()) {
        if (knowsLess(tracker)) {
          behind.add(tracker);
        }
      }
      replicator.heartbeat(behind, reads.round());
    }
    confirmReads();
  }

  private void beginReadRound() {
    if (reads.wantsRound() && isReady()) {
      reads.beginRound(state.commitIndex());
      // Not left to appends: their answers wait for the follower's disk.
      List<PeerTracker> voters = new ArrayList<>();
      for (PeerTracker tracker : trackers.values()) {
        if (state.configuration().isVoter(tracker.peer())) {
          voters.add(tracker);
        }
      }
      replicator.heartbeat(voters, reads.round());
    }
  }

  private void confirmReads() {
    reads.confirmed(
        Quorum.reachedBy(
            state.configuration(),
            peer -> {
              PeerTracker tracker = trackers.get(peer);
              return tracker != null
                  ? tracker.ackedRound()
                  : peer.equals(state.self) ? reads.round() : 0;
            }));
    reads.release(state.appliedIndex());
  }

  void fetched(long ticket, List<Entry> entries) {
    for (PeerTracker tracker : trackers.values()) {
      if (tracker.fetchTicket() == ticket) {
        replicator.fetched(tracker, entries, reads.round());
        return;
      }
    }
  }

  long nextDeadlineNanos() {
    long next = nextHeartbeatNanos;
    if (commitNotifyPending && commitNotifyNanos - next < 0) {
      next = commitNotifyNanos;
    }
    if (transfer.target() != null && transfer.deadlineNanos() - next < 0) {
      next = transfer.deadlineNanos();
    }
    return next;
  }

  /** The reign ends. */
  void stop() {
    reads.failAll();
  }
}
