package io.holdfast.raft.membership;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.Member;
import io.holdfast.raft.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What shall become of the members, in one change: the steps take effect together or not at all. A
 * newcomer starts as a learner and is promoted by a later change, when it has caught up (thesis
 * §4.2.1), so that adding a peer that cannot be reached never costs a majority.
 *
 * @param steps one or more, applied in order
 */
public record MembershipChange(List<Step> steps) {
  /** One step of a change. */
  public sealed interface Step {}

  /**
   * A new member that shall vote: it is staged as a learner, and the leader promotes it as soon as
   * it has caught up.
   */
  public record AddVoter(Member member) implements Step {}

  /** A new member that receives the log and does not vote. */
  public record AddLearner(Member member) implements Step {}

  /** A learner becomes a voter. */
  public record Promote(PeerId peer) implements Step {}

  /** A voter becomes a learner. */
  public record Demote(PeerId peer) implements Step {}

  /** A voter becomes a learner, and a voter again as soon as it has caught up. */
  public record Restage(PeerId peer) implements Step {}

  /** A member leaves for good; its identity is retired. */
  public record Remove(PeerId peer) implements Step {}

  public MembershipChange {
    steps = List.copyOf(steps);
    if (steps.isEmpty()) {
      throw new IllegalArgumentException("a membership change needs at least one step");
    }
  }

  public static MembershipChange addVoter(Member member) {
    return new MembershipChange(List.of(new AddVoter(member)));
  }

  public static MembershipChange addLearner(Member member) {
    return new MembershipChange(List.of(new AddLearner(member)));
  }

  public static MembershipChange promote(PeerId peer) {
    return new MembershipChange(List.of(new Promote(peer)));
  }

  public static MembershipChange demote(PeerId peer) {
    return new MembershipChange(List.of(new Demote(peer)));
  }

  public static MembershipChange restage(PeerId peer) {
    return new MembershipChange(List.of(new Restage(peer)));
  }

  public static MembershipChange remove(PeerId peer) {
    return new MembershipChange(List.of(new Remove(peer)));
  }

  /** This change and another as one. */
  public MembershipChange and(MembershipChange other) {
    List<Step> both = new ArrayList<>(steps);
    both.addAll(other.steps);
    return new MembershipChange(both);
  }

  /** The peers that vote only after this change. */
  public List<PeerId> promoted() {
    List<PeerId> peers = new ArrayList<>();
    for (Step step : steps) {
      if (step instanceof Promote promote) {
        peers.add(promote.peer());
      }
    }
    return peers;
  }

  /**
   * What this change makes of a configuration that is not joint.
   *
   * @throws IllegalArgumentException if a step contradicts the configuration; the message says why
   *     and is meant for an operator
   */
  public Configuration applyTo(Configuration current) {
    Draft draft = new Draft(current);
    steps.forEach(draft::take);
    return draft.finish();
  }

  private static final class Draft {
    private final SortedMap<PeerId, Member> members;
    private final SortedSet<PeerId> voters;
    private final SortedSet<PeerId> learners;
    private final SortedSet<PeerId> staged;
    private final SortedSet<PeerId> retired;

    private Draft(Configuration current) {
      members = new TreeMap<>(current.members());
      voters = new TreeSet<>(current.voters());
      learners = new TreeSet<>(current.learners());
      staged = new TreeSet<>(current.staged());
      retired = new TreeSet<>(current.retired());
    }

    private void take(Step step) {
      if (step instanceof AddLearner add) {
        add(add.member());
      } else if (step instanceof AddVoter add) {
        add(add.member());
        staged.add(add.member().id());
      } else if (step instanceof Promote promote) {
        move(promote.peer(), learners, "a learner", voters);
        staged.remove(promote.peer());
      } else if (step instanceof Demote demote) {
        move(demote.peer(), voters, "a voter", learners);
      } else if (step instanceof Restage restage) {
        move(restage.peer(), voters, "a voter", learners);
        staged.add(restage.peer());
      } else if (step instanceof Remove remove) {
        remove(remove.peer());
      }
    }

    private void add(Member member) {
      PeerId id = member.id();
      if (retired.contains(id)) {
        throw new IllegalArgumentException(
            id + " was removed before; start the peer with a fresh identity and an empty store");
      }
      if (members.containsKey(id)) {
        throw new IllegalArgumentException(id + " is a member already");
      }
      for (Member known : members.values()) {
        if (known.peerAddress().equals(member.peerAddress())) {
          throw new IllegalArgumentException(
              "peer address " + member.peerAddress() + " belongs to " + known.id());
        }
      }
      members.put(id, member);
      learners.add(id);
    }

    private static void move(
        PeerId peer, SortedSet<PeerId> from, String wanted, SortedSet<PeerId> to) {
      if (!from.remove(peer)) {
        throw new IllegalArgumentException(peer + " is not " + wanted);
      }
      to.add(peer);
    }

    private void remove(PeerId peer) {
      if (members.remove(peer) == null) {
        throw new IllegalArgumentException(peer + " is not a member");
      }
      voters.remove(peer);
      learners.remove(peer);
      staged.remove(peer);
      retired.add(peer);
    }

    private Configuration finish() {
      if (voters.isEmpty()) {
        throw new IllegalArgumentException("no voter would be left; promote another peer first");
      }
      return new Configuration(members, voters, new TreeSet<>(), learners, staged, retired);
    }
  }
}
