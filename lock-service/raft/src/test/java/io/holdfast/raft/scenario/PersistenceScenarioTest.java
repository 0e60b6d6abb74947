package io.holdfast.raft.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.raft.driver.ProposalFailure;
import io.holdfast.raft.sim.SimCluster;
import io.holdfast.raft.sim.SimPeer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PersistenceScenarioTest {
  private static void restart(SimPeer peer) {
    peer.crash();
    peer.start();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  @DisplayName("S078 crashes of all, the leader and a follower lose nothing")
  void crashesLoseNothing(long seed) {
    SimCluster cluster = new SimCluster(3, seed);
    cluster.agree("11", 3);
    cluster.peers().forEach(PersistenceScenarioTest::restart);
    cluster.agree("12", 3);
    restart(cluster.awaitLeader());
    cluster.agree("13", 3);
    SimPeer leader = cluster.awaitLeader();
    leader.crash();
    cluster.agree("14", 2);
    leader.start();
    cluster.agree("15", 3);
    SimPeer follower = cluster.others(cluster.awaitLeader()).get(0);
    follower.crash();
    cluster.agree("16", 2);
    follower.start();
    cluster.agree("17", 3);
    assertThat(cluster.peers()).allMatch(peer -> peer.machine().count() == 7);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  @DisplayName("S079 rolling crashes that leave only overlapping majorities")
  void rollingCrashes(long seed) {
    SimCluster cluster = new SimCluster(5, seed);
    for (int round = 0; round < 5; round++) {
      cluster.agree("all " + round, 5);
      List<SimPeer> others = new ArrayList<>(cluster.others(cluster.awaitLeader()));
      others.get(0).crash();
      others.get(1).crash();
      cluster.agree("three " + round, 3);
      SimPeer leader = cluster.awaitLeader();
      List<SimPeer> up = cluster.peers().stream().filter(p -> p.isUp() && p != leader).toList();
      leader.crash();
      up.forEach(SimPeer::crash);
      others.get(0).start();
      others.get(1).start();
      cluster.runMillis(1_000);
      up.get(0).start();
      cluster.agree("other three " + round, 3);
      leader.start();
      up.get(1).start();
    }
    cluster.agree("end", 5);
  }

  @Test
  @DisplayName("S081 figure 8: leaders crash right after they took a command")
  void figureEightCrashes() {
    SimCluster cluster = new SimCluster(5, 81);
    for (int round = 0; round < 1_000; round++) {
      for (SimPeer peer : cluster.peers()) {
        if (peer.isLeader()) {
          cluster.propose(peer, "round " + round);
        }
      }
      cluster.runMillis(cluster.random().nextInt(10) == 0 ? cluster.random().nextInt(500) : 6);
      SimPeer leader = cluster.peers().stream().filter(SimPeer::isLeader).findFirst().orElse(null);
      if (leader != null) {
        leader.crash();
      }
      List<SimPeer> down = cluster.peers().stream().filter(p -> !p.isUp()).toList();
      if (cluster.peers().size() - down.size() < 3) {
        down.get(cluster.random().nextInt(down.size())).start();
      }
    }
    cluster.peers().stream().filter(p -> !p.isUp()).forEach(SimPeer::start);
    cluster.agree("end", 5);
  }

  @Test
  @DisplayName("S082 agreement over a lossy network")
  void agreementOverALossyNetwork() {
    SimCluster cluster = new SimCluster(5, 82);
    cluster.network().delayMillis(0, 26);
    cluster.network().unreliable(0.1, 0.05, 0);
    for (int round = 0; round < 49; round++) {
      SimPeer leader = cluster.awaitLeader();
      for (int i = 0; i < 4; i++) {
        cluster.propose(leader, "concurrent " + round + "/" + i);
      }
      cluster.agree("round " + round, 3);
    }
    cluster.agree("end", 5);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  @DisplayName("S083 figure 8 over a lossy and reordering network")
  void figureEightUnreliable(long seed) {
    SimCluster cluster = new SimCluster(5, seed);
    cluster.network().delayMillis(0, 26);
    cluster.network().unreliable(0.1, 0, 0);
    for (int round = 0; round < 1_000; round++) {
      if (round == 200) {
        cluster.network().unreliable(0.1, 0.1, 0.66);
      }
      for (SimPeer peer : cluster.peers()) {
        if (peer.isLeader()) {
          cluster.propose(peer, "round " + round);
          if (cluster.random().nextBoolean()) {
            cluster.isolate(peer);
          }
        }
      }
      cluster.runMillis(cluster.random().nextInt(10) == 0 ? cluster.random().nextInt(500) : 13);
      SimPeer any = cluster.peer(1 + cluster.random().nextInt(5));
      cluster.reconnect(any);
    }
    cluster.network().healAll();
    cluster.network().reliable();
    cluster.agree("end", 5);
  }

  @Test
  @DisplayName("S087 a majority of followers commits what the leader lost with its disk cache")
  void followersKeepWhatTheLeaderLost() {
    SimCluster cluster = new SimCluster(3, 87);
    SimPeer leader = cluster.awaitLeader();
    leader.faults().syncMillis(5_000, 5_001);
    SimCluster.Outcome outcome = cluster.propose(leader, "replicated in parallel");
    cluster.runMillis(100);
    assertThat(leader.core().commitIndex()).isGreaterThan(leader.core().appliedIndex());
    assertThat(outcome.isOver()).isFalse();
    leader.crash();
    leader.faults().syncMillis(0, 1);
    cluster.agree("next", 2);
    leader.start();
    cluster.agree("end", 3);
    assertThat(cluster.peers()).allMatch(peer -> peer.machine().count() == 3);
  }

  @Test
  @DisplayName("S088 S089 S091 a peer whose sync failed takes no part any more")
  void aPeerWhoseSyncFailedTakesNoPart() {
    SimCluster cluster = new SimCluster(3, 88);
    SimPeer leader = cluster.awaitLeader();
    cluster.invariants().expectDegradation();
    leader.faults().failNextSync();
    SimCluster.Outcome outcome = cluster.propose(leader, "unlucky");
    cluster.runMillis(50);
    assertThat(leader.degradedReason()).contains("simulated sync failure");
    assertThat(leader.isLeader()).isFalse();
    assertThat(outcome.failure()).get().isInstanceOf(ProposalFailure.OutcomeUnknown.class);
    cluster.agree("without it", 2);
    long applied = leader.core().appliedIndex();
    cluster.runMillis(3_000);
    assertThat(leader.core().appliedIndex()).isEqualTo(applied);
    leader.crash();
    leader.start();
    cluster.agree("with it", 3);
  }

  @Test
  @DisplayName("S090 a leader whose disk stalls gives up leadership to a healthy peer")
  void aStalledDiskEndsAReign() {
    SimCluster cluster = new SimCluster(3, 90);
    SimPeer leader = cluster.awaitLeader();
    leader.faults().stallUntil(cluster.clock().now() + 6_000_000_000L);
    cluster.propose(leader, "stalls");
    cluster.runMillis(2_500);
    assertThat(leader.isLeader()).isFalse();
    SimPeer successor = cluster.awaitLeader();
    assertThat(successor).isNotSameAs(leader);
    cluster.agree("goes on", 2);
    cluster.runMillis(5_000);
    cluster.agree("together", 3);
  }

  @Test
  @DisplayName("S095 after all restarted nothing is served before an entry of the new term")
  void nothingIsServedBeforeAnEntryOfTheNewTerm() {
    SimCluster cluster = new SimCluster(3, 95);
    cluster.agree("old", 3);
    cluster.peers().forEach(PersistenceScenarioTest::restart);
    List<String> reads = new ArrayList<>();
    cluster.runUntil(
        "any leader", 5_000, () -> cluster.peers().stream().anyMatch(SimPeer::isLeader));
    SimPeer leader = cluster.peers().stream().filter(SimPeer::isLeader).findFirst().orElseThrow();
    assertThat(leader.core().isLeaderReady()).isFalse();
    leader.node().readIndex(Recording.read(reads));
    assertThat(reads).isEmpty();
    cluster.runUntil("the read", 1_000, () -> !reads.isEmpty());
    assertThat(reads.get(0)).startsWith("confirmed");
    assertThat(leader.core().isLeaderReady()).isTrue();
    assertThat(leader.machine().count()).isEqualTo(1);
  }
}
