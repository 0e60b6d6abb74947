package io.holdfast.chaos.sim;

import io.holdfast.raft.PeerId;
import io.holdfast.raft.core.RaftCore;
import io.holdfast.raft.core.Role;
import io.holdfast.raft.message.Message;
import io.holdfast.raft.message.Message.AppendEntries;
import io.holdfast.raft.message.Message.Heartbeat;
import io.holdfast.raft.message.Message.InstallSnapshot;
import io.holdfast.raft.message.Message.VoteRequest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * What leaders and followers owe to time. None of it is needed for safety, and a cluster without it
 * works most of the time, so that waiting for a leader would not find what is wrong: a leader that
 * no majority is heard by steps down, only a leader's word or a vote moves a follower's election
 * timer, and the timeouts differ.
 */
final class TimingRules {
  /** A leader may lead for this many of the longest election timeouts after it heard a majority. */
  private static final int QUIET_TIMEOUTS_MAX = 3;

  /** So many timeouts in a row are not equal by chance. */
  private static final int EQUAL_TIMEOUTS_MAX = 40;

  private final SimWorld world;
  private final long quietNanosMax;
  private final Map<PeerId, Seen> seen = new TreeMap<>();
  private long firstTimeoutNanos;
  private boolean timeoutsDiffer;
  private int timeoutsDrawn;

  /** What is known of one life of a peer. */
  private static final class Seen {
    private final Map<PeerId, Long> heardNanos = new HashMap<>();
    private final Set<PeerId> arrivedFrom = new HashSet<>();
    private Role role = Role.FOLLOWER;
    private long term;
    private Optional<PeerId> vote = Optional.empty();
    private Optional<PeerId> leader = Optional.empty();
    private long deadlineNanos = Long.MIN_VALUE;
    private long ledSinceNanos;
    private boolean leaderSpoke;
    private boolean askedForVote;
  }

  TimingRules(SimWorld world, long electionTimeoutMaxNanos) {
    this.world = world;
    this.quietNanosMax = QUIET_TIMEOUTS_MAX * electionTimeoutMaxNanos;
  }

  void started(PeerHost peer) {
    seen.put(peer.id(), new Seen());
  }

  /** A message reached the process, or what will be the process when it goes on. */
  void arrived(PeerId from, PeerId to, Message message) {
    Seen known = seen.get(to);
    if (known == null) {
      return;
    }
    known.arrivedFrom.add(from);
    known.leaderSpoke |=
        message instanceof AppendEntries
            || message instanceof Heartbeat
            || message instanceof InstallSnapshot;
    known.askedForVote |= message instanceof VoteRequest;
  }

  void turned(PeerHost peer) {
    Seen before = seen.get(peer.id());
    if (before == null || peer.degraded().isPresent()) {
      return;
    }
    // What waited while the process stood still is heard when it goes on.
    before.arrivedFrom.forEach(from -> before.heardNanos.put(from, world.now()));
    before.arrivedFrom.clear();
    RaftCore core = peer.core();
    if (core.role() == Role.LEADER) {
      checkLeader(peer, before);
    } else if (core.role() == Role.FOLLOWER) {
      checkTimer(peer, before);
    }
    before.role = core.role();
    before.term = core.currentTerm();
    before.vote = core.votedFor();
    before.leader = core.leader();
    before.deadlineNanos = core.nextDeadlineNanos();
    before.leaderSpoke = false;
    before.askedForVote = false;
  }

  private void checkLeader(PeerHost peer, Seen before) {
    RaftCore core = peer.core();
    if (before.role != Role.LEADER || before.term != core.currentTerm()) {
      before.ledSinceNanos = world.now();
    }
    boolean heard =
        hearsMajority(before, peer.id(), core.configuration().voters())
            && (core.configuration().outgoingVoters().isEmpty()
                || hearsMajority(before, peer.id(), core.configuration().outgoingVoters()));
    if (!heard) {
      world.violate(
          "S026",
          peer.id()
              + " leads term "
              + core.currentTerm()
              + " and has heard no majority of the voters for "
              + quietNanosMax / 1_000_000
              + " ms");
    }
  }

  private boolean hearsMajority(Seen leader, PeerId self, SortedSet<PeerId> voters) {
    long since = world.now() - quietNanosMax;
    int heard = 0;
    for (PeerId voter : voters) {
      long at = Math.max(leader.ledSinceNanos, leader.heardNanos.getOrDefault(voter, 0L));
      if (voter.equals(self) || at >= since) {
        heard++;
      }
    }
    return 2 * heard > voters.size();
  }

  private void checkTimer(PeerHost peer, Seen before) {
    RaftCore core = peer.core();
    long deadline = core.nextDeadlineNanos();
    long now = peer.clock().local(world.now());
    boolean same =
        before.role == Role.FOLLOWER
            && before.term == core.currentTerm()
            && before.vote.equals(core.votedFor())
            && before.leader.equals(core.leader());
    if (!same || deadline <= before.deadlineNanos) {
      return;
    }
    if (before.leaderSpoke) {
      noteTimeout(peer, deadline - now);
    } else if (!before.askedForVote && now < before.deadlineNanos) {
      world.violate(
          "S011",
          peer.id()
              + " waits "
              + (deadline - before.deadlineNanos) / 1_000_000
              + " ms longer before it campaigns, though no leader spoke and it gave no vote");
    }
  }

  private void noteTimeout(PeerHost peer, long timeoutNanos) {
    if (timeoutsDrawn == 0) {
      firstTimeoutNanos = timeoutNanos;
    }
    timeoutsDrawn++;
    timeoutsDiffer |= timeoutNanos != firstTimeoutNanos;
    if (timeoutsDrawn >= EQUAL_TIMEOUTS_MAX && !timeoutsDiffer) {
      world.violate(
          "S010",
          peer.id()
              + " and all others have drawn the election timeout "
              + timeoutNanos
              + " ns, "
              + timeoutsDrawn
              + " times");
    }
  }
}
