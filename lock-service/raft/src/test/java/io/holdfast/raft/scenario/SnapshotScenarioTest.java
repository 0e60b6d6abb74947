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

  private static final int ROUNDS = 30;

  /** A snapshot worth of commands, held by as many peers. */
  private static void load(SimCluster cluster, int round, int appliedOn) {
    int commands = 5 + cluster.random().nextInt(10);
    for (int i = 1; i < commands; i++) {
      cluster.propose(cluster.awaitLeader(), "round " + round + "/" + i);
      cluster.runMillis(1);
    }
    cluster.agree("round " + round, appliedOn);
  }

  @Test
  @DisplayName("S101 S115 thirty rounds: logs stay short, and who keeps up needs no snapshot")
  void logsStayShort() {
    SimCluster cluster = cluster(3, 101, 0);
    for (int round = 0; round < ROUNDS; round++) {
      load(cluster, round, 3);
      cluster.runMillis(20);
      assertThat(cluster.peers()).allMatch(peer -> peer.disk().logBytes() < 2_000);
    }
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
    for (int round = 0; round < ROUNDS; round++) {
      SimPeer leader = cluster.awaitLeader();
      SimPeer victim = round % 3 == 2 ? leader : cluster.others(leader).get(round % 2);
      long before = victim.restores();
      if (crash) {
        victim.crash();
      } else {
        cluster.isolate(victim);
      }
      load(cluster, round, 2);
      if (crash) {
        victim.start();
      } else {
        cluster.reconnect(victim);
      }
      cluster.agree("together " + round, 3);
      restores += victim.restores() - before;
    }
    assertThat(restores).isGreaterThan(0);
    assertThat(cluster.peers())
        .allMatch(peer -> peer.machine().count() == cluster.peer(1).machine().count());
  }

  private static void crashAll(SimCluster cluster) {
    cluster.peers().forEach(SimPeer::crash);
    cluster.peers().forEach(SimPeer::start);
  }

  private static SimCluster lossyCluster(long seed) {
    SimCluster cluster = cluster(3, seed, 0);
    cluster.network().delayMillis(0, 26);
    cluster.network().unreliable(0.1, 0, 0);
    return cluster;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  @DisplayName("S104 five rounds over a lossy network, all crash after each: nothing is lost")
  void allCrash(long seed) {
    SimCluster cluster = lossyCluster(seed);
    cluster.agree("start", 3);
    for (int round = 0; round < 5; round++) {
      for (int i = 0; i < 13; i++) {
        cluster.agree("round " + round + "/" + i, 3);
      }
      long before = cluster.agree("last of round " + round, 3).index();
      crashAll(cluster);
      assertThat(cluster.agree("after", 3).index()).isGreaterThanOrEqualTo(before + 1);
    }
    assertThat(cluster.peers()).allMatch(peer -> peer.restores() > 0);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  @DisplayName("S105 two crashes of all in a row, with one command between, lose nothing")
  void allCrashTwice(long seed) {
    SimCluster cluster = lossyCluster(seed);
    for (int i = 0; i < 11; i++) {
      cluster.agree("loaded " + i, 3);
    }
    crashAll(cluster);
    cluster.agree("between", 3);
    crashAll(cluster);
    cluster.agree("end", 3);
    assertThat(cluster.peers())
        .allMatch(peer -> peer.machine().count() == cluster.peer(1).machine().count())
        .allMatch(peer -> peer.machine().count() >= 13);
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
