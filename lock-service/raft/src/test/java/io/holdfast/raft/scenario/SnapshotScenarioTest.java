package io.holdfast.raft.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.raft.core.ReplicationLimits;
import io.holdfast.raft.sim.SimCluster;
import io.holdfast.raft.sim.SimPeer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotScenarioTest {
  private static SimCluster cluster(int size, long seed, int padding) {
    return new SimCluster(size, seed, s -> SimCluster.snapshotting(s, 10, 2), padding);
  }

  @Test
  @DisplayName("S101 S115 logs stay short, and who keeps up needs no snapshot")
  void logsStayShort() {
    SimCluster cluster = cluster(3, 101, 0);
    for (int i = 0; i < 200; i++) {
      cluster.agree("command number " + i, 3);
    }
    cluster.runMillis(100);
    assertThat(cluster.peers()).allMatch(peer -> peer.disk().logBytes() < 2_000);
    assertThat(cluster.peers()).allMatch(peer -> peer.restores() == 0);
  }

  @ParameterizedTest
  @CsvSource({"1, false, false", "2, false, true", "3, true, false", "4, true, true"})
  @DisplayName("S102 S103 a peer cut off or crashed during a round comes back by snapshot")
  void aPeerComesBackBySnapshot(long seed, boolean lossy, boolean crash) {
    SimCluster cluster = cluster(3, seed, 20_000);
    if (lossy) {
      cluster.network().delayMillis(0, 20);
      cluster.network().unreliable(0.1, 0.1, 0);
    }
    cluster.agree("start", 3);
    long restores = 0;
    for (int round = 0; round < 6; round++) {
      SimPeer leader = cluster.awaitLeader();
      SimPeer victim = round % 3 == 2 ? leader : cluster.others(leader).get(round % 2);
      if (crash) {
        victim.crash();
      } else {
        cluster.isolate(victim);
      }
      for (int i = 0; i < 25; i++) {
        cluster.agree("round " + round + "/" + i, 2);
      }
      if (crash) {
        victim.start();
      } else {
        cluster.reconnect(victim);
      }
      cluster.agree("together " + round, 3);
      restores += victim.restores();
    }
    assertThat(restores).isGreaterThan(0);
    assertThat(cluster.peers())
        .allMatch(peer -> peer.machine().count() == cluster.peer(1).machine().count());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  @DisplayName("S104 S105 after all crashed nothing is lost and the state comes from the snapshot")
  void allCrash(long seed) {
    SimCluster cluster = cluster(3, seed, 0);
    for (int round = 0; round < 4; round++) {
      for (int i = 0; i < 12; i++) {
        cluster.agree("round " + round + "/" + i, 3);
      }
      long before = cluster.awaitLeader().core().commitIndex();
      cluster.peers().forEach(SimPeer::crash);
      cluster.peers().forEach(SimPeer::start);
      assertThat(cluster.agree("after", 3).index()).isGreaterThan(before);
    }
    assertThat(cluster.peers()).allMatch(peer -> peer.machine().count() == 4 * 13);
    assertThat(cluster.peers()).allMatch(peer -> peer.restores() > 0);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  @DisplayName("S111 S112 receiver and leader crash at any point of a transfer")
  void crashesDuringATransfer(long seed) {
    SimCluster cluster = cluster(3, seed, 60_000);
    cluster.network().delayMillis(1, 5);
    cluster.agree("start", 3);
    for (int round = 0; round < 6; round++) {
      SimPeer leader = cluster.awaitLeader();
      SimPeer victim = cluster.others(leader).get(0);
      victim.crash();
      for (int i = 0; i < 25; i++) {
        cluster.agree("round " + round + "/" + i, 2);
      }
      victim.start();
      cluster.runMillis(cluster.random().nextInt(300));
      victim.crash();
      victim.start();
      cluster.runMillis(cluster.random().nextInt(300));
      SimPeer sender = cluster.peers().stream().filter(SimPeer::isLeader).findFirst().orElse(null);
      if (sender != null && sender != victim) {
        sender.crash();
        sender.start();
      }
      cluster.agree("together " + round, 3);
    }
  }

  @Test
  @DisplayName("S075 a peer far behind is served from storage when memory has let go")
  void aPeerFarBehindIsServedFromStorage() {
    SimCluster cluster =
        new SimCluster(
            3,
            7,
            settings ->
                settings.withReplication(
                    new ReplicationLimits(2_000, 8, 10_000, 1 << 20, 100, 2_000)),
            0);
    SimPeer leader = cluster.awaitLeader();
    SimPeer away = cluster.others(leader).get(0);
    cluster.isolate(away);
    for (int i = 0; i < 100; i++) {
      cluster.agree("x".repeat(200) + i, 2);
    }
    cluster.reconnect(away);
    cluster.agree("together", 3);
    assertThat(away.machine().count()).isEqualTo(101);
    assertThat(away.restores()).isZero();
  }
}
