package io.holdfast.raft.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.raft.EntryId;
import io.holdfast.raft.driver.ProposalFailure;
import io.holdfast.raft.sim.SimCluster;
import io.holdfast.raft.sim.SimPeer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicationScenarioTest {
  @Test
  @DisplayName("S053 commands land in order, right after the leader's own entry")
  void commandsLandInOrder() {
    SimCluster cluster = new SimCluster(3, 1);
    SimPeer leader = cluster.awaitLeader();
    long base = leader.core().commitIndex();
    for (int i = 1; i <= 3; i++) {
      assertThat(cluster.agree("command " + i, 3).index()).isEqualTo(base + i);
    }
    assertThat(cluster.peers()).allMatch(peer -> peer.machine().count() == 3);
  }

  @Test
  @DisplayName("S054 each command crosses the wire once per follower")
  void eachCommandCrossesTheWireOncePerFollower() {
    SimCluster cluster = new SimCluster(3, 2);
    cluster.awaitLeader();
    long before = cluster.network().payloadBytes();
    for (int i = 0; i < 10; i++) {
      cluster.agree("x".repeat(5_000), 3);
    }
    assertThat(cluster.network().payloadBytes() - before).isEqualTo(2 * 50_000);
  }

  @Test
  @DisplayName("S055 S056 without a majority nothing is committed")
  void withoutAMajorityNothingIsCommitted() {
    SimCluster cluster = new SimCluster(3, 3);
    SimPeer leader = cluster.awaitLeader();
    List<SimPeer> followers = cluster.others(leader);
    cluster.isolate(followers.get(0));
    cluster.agree("with two", 2);
    cluster.runMillis(1_000);
    cluster.agree("still with two", 2);
    cluster.isolate(followers.get(1));
    SimCluster.Outcome alone = cluster.propose(leader, "alone");
    cluster.runMillis(2_000);
    assertThat(alone.failure()).get().isInstanceOf(ProposalFailure.OutcomeUnknown.class);
    assertThat(leader.machine().count()).isEqualTo(2);
  }

  @Test
  @DisplayName("S057 a follower that was away catches up")
  void aFollowerThatWasAwayCatchesUp() {
    SimCluster cluster = new SimCluster(3, 4);
    SimPeer leader = cluster.awaitLeader();
    SimPeer away = cluster.others(leader).get(1);
    cluster.agree("1", 3);
    cluster.isolate(away);
    for (int i = 2; i <= 5; i++) {
      cluster.agree("" + i, 2);
    }
    cluster.runMillis(1_000);
    cluster.reconnect(away);
    cluster.agree("6", 3);
    cluster.agree("7", 3);
    assertThat(away.machine().count()).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  @DisplayName("S058 S063 after a cut majority heals, every future ends and all agree")
  void afterACutMajorityHealsAllAgree(long seed) {
    SimCluster cluster = new SimCluster(5, seed);
    SimPeer leader = cluster.awaitLeader();
    cluster.agree("10", 5);
    List<SimPeer> others = cluster.others(leader);
    others.subList(0, 3).forEach(cluster::isolate);
    SimCluster.Outcome lonely = cluster.propose(leader, "20");
    cluster.runMillis(2_000);
    assertThat(lonely.applied()).isEmpty();
    cluster.network().healAll();
    EntryId next = cluster.agree("30", 5);
    assertThat(lonely.isOver()).isTrue();
    assertThat(next.index()).isLessThanOrEqualTo(7);
    cluster.agree("1000", 5);
  }

  @Test
  @DisplayName("S059 S074 proposals of one turn are committed together")
  void concurrentProposalsAreCommitted() {
    SimCluster cluster = new SimCluster(3, 5);
    SimPeer leader = cluster.awaitLeader();
    List<SimCluster.Outcome> outcomes = new ArrayList<>();
    long messages = cluster.network().messages();
    for (int i = 0; i < 100; i++) {
      outcomes.add(cluster.propose(leader, "concurrent " + i));
    }
    cluster.runUntil(
        "all applied", 1_000, () -> outcomes.stream().allMatch(o -> o.applied().isPresent()));
    assertThat(cluster.network().messages() - messages).isLessThan(20);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  @DisplayName("S060 an isolated leader's entries give way when it rejoins")
  void anIsolatedLeaderRejoins(long seed) {
    SimCluster cluster = new SimCluster(3, seed);
    SimPeer first = cluster.awaitLeader();
    cluster.agree("101", 3);
    cluster.isolate(first);
    for (int i = 0; i < 3; i++) {
      cluster.propose(first, "lost " + i);
    }
    cluster.runMillis(1_500);
    cluster.agree("103", 2);
    SimPeer second = cluster.awaitLeader();
    cluster.isolate(second);
    cluster.reconnect(first);
    cluster.network().cut(first.id(), second.id());
    cluster.agree("104", 2);
    cluster.network().healAll();
    cluster.agree("105", 3);
    assertThat(cluster.peers()).allMatch(peer -> peer.machine().count() == 4);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  @DisplayName("S061 long divergent tails are repaired fast")
  void longDivergentTailsAreRepairedFast(long seed) {
    SimCluster cluster = new SimCluster(5, seed);
    SimPeer leader = cluster.awaitLeader();
    cluster.agree("start", 5);
    List<SimPeer> others = cluster.others(leader);
    cluster.partition(List.of(List.of(leader, others.get(0)), others.subList(1, 4)));
    for (int i = 0; i < 50; i++) {
      cluster.propose(leader, "lost a " + i);
    }
    cluster.runMillis(1_500);
    for (int i = 0; i < 50; i++) {
      cluster.agree("kept b " + i, 3);
    }
    SimPeer second = cluster.awaitLeader();
    SimPeer third = others.subList(1, 4).stream().filter(p -> p != second).findFirst().get();
    List<SimPeer> rest = cluster.peers().stream().filter(p -> p != second && p != third).toList();
    cluster.partition(List.of(List.of(second, third), rest));
    for (int i = 0; i < 50; i++) {
      cluster.propose(second, "lost c " + i);
    }
    cluster.runMillis(1_500);
    for (int i = 0; i < 50; i++) {
      cluster.agree("kept d " + i, 3);
    }
    cluster.network().healAll();
    cluster.agree("end", 5);
    assertThat(cluster.peers()).allMatch(peer -> peer.machine().count() == 102);
    assertThat(cluster.clock().nowMillis()).isLessThan(120_000);
  }

  @Test
  @DisplayName("S062 a quiet cluster sends few messages")
  void aQuietClusterSendsFewMessages() {
    SimCluster cluster = new SimCluster(3, 6);
    cluster.awaitLeader();
    assertThat(cluster.network().requests()).isBetween(1L, 30L);
    cluster.runMillis(500);
    SimPeer leader = cluster.awaitLeader();
    long before = cluster.network().requests();
    for (int i = 0; i < 12; i++) {
      cluster.propose(leader, "counted " + i);
    }
    cluster.runUntil("agreed", 1_000, () -> cluster.peer(1).machine().count() == 12);
    assertThat(cluster.network().requests() - before).isLessThanOrEqualTo(42);
    cluster.runMillis(500);
    long idle = cluster.network().requests();
    cluster.runMillis(1_000);
    // Twenty heartbeats a second to two followers.
    assertThat(cluster.network().requests() - idle).isBetween(38L, 60L);
  }

  @Test
  @DisplayName("S075 a slow follower does not slow the majority")
  void aSlowFollowerDoesNotSlowTheMajority() {
    SimCluster cluster = new SimCluster(3, 7);
    SimPeer leader = cluster.awaitLeader();
    cluster.others(leader).get(0).faults().syncMillis(100, 200);
    long start = cluster.clock().nowMillis();
    for (int i = 0; i < 200; i++) {
      cluster.agree("quick " + i, 2);
    }
    assertThat(cluster.clock().nowMillis() - start).isLessThan(2_000);
  }

  @Test
  @DisplayName("S051 a follower learns a commit within one heartbeat")
  void aFollowerLearnsACommitSoon() {
    SimCluster cluster = new SimCluster(3, 8);
    SimPeer leader = cluster.awaitLeader();
    cluster.runMillis(200);
    SimCluster.Outcome outcome = cluster.propose(leader, "only one");
    cluster.runUntil("applied", 100, () -> outcome.applied().isPresent());
    long appliedAt = cluster.clock().nowMillis();
    cluster.runUntil(
        "applied everywhere",
        100,
        () -> cluster.peers().stream().allMatch(peer -> peer.machine().count() == 1));
    assertThat(cluster.clock().nowMillis() - appliedAt).isLessThan(10);
  }

  @Test
  @DisplayName("S096 S145 a single peer answers only what its own disk holds")
  void aSinglePeerWaitsForItsOwnDisk() {
    SimCluster cluster = new SimCluster(1, 9);
    SimPeer only = cluster.awaitLeader();
    only.faults().syncMillis(100, 101);
    SimCluster.Outcome outcome = cluster.propose(only, "durable");
    cluster.runMillis(90);
    assertThat(outcome.isOver()).isFalse();
    cluster.runMillis(50);
    assertThat(outcome.applied()).isPresent();
    List<String> reads = new ArrayList<>();
    only.node().execute(() -> only.node().readIndex(Recording.read(reads)));
    cluster.runMillis(5);
    assertThat(reads).containsExactly("confirmed " + only.core().commitIndex());
  }
}
