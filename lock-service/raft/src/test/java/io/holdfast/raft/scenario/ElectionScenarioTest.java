package io.holdfast.raft.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.raft.core.Role;
import io.holdfast.raft.sim.SimCluster;
import io.holdfast.raft.sim.SimPeer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ElectionScenarioTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  @DisplayName("S016 a quiet cluster elects one leader and keeps it")
  void aQuietClusterKeepsItsLeader(long seed) {
    SimCluster cluster = new SimCluster(3, seed);
    SimPeer leader = cluster.awaitLeader();
    long term = leader.core().currentTerm();
    cluster.runMillis(50);
    assertThat(cluster.peers()).allMatch(peer -> peer.core().currentTerm() == term);
    cluster.runMillis(2_000);
    assertThat(leader.isLeader()).isTrue();
    assertThat(leader.core().currentTerm()).isEqualTo(term);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  @DisplayName("S017 leaders come and go with the majority")
  void leadersComeAndGoWithTheMajority(long seed) {
    SimCluster cluster = new SimCluster(3, seed);
    SimPeer first = cluster.awaitLeader();
    cluster.isolate(first);
    cluster.runMillis(1_500);
    SimPeer second = cluster.awaitLeader();
    assertThat(second).isNotSameAs(first);
    long term = second.core().currentTerm();

    cluster.reconnect(first);
    cluster.runMillis(1_000);
    assertThat(second.isLeader()).isTrue();
    assertThat(first.core().currentTerm()).isEqualTo(term);

    SimPeer third = cluster.others(second).get(0);
    cluster.isolate(second);
    cluster.isolate(third);
    cluster.runMillis(2_000);
    assertThat(cluster.peers()).noneMatch(SimPeer::isLeader);

    cluster.reconnect(third);
    cluster.awaitLeader();
    cluster.network().healAll();
    cluster.runMillis(1_000);
    assertThat(cluster.peers().stream().filter(SimPeer::isLeader)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  @DisplayName("S018 many elections under shifting cuts")
  void manyElections(long seed) {
    SimCluster cluster = new SimCluster(7, seed);
    cluster.awaitLeader();
    for (int round = 0; round < 9; round++) {
      List<SimPeer> shuffled = new ArrayList<>(cluster.peers());
      Collections.shuffle(shuffled, new Random(seed * 31 + round));
      shuffled.subList(0, 3).forEach(cluster::isolate);
      cluster.runMillis(1_200);
      SimPeer leader = cluster.awaitLeader();
      assertThat(shuffled.subList(3, 7)).contains(leader);
      cluster.network().healAll();
    }
    cluster.awaitLeader();
  }

  @Test
  @DisplayName("S025 an isolated follower that returns disturbs nobody")
  void aReturningFollowerDisturbsNobody() {
    SimCluster cluster = new SimCluster(3, 5);
    SimPeer leader = cluster.awaitLeader();
    long term = leader.core().currentTerm();
    SimPeer follower = cluster.others(leader).get(0);
    cluster.isolate(follower);
    cluster.runMillis(10_000);
    assertThat(follower.core().currentTerm()).isEqualTo(term);
    cluster.reconnect(follower);
    cluster.runMillis(2_000);
    assertThat(leader.isLeader()).isTrue();
    assertThat(leader.core().currentTerm()).isEqualTo(term);
    assertThat(follower.core().leader()).contains(leader.id());
  }

  @Test
  @DisplayName("S026 S036 a leader that hears nobody steps down within two election timeouts")
  void aDeafLeaderStepsDown() {
    SimCluster cluster = new SimCluster(5, 6);
    SimPeer leader = cluster.awaitLeader();
    cluster.others(leader).forEach(other -> cluster.network().cutOneWay(other.id(), leader.id()));
    SimCluster.Outcome outcome = cluster.propose(leader, "never acknowledged by it");
    cluster.runMillis(1_200);
    assertThat(leader.isLeader()).isFalse();
    assertThat(outcome.applied()).isEmpty();
    assertThat(cluster.awaitLeader()).isNotSameAs(leader);
  }

  @Test
  @DisplayName("S033 a star of partial links has a stable leader")
  void aStarOfPartialLinksHasAStableLeader() {
    SimCluster cluster = new SimCluster(5, 7);
    cluster.awaitLeader();
    for (int i = 1; i <= 5; i++) {
      for (int j = i + 1; j <= 5; j++) {
        boolean linked = j <= 3 || (i == 2 && j == 4) || (i == 3 && j == 5);
        if (!linked) {
          cluster.network().cut(cluster.peer(i).id(), cluster.peer(j).id());
        }
      }
    }
    cluster.runMillis(6_000);
    Optional<SimPeer> leader = cluster.peers().stream().filter(SimPeer::isLeader).findFirst();
    assertThat(leader).isPresent();
    long term = leader.get().core().currentTerm();
    cluster.runMillis(10_000);
    assertThat(leader.get().isLeader()).isTrue();
    assertThat(leader.get().core().currentTerm()).isEqualTo(term);
  }

  @Test
  @DisplayName("S034 a leader that sees only the bridge gives way to the quorum behind it")
  void theQuorumBehindTheBridgeElects() {
    SimCluster cluster = new SimCluster(5, 8);
    SimPeer leader = cluster.awaitLeader();
    List<SimPeer> others = cluster.others(leader);
    SimPeer bridge = others.get(0);
    others.subList(1, 4).forEach(other -> cluster.network().cut(leader.id(), other.id()));
    cluster.runMillis(4_000);
    SimPeer successor = cluster.awaitLeader();
    assertThat(others).contains(successor);
    assertThat(bridge.core().currentTerm()).isEqualTo(successor.core().currentTerm());
  }

  @Test
  @DisplayName("S035 a peer that can send but not hear does not raise terms")
  void aDeafFollowerDoesNotRaiseTerms() {
    SimCluster cluster = new SimCluster(3, 9);
    SimPeer leader = cluster.awaitLeader();
    long term = leader.core().currentTerm();
    SimPeer deaf = cluster.others(leader).get(0);
    cluster.others(deaf).forEach(other -> cluster.network().cutOneWay(other.id(), deaf.id()));
    cluster.runMillis(10_000);
    assertThat(leader.isLeader()).isTrue();
    assertThat(cluster.peers()).allMatch(peer -> peer.core().currentTerm() == term);
  }

  @Test
  @DisplayName("S038 S147 a leader that was paused does not act on its old reign")
  void aPausedLeaderDoesNotActOnItsOldReign() {
    SimCluster cluster = new SimCluster(3, 10);
    SimPeer leader = cluster.awaitLeader();
    long term = leader.core().currentTerm();
    leader.pauseMillis(3_000);
    cluster.runMillis(100);
    cluster.runUntil(
        "a successor", 2_500, () -> cluster.others(leader).stream().anyMatch(SimPeer::isLeader));
    List<String> outcomes = new ArrayList<>();
    leader
        .node()
        .execute(
            () -> {
              assertThat(leader.core().role()).isNotEqualTo(Role.LEADER);
              leader.node().readIndex(Recording.read(outcomes));
            });
    cluster.runMillis(5_000);
    assertThat(outcomes).hasSize(1).allMatch(outcome -> outcome.startsWith("failed NotLeader"));
    assertThat(leader.core().currentTerm()).isGreaterThan(term);
    assertThat(leader.node().status().stallNanos()).isGreaterThan(2_000_000_000L);
  }

  @Test
  @DisplayName("S029 two live peers in different terms still elect")
  void peersInDifferentTermsStillElect() {
    SimCluster cluster = new SimCluster(3, 11);
    SimPeer leader = cluster.awaitLeader();
    SimPeer behind = cluster.others(leader).get(0);
    SimPeer other = cluster.others(leader).get(1);
    behind.crash();
    cluster.agree("longer log", 2);
    leader.crash();
    leader.start();
    cluster.awaitLeader();
    cluster.agree("higher term", 2);
    other.crash();
    behind.start();
    cluster.runMillis(3_000);
    cluster.awaitLeader();
    cluster.agree("elected", 2);
  }

  @Test
  @DisplayName("A closed connection to the leader starts the election at once")
  void aKilledLeaderIsReplacedFast() {
    for (long seed = 1; seed <= 200; seed++) {
      SimCluster cluster = new SimCluster(3, seed);
      SimPeer leader = cluster.awaitLeader();
      cluster.agree("warm", 3);
      long killedAt = cluster.clock().nowMillis();
      leader.crash();
      cluster.awaitLeader();
      assertThat(cluster.clock().nowMillis() - killedAt).as("seed %s", seed).isLessThan(300);
    }
  }
}
