package io.holdfast.raft.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.raft.HardState;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.core.Role;
import io.holdfast.raft.membership.MembershipChange;
import io.holdfast.raft.sim.SimCluster;
import io.holdfast.raft.sim.SimPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A peer whose disk was replaced comes back under its old identity. */
class LostStoreScenarioTest {
  private static void wipe(SimPeer peer) {
    peer.crash();
    peer.wipe();
    peer.start();
  }

  private static void awaitVoter(SimCluster cluster, PeerId peer) {
    cluster.runUntil(
        peer + " votes again",
        10_000,
        () ->
            !cluster.peer(peer.value()).core().votedFor().equals(Optional.of(HardState.NOBODY))
                && cluster
                    .steadyLeader()
                    .filter(leader -> leader.core().configuration().voters().contains(peer))
                    .filter(leader -> !leader.core().configuration().isJoint())
                    .filter(leader -> leader.core().configuration().learners().isEmpty())
                    .isPresent());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("S098 a wiped peer does not elect a peer that lacks what it once acknowledged")
  void aWipedPeerDoesNotElect(boolean bySnapshot) {
    SimCluster cluster =
        new SimCluster(3, 1, s -> bySnapshot ? SimCluster.snapshotting(s, 5, 1) : s, 2_000);
    cluster.agree("all hold the first", 3);
    SimPeer leader = cluster.awaitLeader();
    SimPeer holder = cluster.others(leader).get(0);
    SimPeer behind = cluster.others(leader).get(1);
    cluster.isolate(behind);
    for (int i = 0; i < 20; i++) {
      cluster.agree("held by two " + i, 2);
    }
    leader.crash();
    wipe(holder);
    cluster.reconnect(behind);
    cluster.runMillis(10_000);
    assertThat(holder.core().role()).isNotEqualTo(Role.LEADER);
    assertThat(behind.core().role()).isNotEqualTo(Role.LEADER);
    leader.start();
    cluster.agree("all is there", 3);
    awaitVoter(cluster, holder.id());
    assertThat(holder.machine().chain()).isEqualTo(leader.machine().chain());
  }

  @Test
  @DisplayName("S098 a wiped follower does not crash its leader, is demoted, caught up, promoted")
  void aWipedFollowerIsTakenBack() {
    SimCluster cluster = new SimCluster(3, 2);
    for (int i = 0; i < 50; i++) {
      cluster.agree("before " + i, 3);
    }
    SimPeer leader = cluster.awaitLeader();
    SimPeer victim = cluster.others(leader).get(0);
    long term = leader.core().currentTerm();
    wipe(victim);
    cluster.agree("meanwhile", 2);
    awaitVoter(cluster, victim.id());
    assertThat(leader.isLeader()).isTrue();
    assertThat(leader.core().currentTerm()).isEqualTo(term);
    SimPeer other = cluster.others(leader).get(1);
    other.crash();
    cluster.agree("the wiped one counts again", 2);
    leader.crash();
    other.start();
    cluster.agree("and elects again", 2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("S098 a wiped follower is taken back while nobody proposes anything")
  void aWipedFollowerOfAnIdleClusterIsTakenBack(boolean bySnapshot) {
    SimCluster cluster =
        new SimCluster(3, 5, s -> bySnapshot ? SimCluster.snapshotting(s, 5, 1) : s, 2_000);
    for (int i = 0; i < 20; i++) {
      cluster.agree("before " + i, 3);
    }
    cluster.runMillis(1_000);
    SimPeer leader = cluster.awaitLeader();
    SimPeer victim = cluster.others(leader).get(0);
    wipe(victim);
    cluster.runUntil(
        "the wiped peer holds everything again",
        10_000,
        () -> victim.machine().chain() == leader.machine().chain());
    awaitVoter(cluster, victim.id());
  }

  @Test
  @DisplayName("S098 what a wiped peer holds is not counted before it is taken back")
  void whatAWipedPeerHoldsIsNotCounted() {
    SimCluster cluster = new SimCluster(3, 3);
    cluster.agree("before", 3);
    SimPeer leader = cluster.awaitLeader();
    SimPeer victim = cluster.others(leader).get(0);
    cluster.isolate(cluster.others(leader).get(1));
    wipe(victim);
    SimCluster.Outcome alone = cluster.propose(leader, "one voter and a wiped one");
    cluster.runMillis(3_000);
    assertThat(alone.applied()).isEmpty();
    cluster.network().healAll();
    cluster.agree("healed", 3);
    awaitVoter(cluster, victim.id());
  }

  @Test
  @DisplayName("S098 a founder that starts late is taken in")
  void aFounderThatStartsLateIsTakenIn() {
    SimCluster cluster = new SimCluster(3, 4);
    SimPeer late = cluster.peer(3);
    late.crash();
    late.wipe();
    for (int i = 0; i < 20; i++) {
      cluster.agree("without it " + i, 2);
    }
    late.start();
    cluster.agree("with it", 3);
    awaitVoter(cluster, late.id());
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24
      })
  @DisplayName("S098 one wiped peer among any other faults loses nothing")
  void oneWipedPeerLosesNothing(long seed) {
    for (long run = seed; run <= Long.getLong("soak.wipes", seed); run += 24) {
      oneWipe(run);
    }
    oneWipe(seed);
  }

  private static void oneWipe(long seed) {
    Random chaos = new Random(seed * 6_151);
    int size = chaos.nextBoolean() ? 3 : 5;
    SimCluster cluster =
        new SimCluster(
            size, seed, s -> SimCluster.snapshotting(s, 5 + chaos.nextInt(40), 3), 3_000);
    cluster.agree("every founder has a store", size);
    cluster.network().delayMillis(0, 1 + chaos.nextInt(20));
    cluster.network().unreliable(chaos.nextDouble() * 0.2, chaos.nextDouble() * 0.2, 0.05);
    int wipeAt = chaos.nextInt(60);
    List<SimCluster.Outcome> outcomes = new ArrayList<>();
    for (int step = 0; step < 100; step++) {
      RandomFaultsTest.act(cluster, chaos, outcomes, step);
      cluster.runMillis(chaos.nextInt(120));
      if (step == wipeAt) {
        SimPeer victim = cluster.peer(1 + chaos.nextInt(size));
        if (victim.isUp()) {
          victim.crash();
        }
        victim.wipe();
        if (chaos.nextBoolean()) {
          victim.start();
        }
      }
    }
    cluster.network().healAll();
    cluster.network().reliable();
    cluster.peers().stream().filter(peer -> !peer.isUp()).forEach(SimPeer::start);
    cluster.runMillis(4_000);
    cluster.agree("after all", size);
    for (PeerId learner : cluster.awaitLeader().core().configuration().learners()) {
      if (cluster.awaitLeader().core().configuration().isLearner(learner)) {
        cluster.reconfigure(MembershipChange.promote(learner));
      }
    }
    SimPeer one = cluster.peer(1);
    cluster.runMillis(500);
    assertThat(cluster.peers()).allMatch(p -> p.machine().chain() == one.machine().chain());
  }
}
