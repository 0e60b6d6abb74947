package io.holdfast.raft.core;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.Member;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.membership.ConfigurationHistory;
import io.holdfast.raft.membership.MembershipChange;
import io.holdfast.raft.tracker.PeerTracker;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a leader changes the members. A change of voters goes through a joint configuration (Raft
 * paper §6); a change that leaves the voters as they are is one entry. Configurations are in force
 * from the moment they are appended.
 *
 * <p>A change is refused
 *
 * <ul>
 *   <li>before an entry of the own term is committed: until then an unknown configuration of an
 *       earlier leader may still win, and the two need not overlap;
 *   <li>while another one is under way;
 *   <li>when it names a newcomer that has not caught up, or leaves a majority that does not answer
 *       or holds nothing: such a change could not be completed, and nothing else either.
 * </ul>
 */
final class Reconfiguration {
  /** A learner this close to the end of the leader's log has caught up. */
  static final long PROMOTION_LAG_ENTRIES_MAX = 256;

  /** A peer that was removed is told so, as long as it answers, for this many election timeouts. */
  private static final int FAREWELL_TIMEOUTS = 4;

  private record Farewell(Member member, long entryIndex, long untilNanos) {}

  private final RaftState state;
  private final SortedMap<PeerId, Farewell> farewells = new TreeMap<>();
  private boolean leaving;
  private long leavingSinceNanos;

  Reconfiguration(RaftState state) {
    this.state = state;
  }

  /** The entry that begins a change, or why it is refused. */
  record Plan(@Nullable Configuration next, @Nullable Proposed refusal) {
    private static Plan refuse(String reason) {
      return new Plan(null, new Proposed.Refused(reason));
    }

    private static Plan busy(String reason) {
      return new Plan(null, new Proposed.Busy(reason));
    }
  }

  Plan plan(MembershipChange change, long firstOwnIndex, SortedMap<PeerId, PeerTracker> trackers) {
    if (state.commitIndex() < firstOwnIndex) {
      return Plan.busy("no entry of term " + state.currentTerm() + " is committed yet");
    }
    ConfigurationHistory.Placed newest = state.configurations().newest();
    if (newest.configuration().isJoint() || newest.entry().index() > state.commitIndex()) {
      return Plan.busy("another membership change is under way");
    }
    Configuration current = newest.configuration();
    Configuration target;
    try {
      target = change.applyTo(current);
    } catch (IllegalArgumentException contradiction) {
      return Plan.refuse(String.valueOf(contradiction.getMessage()));
    }
    for (PeerId newcomer : change.promoted()) {
      String behind = whyNotCaughtUp(newcomer, trackers.get(newcomer));
      if (behind != null) {
        return Plan.refuse(behind);
      }
    }
    if (target.voters().equals(current.voters())) {
      return target.equals(current)
          ? Plan.refuse("the change would leave the members as they are")
          : new Plan(target, null);
    }
    String unreachable = whyNotReachable(target.voters(), trackers);
    if (unreachable == null) {
      unreachable = whyNotReachable(current.voters(), trackers);
    }
    return unreachable == null
        ? new Plan(current.jointWith(target), null)
        : Plan.refuse(unreachable);
  }

  private @Nullable String whyNotCaughtUp(PeerId peer, @Nullable PeerTracker tracker) {
    if (tracker == null) {
      return peer + " is not a learner yet; add it first";
    }
    long lag = state.log().lastIndex() - tracker.matchIndex();
    if (tracker.state() != PeerTracker.State.REPLICATE || lag > PROMOTION_LAG_ENTRIES_MAX) {
      return peer
          + " has not caught up: it holds "
          + tracker.matchIndex()
          + " of "
          + state.log().lastIndex()
          + " entries and may lack "
          + PROMOTION_LAG_ENTRIES_MAX
          + " at most; try later";
    }
    if (tracker.isAbstaining()) {
      return peer + " lost its store and does not know yet that it may vote again; try later";
    }
    return isHeard(tracker)
        ? null
        : peer + " has not answered within an election timeout; check that it runs";
  }

  private boolean isHeard(PeerTracker tracker) {
    return state.now() - tracker.lastHeardNanos() < state.timing.electionTimeoutMaxNanos();
  }

  /** A voter counts that answers and holds entries: an empty store elects nobody. */
  private @Nullable String whyNotReachable(
      SortedSet<PeerId> voters, SortedMap<PeerId, PeerTracker> trackers) {
    List<PeerId> silent = new ArrayList<>();
    for (PeerId voter : voters) {
      PeerTracker tracker = trackers.get(voter);
      boolean counts =
          tracker == null
              ? voter.equals(state.self)
              : isHeard(tracker) && tracker.countedIndex() > 0;
      if (!counts) {
        silent.add(voter);
      }
    }
    return voters.size() - silent.size() > voters.size() / 2
        ? null
        : "of the voters "
            + voters
            + " no majority answers and holds entries; silent or empty: "
            + silent;
  }

  /**
   * What a leader changes of itself. A voter that lost its store becomes a staged learner, so that
   * nothing it promised before counts any more; and a staged learner that has caught up becomes a
   * voter.
   */
  @Nullable MembershipChange nextOwnChange(SortedMap<PeerId, PeerTracker> trackers) {
    Configuration current = state.configuration();
    for (PeerTracker tracker : trackers.values()) {
      if (tracker.isAbstaining() && current.voters().contains(tracker.peer())) {
        return MembershipChange.restage(tracker.peer());
      }
    }
    for (PeerId peer : current.staged()) {
      PeerTracker tracker = trackers.get(peer);
      if (whyNotCaughtUp(peer, tracker) == null) {
        return MembershipChange.promote(peer);
      }
      if (tracker != null
          && tracker.isAbstaining()
          && tracker.matchIndex() == state.log().lastIndex()) {
        tracker.becomeProbe(tracker.nextIndex()); // to hear whether it may vote again
      }
    }
    return null;
  }

  /**
   * The configuration that must follow now: a joint one that is committed is left by its leader.
   */
  @Nullable Configuration toFollow() {
    ConfigurationHistory.Placed newest = state.configurations().newest();
    return newest.configuration().isJoint() && newest.entry().index() <= state.commitIndex()
        ? newest.configuration().leaveJoint()
        : null;
  }

  /** Whether this leader votes no more by an applied configuration, and may go. */
  boolean isLeaving(SortedMap<PeerId, PeerTracker> trackers) {
    long entryIndex = state.configurations().newest().entry().index();
    if (state.configuration().isVoter(state.self) || entryIndex > state.appliedIndex()) {
      return false;
    }
    if (!leaving) {
      leaving = true;
      leavingSinceNanos = state.now();
    }
    boolean allHoldIt = true;
    for (PeerId peer : farewells.keySet()) {
      PeerTracker tracker = trackers.get(peer);
      allHoldIt &= tracker == null || tracker.matchIndex() >= entryIndex;
    }
    return allHoldIt || state.now() - leavingSinceNanos >= state.timing.heartbeatNanos();
  }

  /** A peer is no member from the newest entry on; it shall hear of it. */
  void removed(Member member) {
    farewells.put(
        member.id(),
        new Farewell(
            member,
            state.configurations().newest().entry().index(),
            state.now() + FAREWELL_TIMEOUTS * state.timing.electionTimeoutMaxNanos()));
  }

  /** Peers that are no members and have not heard of it yet. */
  Collection<Member> departing() {
    return farewells.values().stream().map(Farewell::member).toList();
  }

  boolean isDeparting(PeerId peer) {
    return farewells.containsKey(peer);
  }

  /**
   * Lets go of those who know that they were removed, and of those who do not answer.
   *
   * @return whether there were any
   */
  boolean endFarewells(SortedMap<PeerId, PeerTracker> trackers) {
    return farewells
        .values()
        .removeIf(
            farewell -> {
              PeerTracker tracker = trackers.get(farewell.member().id());
              boolean knows =
                  tracker != null
                      && Math.min(tracker.matchIndex(), tracker.toldCommit())
                          >= farewell.entryIndex();
              return knows || state.now() - farewell.untilNanos() >= 0;
            });
  }

  Entry entry(Configuration next) {
    return Entry.configuration(new EntryId(state.currentTerm(), state.log().lastIndex() + 1), next);
  }
}
