package io.holdfast.chaos.sim;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.RequestMessage;
import io.holdfast.raft.Configuration;
import io.holdfast.raft.Member;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.driver.MembershipCallback;
import io.holdfast.raft.driver.ProposalFailure;
import io.holdfast.raft.membership.MembershipChange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes the members while clients run. Mostly as an operator does: he asks whichever peer
 * answers, and asks again until the answer is certain or his patience ends. Some changes are asked
 * of the leader itself: those of several steps, and those that it cannot complete because it is cut
 * off or crashes at that moment.
 */
final class Operator implements AskingChannel {
  /** Members at most; more make the runs slow and show nothing new. */
  private static final int MEMBERS_MAX = 7;

  private static final long PATIENCE_NANOS = 4_000_000_000L;
  private static final long ANSWER_NANOS_MAX = 1_000_000_000L;
  private static final int PAUSE_NANOS_MAX = 250_000_000;

  /** A request without an answer may be carried out this late: links and peers hold it up. */
  private static final long LATE_NANOS_MAX = 10_000_000_000L;

  private final SimWorld world;
  private final Cluster cluster;
  private final Map<Long, Task> open = new HashMap<>();
  private final Set<Long> uncertain = new HashSet<>();
  private long lastMessage;

  /** A request that is repeated until it succeeded, and what comes then. */
  private record Task(Request request, Random choices, long untilNanos, Runnable then) {}

  Operator(SimWorld world, Cluster cluster) {
    this.world = world;
    this.cluster = cluster;
  }

  /** Whether no change is on its way that somebody might still carry out. */
  boolean isAtRest() {
    return uncertain.isEmpty();
  }

  /** Draws a change of what the members are now, and begins it. */
  void change(Random choices, long lastsNanos) {
    Configuration now = cluster.configuration();
    Optional<PeerHost> leader = cluster.leader();
    int kind = choices.nextInt(12);
    if (kind < 3) {
      bring(choices, now, false);
    } else if (kind == 3) {
      stage(choices, now);
    } else if (kind == 4) {
      promote(choices, now);
    } else if (kind == 5) {
      remove(choices, any(now.members().keySet(), choices), lastsNanos);
    } else if (kind == 6 && leader.isPresent()) {
      remove(choices, leader.get().id(), lastsNanos);
    } else if (kind == 7) {
      PeerId voter = any(now.voters(), choices);
      ask(new Request.DemoteMember(voter.toString()), choices, () -> {});
    } else if (kind == 8) {
      bring(choices, now, true);
    } else if (kind == 9) {
      leader.ifPresent(host -> propose(host, several(choices, now)));
    } else {
      leader.ifPresent(host -> interrupt(host, choices, now, lastsNanos));
    }
  }

  private static PeerId any(Collection<PeerId> peers, Random choices) {
    return new ArrayList<>(peers).get(choices.nextInt(peers.size()));
  }

  private @Nullable Member newcomer(Configuration now) {
    return now.members().size() < MEMBERS_MAX ? cluster.newcomer(now).orElse(null) : null;
  }

  /** A new peer comes as a learner and is promoted, in place of a voter or besides all of them. */
  private void bring(Random choices, Configuration now, boolean replaces) {
    Member member = newcomer(now);
    if (member == null) {
      promote(choices, now);
      return;
    }
    String name = member.id().toString();
    Request add = new Request.AddMember(name, member.peerAddress(), member.clientAddress());
    Runnable next =
        replaces
            ? () -> replace(member.id(), choices)
            : () -> ask(new Request.PromoteMember(name), choices, () -> {});
    ask(add, choices, choices.nextInt(5) == 0 ? () -> {} : next);
  }

  private void replace(PeerId newcomer, Random choices) {
    Optional<PeerHost> leader = cluster.leader();
    if (leader.isPresent()) {
      PeerId gone = any(cluster.configuration().voters(), choices);
      propose(leader.get(), MembershipChange.promote(newcomer).and(MembershipChange.remove(gone)));
    }
  }

  /** A new peer is promoted by the leader as soon as it has caught up. */
  private void stage(Random choices, Configuration now) {
    Optional<PeerHost> leader = cluster.leader();
    Member member = leader.isPresent() ? newcomer(now) : null;
    if (member == null) {
      promote(choices, now);
    } else {
      propose(leader.get(), MembershipChange.addVoter(member));
    }
  }

  private void promote(Random choices, Configuration now) {
    if (!now.learners().isEmpty()) {
      PeerId learner = any(now.learners(), choices);
      ask(new Request.PromoteMember(learner.toString()), choices, () -> {});
    }
  }

  /** Who was removed is shut down some time later, or goes on running. */
  private void remove(Random choices, PeerId gone, long lastsNanos) {
    boolean shutDown = choices.nextBoolean();
    ask(
        new Request.RemoveMember(gone.toString()),
        choices,
        () -> {
          if (shutDown) {
            cluster.later(lastsNanos, () -> cluster.shutDown(gone));
          }
        });
  }

  /** A change of several steps: learners come in, voters leave or lose their vote. */
  private static MembershipChange several(Random choices, Configuration now) {
    PeerId stays = any(now.voters(), choices);
    List<MembershipChange.Step> steps = new ArrayList<>();
    for (PeerId peer : now.members().keySet()) {
      if (!peer.equals(stays) && choices.nextInt(3) > 0) {
        steps.add(
            now.learners().contains(peer)
                ? new MembershipChange.Promote(peer)
                : choices.nextInt(3) == 0
                    ? new MembershipChange.Remove(peer)
                    : new MembershipChange.Demote(peer));
      }
    }
    return steps.isEmpty() ? MembershipChange.restage(stays) : new MembershipChange(steps);
  }

  /** The leader takes a change and is cut off, or crashes, before all have heard of it. */
  private void interrupt(PeerHost leader, Random choices, Configuration now, long lastsNanos) {
    if (!now.learners().isEmpty() && choices.nextBoolean()) {
      leaveToLearners(leader, now, lastsNanos);
    } else if (choices.nextBoolean()) {
      cluster.cutOff(leader);
      cluster.later(lastsNanos, cluster::healLinks);
    } else {
      cluster.later(
          choices.nextInt(3_000_000),
          () -> {
            cluster.crash(leader);
            cluster.later(lastsNanos, () -> cluster.restart(leader));
          });
    }
    propose(leader, several(choices, now));
  }

  /** The leader is heard by those alone who have no vote. */
  private void leaveToLearners(PeerHost leader, Configuration now, long lastsNanos) {
    for (PeerHost other : cluster.peers()) {
      if (other != leader && !now.isLearner(other.id())) {
        cluster.network().cut(leader.id(), other.id());
        cluster.network().cut(other.id(), leader.id());
      }
    }
    cluster.later(4 * lastsNanos, cluster::healLinks);
  }

  private void propose(PeerHost leader, MembershipChange change) {
    world.note("operator", () -> "asks " + leader.id() + " for " + change.steps());
    long id = begin();
    boolean taken =
        leader.node().execute(() -> leader.node().changeMembership(change, new Outcome(id)));
    if (!taken) {
      uncertain.remove(id);
    }
  }

  /** A number for a request whose outcome is not known, until it is or time has made it certain. */
  private long begin() {
    long id = ++lastMessage;
    uncertain.add(id);
    world.after(LATE_NANOS_MAX, () -> uncertain.remove(id));
    return id;
  }

  private void ask(Request request, Random choices, Runnable then) {
    send(new Task(request, choices, world.now() + PATIENCE_NANOS, then));
  }

  private void send(Task task) {
    if (cluster.isHealing() || world.now() > task.untilNanos()) {
      return;
    }
    List<PeerHost> peers = cluster.peers();
    PeerHost to = peers.get(task.choices().nextInt(peers.size()));
    if (!to.isUp()) {
      again(task);
      return;
    }
    world.note("operator", () -> "asks " + to.id() + " for " + task.request());
    long id = begin();
    open.put(id, task);
    if (to.service().submit(this, "", List.of(new RequestMessage(id, task.request())))) {
      world.after(
          ANSWER_NANOS_MAX,
          () -> {
            if (open.remove(id) != null) {
              send(task);
            }
          });
    } else {
      open.remove(id);
      uncertain.remove(id);
      again(task);
    }
  }

  private void again(Task task) {
    world.after(task.choices().nextInt(PAUSE_NANOS_MAX), () -> send(task));
  }

  @Override
  public void reply(long id, Reply reply) {
    world.note("operator", () -> "is told " + reply);
    boolean failed = reply instanceof Reply.Failed;
    if (!failed || ((Reply.Failed) reply).error() != ErrorCode.OUTCOME_UNKNOWN) {
      uncertain.remove(id);
    }
    Task task = open.remove(id);
    if (task == null) {
      return;
    }
    if (failed) {
      again(task);
    } else {
      task.then().run();
    }
  }

  /** How a change ended that was asked of the leader itself. */
  private final class Outcome implements MembershipCallback {
    private final long id;

    private Outcome(long id) {
      this.id = id;
    }

    @Override
    public void changed(Configuration configuration) {
      world.note("operator", () -> "is told that the members are " + configuration.voters());
      uncertain.remove(id);
    }

    @Override
    public void failed(ProposalFailure why) {
      world.note("operator", () -> "is told " + why);
      if (why.isDefinite()) {
        uncertain.remove(id);
      }
    }
  }
}
