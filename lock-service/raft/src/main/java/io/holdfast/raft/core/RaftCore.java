package io.holdfast.raft.core;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.Member;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.SnapshotId;
import io.holdfast.raft.membership.ConfigurationHistory;
import io.holdfast.raft.membership.MembershipChange;
import io.holdfast.raft.message.Message;
import io.holdfast.raft.message.Message.AppendEntries;
import io.holdfast.raft.message.Message.Heartbeat;
import io.holdfast.raft.message.Message.InstallSnapshot;
import io.holdfast.raft.message.Message.InstallSnapshotReply;
import io.holdfast.raft.message.Message.PreVoteRequest;
import io.holdfast.raft.message.Message.TimeoutNow;
import io.holdfast.raft.message.Message.VoteRequest;
import io.holdfast.raft.spi.LogStorage;
import io.holdfast.raft.tracker.PeerTracker;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Raft as a pure state machine: single-threaded, deterministic, calling nothing out. Inputs change
 * its state; {@link #takeReady()} hands over what must be done about it. The rules of terms are
 * here, so that no role can skip them; the rules of each role are in its class.
 */
public final class RaftCore {
  /** A leader whose disk does not answer for this many election timeouts gives up leadership. */
  private static final int DISK_STALL_TIMEOUTS = 2;

  private final RaftState state;
  private final FollowerRole follower;
  private final Voting voting;
  private final Transitions transitions = new RoleChanges();
  private Role role = Role.FOLLOWER;
  private @Nullable CandidateRole candidate;
  private @Nullable LeaderRole leading;
  private @Nullable String degradedReason;
  private Role publishedRole = Role.FOLLOWER;
  private long publishedTerm;
  private @Nullable PeerId publishedLeader;

  /**
   * A peer that was just started: a follower of nobody, in the term it remembers.
   *
   * @throws IllegalArgumentException if what was recovered contradicts itself
   */
  public RaftCore(
      CoreSettings settings,
      LogStorage.Recovered recovered,
      RandomGenerator random,
      long nowNanos) {
    state = new RaftState(settings, recovered, random, nowNanos);
    follower = new FollowerRole(state);
    voting = new Voting(state);
    publishedTerm = state.currentTerm();
    state.clock.rearm(nowNanos);
  }

  // Inputs.

  /**
   * Lets time pass, before this turn's messages are stepped. A leader that heard no quorum, or
   * whose own disk has not answered, for too long steps down here: it must not act on an old reign
   * after a pause.
   */
  public void observeTime(long nowNanos) {
    state.now(nowNanos);
    if (leading == null) {
      return;
    }
    long timeout = state.timing.electionTimeoutMaxNanos();
    boolean quorumLost = state.now() - leading.quorumHeardNanos() >= timeout;
    boolean diskStalled =
        state.persist().oldestAgeNanos(state.now()) >= DISK_STALL_TIMEOUTS * timeout;
    if (quorumLost || diskStalled) {
      transitions.becomeFollower(state.currentTerm(), null);
    }
  }

  /** Fires the timers that are due, after this turn's messages were stepped. */
  public void tick() {
    if (degradedReason != null) {
      return;
    }
    if (leading != null) {
      leading.tick();
      if (leading.isLeaving()) {
        leading.takeLeave();
        transitions.becomeFollower(state.currentTerm(), null);
      }
    } else if (state.clock.isDue(state.now())) {
      if (state.mayCampaign()) {
        transitions.becomePreCandidate();
      } else {
        state.clock.rearm(state.now());
      }
    }
  }

  /** A message arrived. Anything may arrive: late, doubled, from another term. */
  public void step(PeerId from, Message message) {
    if (degradedReason != null) {
      return;
    }
    if (message instanceof VoteRequest request) {
      if (!request.leadershipTransfer() && voting.isLoyal(role, from)) {
        return;
      }
    } else if (message instanceof PreVoteRequest && voting.isLoyal(role, from)) {
      return;
    }
    if (message.term() > state.currentTerm()) {
      if (TermRules.isAnswer(message) && !state.configuration().members().containsKey(from)) {
        return; // a removed peer must not unseat a leader with its term
      }
      transitions.becomeFollower(message.term(), TermRules.isFromLeader(message) ? from : null);
    } else if (message.term() < state.currentTerm() && !(message instanceof PreVoteRequest)) {
      TermRules.answerStale(state, from, message);
      return;
    }
    dispatch(from, message);
  }

  private void dispatch(PeerId from, Message message) {
    if (message instanceof AppendEntries request) {
      hearLeader(from);
      follower.onAppendEntries(from, request);
    } else if (message instanceof Heartbeat heartbeat) {
      hearLeader(from);
      follower.onHeartbeat(from, heartbeat);
    } else if (message instanceof InstallSnapshot request) {
      hearLeader(from);
      follower.onInstallSnapshot(from, request);
    } else if (message instanceof PreVoteRequest request) {
      voting.onPreVoteRequest(from, request);
    } else if (message instanceof VoteRequest request) {
      if (voting.onVoteRequest(from, request) && role == Role.PRE_CANDIDATE) {
        transitions.becomeFollower(state.currentTerm(), null);
      }
    } else if (message instanceof TimeoutNow) {
      onTimeoutNow(from);
    } else if (leading != null) {
      leading.onAnswer(from, message);
    } else if (candidate != null) {
      candidate.onAnswer(from, message);
    }
  }

  private void hearLeader(PeerId from) {
    if (leading != null) {
      throw new IllegalStateException(
          "two leaders in term " + state.currentTerm() + ": " + from + " and " + state.self);
    }
    if (role != Role.FOLLOWER || state.leader() == null) {
      transitions.becomeFollower(state.currentTerm(), from);
    } else if (!from.equals(state.leader())) {
      throw new IllegalStateException(
          "two leaders in term " + state.currentTerm() + ": " + from + " and " + state.leader());
    }
    state.clock.leaderContact(state.now());
  }

  private void onTimeoutNow(PeerId from) {
    boolean fromLeader = from.equals(state.leader()) || state.leader() == null;
    if (leading == null && role != Role.CANDIDATE && fromLeader && state.mayCampaign()) {
      transitions.becomeCandidate(true);
    }
  }

  /**
   * The connection to a peer was closed from its side. A hint: loyalty to a leader that seems dead
   * ends, and the campaign starts after a short random delay. Safety does not depend on it.
   */
  public void peerDisconnected(PeerId peer) {
    if (role == Role.FOLLOWER && peer.equals(state.leader())) {
      state.clock.leaderDisconnected(state.now());
    }
  }

  public Proposed propose(byte[] command) {
    return leading == null ? new Proposed.NotLeader(leaderHint()) : leading.propose(command);
  }

  /**
   * Begins a change of the members. Accepted means that the first entry of the change is in this
   * leader's log; the change is complete when the first configuration that is not joint, at or
   * after that entry, is applied.
   */
  public Proposed proposeMembership(MembershipChange change) {
    return leading == null
        ? new Proposed.NotLeader(leaderHint())
        : leading.proposeMembership(change);
  }

  /**
   * Asks for a quorum round. The answer comes as a confirmed or failed read of a later {@link
   * Ready}, under the same ticket.
   *
   * @return null when accepted
   */
  public @Nullable Proposed readIndex(long ticket) {
    if (leading == null) {
      return new Proposed.NotLeader(leaderHint());
    }
    return leading.readIndex(ticket)
        ? null
        : new Proposed.Busy(
            "pendingReadsMax (" + state.limits.pendingReadsMax() + ") reads wait already");
  }

  private @Nullable PeerId leaderHint() {
    return degradedReason == null ? state.leader() : null;
  }

  /**
   * Hands leadership over. Proposals are refused until it ended: when this peer no longer leads, or
   * when {@link #transferTarget()} is empty again.
   *
   * @return why it is refused, or null
   */
  public @Nullable String transferLeadership(PeerId target) {
    return leading == null ? state.self + " does not lead" : leading.transferTo(target);
  }

  /** Every batch up to this number is durable. */
  public void durable(long batchNumber) {
    if (degradedReason != null) {
      return;
    }
    for (Outbound released : state.persist().durable(batchNumber, state.currentTerm())) {
      if (released.receivers().get(0).equals(state.self)) {
        step(state.self, released.message());
      } else {
        state.outbox.send(released.receivers(), released.message());
      }
    }
    if (leading != null) {
      leading.advanceCommit();
    }
  }

  /** Entries that were asked for by a {@link Ready#fetches}. */
  public void fetched(long ticket, List<Entry> entries) {
    if (leading != null) {
      leading.fetched(ticket, entries);
    }
  }

  /** The state machine has applied everything up to {@code index}. */
  public void applied(long index) {
    if (leading != null) {
      leading.applied(state.appliedIndex() + 1, index);
    }
    state.applied(index);
  }

  /** A snapshot of this peer's own state is durable. */
  public void snapshotTaken(SnapshotDescriptor snapshot) {
    state.snapshotTaken(snapshot);
  }

  /**
   * A snapshot from a leader is durable here.
   *
   * @return whether this peer now holds everything up to its end
   */
  public boolean snapshotReceived(SnapshotDescriptor snapshot) {
    if (degradedReason != null) {
      return false;
    }
    state.snapshotReceived(snapshot, leading != null);
    return true;
  }

  /** The state machine was replaced by the snapshot that {@link #restorable()} named. */
  public void snapshotRestored(SnapshotDescriptor snapshot) {
    state.restored(snapshot);
  }

  /** The transfer of a snapshot to a peer was given up; it is probed again. */
  public void snapshotTransferFailed(PeerId peer) {
    PeerTracker tracker = leading == null ? null : leading.tracker(peer);
    if (tracker != null) {
      tracker.snapshotFailed();
    }
  }

  /**
   * Answers a chunk of the current term's leader.
   *
   * @param installed attested only when everything that changed so far is durable
   */
  public void answerChunk(
      PeerId to, SnapshotId snapshot, long nextOffset, boolean installed, long round) {
    if (installed) {
      follower.attestSnapshot(to, snapshot, round);
    } else {
      state.outbox.send(
          to, new InstallSnapshotReply(state.currentTerm(), snapshot, nextOffset, false, round));
    }
  }

  /** Storage failed: nothing this peer says may be believed from now on, so it says nothing. */
  public void degrade(String reason) {
    if (degradedReason == null) {
      transitions.becomeFollower(state.currentTerm(), null);
      List<Long> failedReads = state.outbox.failedReads();
      state.outbox.clear();
      failedReads.forEach(state.outbox::readFailed);
      degradedReason = reason;
    }
  }

  // Output.

  /** Hands over what must be done; empties it. */
  public Ready takeReady() {
    if (leading != null) {
      leading.flush();
    }
    boolean roleChanged =
        role != publishedRole
            || state.currentTerm() != publishedTerm
            || !Objects.equals(publishedLeader, state.leader());
    publishedRole = role;
    publishedTerm = state.currentTerm();
    publishedLeader = state.leader();
    LogStorage.Batch batch = degradedReason == null ? state.persist().takeBatch(state.now()) : null;
    return state.outbox.take(batch, roleChanged);
  }

  /** When {@link #tick} must be called at the latest. */
  public long nextDeadlineNanos() {
    return leading != null ? leading.nextDeadlineNanos() : state.clock.deadlineNanos();
  }

  // State.

  public PeerId self() {
    return state.self;
  }

  public Role role() {
    return role;
  }

  public long currentTerm() {
    return state.currentTerm();
  }

  public Optional<PeerId> votedFor() {
    return Optional.ofNullable(state.vote());
  }

  /** The leader of the current term, as far as this peer knows. */
  public Optional<PeerId> leader() {
    return Optional.ofNullable(state.leader());
  }

  /** Whether this peer leads and has applied an entry of its own term. */
  public boolean isLeaderReady() {
    return leading != null && leading.isReady();
  }

  public long commitIndex() {
    return state.commitIndex();
  }

  public long appliedIndex() {
    return state.appliedIndex();
  }

  /** What may be applied now: committed, durable here, and after any pending restore. */
  public long applicableIndex() {
    return state.applicableIndex();
  }

  /** A committed entry that is not applied yet, or another in memory. */
  public Entry entry(long index) {
    return state.log().entry(index);
  }

  public EntryId firstEntryPosition() {
    return state.log().head();
  }

  public EntryId lastEntry() {
    return state.log().last();
  }

  /** The term of an entry of the log; -1 when it is compacted or does not exist. */
  public long termAt(long index) {
    return state.log().termAt(index);
  }

  public long durableIndex() {
    return state.persist().durableIndex();
  }

  public Configuration configuration() {
    return state.configuration();
  }

  /** Whom this peer may talk to: the members, and for a while those a leader removed. */
  public Collection<Member> contacts() {
    List<Member> contacts = new ArrayList<>(state.configuration().members().values());
    if (leading != null) {
      contacts.addAll(leading.departing());
    }
    return contacts;
  }

  public ConfigurationHistory.Placed configurationAt(long index) {
    return state.configurations().at(index);
  }

  public Optional<SnapshotDescriptor> snapshot() {
    return Optional.ofNullable(state.snapshot());
  }

  /** The installed snapshot the state machine must take before anything else is applied. */
  public Optional<SnapshotDescriptor> restorable() {
    return Optional.ofNullable(state.restorable());
  }

  public Optional<PeerId> transferTarget() {
    return Optional.ofNullable(leading == null ? null : leading.transferTarget());
  }

  public Optional<String> degradedReason() {
    return Optional.ofNullable(degradedReason);
  }

  /** What this leader knows of the other members; empty when it does not lead. */
  public Collection<PeerTracker> trackers() {
    return leading == null ? List.of() : leading.trackers();
  }

  private final class RoleChanges implements Transitions {
    @Override
    public void becomeFollower(long term, @Nullable PeerId newLeader) {
      if (term > state.currentTerm()) {
        state.enterTerm(term, null);
      }
      if (leading != null) {
        leading.stop();
        state.clock.rearm(state.now());
      }
      leading = null;
      candidate = null;
      role = Role.FOLLOWER;
      state.leader(newLeader);
    }

    @Override
    public void becomePreCandidate() {
      role = Role.PRE_CANDIDATE;
      state.leader(null);
      campaign(CandidateRole.preVote(state, this), false);
    }

    @Override
    public void becomeCandidate(boolean onLeadersRequest) {
      role = Role.CANDIDATE;
      state.leader(null);
      state.enterTerm(state.currentTerm() + 1, state.self);
      campaign(CandidateRole.vote(state, this), onLeadersRequest);
    }

    private void campaign(CandidateRole campaign, boolean onLeadersRequest) {
      candidate = campaign;
      campaign.start(onLeadersRequest);
    }

    @Override
    public void becomeLeader() {
      candidate = null;
      role = Role.LEADER;
      state.leader(state.self);
      leading = new LeaderRole(state);
      leading.start();
    }
  }
}
