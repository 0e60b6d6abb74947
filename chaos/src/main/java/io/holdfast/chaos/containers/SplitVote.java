package io.holdfast.chaos.containers;

import io.holdfast.chaos.cluster.ClusterUnderTest;
import io.holdfast.chaos.cluster.Links.Link;
import io.holdfast.chaos.cluster.PeerStatus;
import io.holdfast.chaos.nemesis.Nemesis;
import io.holdfast.chaos.nemesis.NemesisException;
import io.holdfast.chaos.nemesis.Targets;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Two candidates of one term, and a peer that decides between them, which is killed as soon as its
 * vote is on its way to the first, and is then asked by the second. A vote that was not on disk
 * before it was sent would now be given a second time, and the term have two leaders (Raft paper,
 * figure 2: persistent state).
 *
 * <p>The requests for votes are held back by frozen disks, because a candidate asks only when its
 * own vote is durable. The first candidate is frozen while the vote comes in, so that it cannot
 * send the voter an entry, which would show the second candidate's log as too short.
 */
final class SplitVote {
  private static final String NAME = "split-vote";
  private static final String TIMEOUT_KEY = "raft.election-timeout-min-millis";
  private static final long TIMEOUT_MILLIS_MIN = 8_000;
  private static final long START_MILLIS_MAX = 60_000;
  private static final long CANDIDACY_MILLIS_MAX = 60_000;
  private static final long STEP_MILLIS_MAX = 5_000;
  private static final long ON_ITS_WAY_MILLIS = 300;
  private static final long POLL_MILLIS = 50;

  private final ContainerCluster cluster;
  private final int decider;
  private final int first;
  private final int second;

  private SplitVote(ContainerCluster cluster, int decider, int first, int second) {
    this.cluster = cluster;
    this.decider = decider;
    this.first = first;
    this.second = second;
  }

  static Nemesis nemesis() {
    return new ContainerNemesis(
        NAME,
        "Kills the peer that decides between two candidates of one term when its vote is on its way"
            + " to the one, and lets the other ask it: it must not vote twice.",
        SplitVote::whyNot,
        SplitVote::attack);
  }

  private static Optional<String> whyNot(ContainerCluster cluster) {
    if (cluster.peers().size() != 3) {
      return Optional.of("it needs 3 peers");
    }
    if (Long.parseLong(cluster.configured(TIMEOUT_KEY)) < TIMEOUT_MILLIS_MIN) {
      return Optional.of(
          "a candidacy must outlast the restart of a peer; use --peer-set "
              + TIMEOUT_KEY
              + "=10000 --peer-set raft.election-timeout-max-millis=12000");
    }
    return cluster.noLoopDisksWhy();
  }

  private static ContainerNemesis.Made attack(ContainerCluster cluster, RandomGenerator choices)
      throws InterruptedException {
    List<Integer> order = new ArrayList<>(Targets.shuffled(cluster.peers(), choices));
    cluster
        .leader()
        .ifPresent(
            leader -> {
              order.remove(leader);
              order.add(0, leader);
            });
    SplitVote split = new SplitVote(cluster, order.get(0), order.get(1), order.get(2));
    String seen = null;
    String error = null;
    try {
      seen = split.make();
    } catch (NemesisException | IOException e) {
      error = e.getMessage();
    }
    return new ContainerNemesis.Made(
        "let peers "
            + split.first
            + " and "
            + split.second
            + " stand in one term, and killed peer "
            + split.decider
            + " when it had voted",
        proof(seen, error),
        split::heal);
  }

  private static ContainerNemesis.Proof proof(@Nullable String seen, @Nullable String error) {
    return () -> {
      if (seen == null) {
        throw new NemesisException(NAME + ": " + error);
      }
      return seen;
    };
  }

  private String make() throws NemesisException, IOException, InterruptedException {
    long before = status(decider).map(PeerStatus::term).orElse(0L);
    long term = before + 1;
    cut(first, second);
    cluster.kill(decider);
    cluster.start(decider);
    await(decider, START_MILLIS_MAX, "answers after its restart", status -> true);
    for (int peer : cluster.peers()) {
      freezeDisk(peer);
    }
    await(first, CANDIDACY_MILLIS_MAX, "stands in term " + term, status -> stands(status, term));
    await(second, CANDIDACY_MILLIS_MAX, "stands in term " + term, status -> stands(status, term));
    await(decider, STEP_MILLIS_MAX, "is in term " + before, status -> status.term() == before);
    DiskFaults.thaw(cluster.engine(), cluster.containers(first));
    await(decider, STEP_MILLIS_MAX, "is in term " + term, status -> status.term() == term);
    cluster.pause(first);
    DiskFaults.thaw(cluster.engine(), cluster.containers(decider));
    TimeUnit.MILLISECONDS.sleep(ON_ITS_WAY_MILLIS);
    cluster.kill(decider);
    cut(first, decider);
    cluster.resume(first);
    await(first, STEP_MILLIS_MAX, "leads term " + term, status -> leads(status, term));
    cluster.start(decider);
    await(decider, START_MILLIS_MAX, "answers after its restart", status -> true);
    DiskFaults.thaw(cluster.engine(), cluster.containers(second));
    TimeUnit.MILLISECONDS.sleep(STEP_MILLIS_MAX);
    return "peer "
        + first
        + " led term "
        + term
        + " by the vote of peer "
        + decider
        + ", which peer "
        + second
        + " asked for its vote in the same term";
  }

  private void cut(int one, int other) throws IOException, InterruptedException {
    cluster.links().cut(Set.of(new Link(one, other), new Link(other, one)));
  }

  private void freezeDisk(int peer) throws IOException, InterruptedException {
    cluster.engine().must(cluster.containers(peer).disk(), "fsfreeze", "-f", "/data");
  }

  private Optional<PeerStatus> status(int peer) {
    return cluster.status(peer);
  }

  private static boolean stands(PeerStatus status, long term) {
    return status.role().equals("candidate") && status.term() == term;
  }

  private static boolean leads(PeerStatus status, long term) {
    return status.leads() && status.term() == term;
  }

  private void await(int peer, long millisMax, String what, Predicate<PeerStatus> wanted)
      throws NemesisException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millisMax);
    Optional<PeerStatus> last = status(peer);
    while (last.filter(wanted).isEmpty()) {
      if (System.nanoTime() - deadline > 0) {
        throw new NemesisException(
            "peer " + peer + " was not seen to be one that " + what + "; it said " + last);
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      last = status(peer);
    }
  }

  private void heal() throws IOException, InterruptedException {
    cluster.links().heal();
    for (int peer : cluster.peers()) {
      DiskFaults.thaw(cluster.engine(), cluster.containers(peer));
      if (cluster.condition(peer) == ClusterUnderTest.Condition.PAUSED) {
        cluster.resume(peer);
      }
      cluster.start(peer);
    }
  }
}
