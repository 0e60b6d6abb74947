package io.holdfast.raft.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.raft.driver.NodeLimits;
import io.holdfast.raft.sim.SimCluster;
import io.holdfast.raft.sim.SimPeer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole clusters under churn, skewed clocks, and networks that reorder. */
class StressScenarioTest {
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("S084 twenty rounds of cuts, crashes and returns lose nothing that was confirmed")
  void churnLosesNothing(boolean lossy) {
    SimCluster cluster = new SimCluster(5, lossy ? 84 : 48);
    if (lossy) {
      cluster.network().delayMillis(0, 26);
      cluster.network().unreliable(0.1, 0, 0);
    }
    Random random = new Random(84);
    List<SimCluster.Outcome> outcomes = new ArrayList<>();
    for (int round = 0; round < 20; round++) {
      if (random.nextInt(1_000) < 200) {
        cluster.isolate(cluster.peer(1 + random.nextInt(5)));
      }
      if (random.nextInt(1_000) < 500) {
        SimPeer back = cluster.peer(1 + random.nextInt(5));
        if (!back.isUp()) {
          back.start();
        }
        cluster.reconnect(back);
      }
      if (random.nextInt(1_000) < 200) {
        SimPeer victim = cluster.peer(1 + random.nextInt(5));
        if (victim.isUp()) {
          victim.crash();
        }
      }
      for (int slice = 0; slice < 10; slice++) {
        for (SimPeer peer : cluster.peers()) {
          if (peer.isUp()) {
            for (int client = 0; client < 3; client++) {
              outcomes.add(cluster.propose(peer, round + "/" + slice + "/" + client));
            }
          }
        }
        cluster.runMillis(70);
      }
    }
    cluster.network().healAll();
    cluster.network().reliable();
    cluster.peers().stream().filter(peer -> !peer.isUp()).forEach(SimPeer::start);
    cluster.agree("end", 5);
    assertThat(outcomes).anyMatch(outcome -> outcome.applied().isPresent());
    for (SimCluster.Outcome outcome : outcomes) {
      outcome
          .applied()
          .ifPresent(
              id ->
                  assertThat(cluster.invariants().committed().get(id.index()).id()).isEqualTo(id));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  @DisplayName("S039 clocks that run apart by half and jump cost no safety, by a tenth no leader")
  void clocksThatRunApart(long seed) {
    SimCluster cluster = new SimCluster(5, seed);
    Random random = new Random(seed);
    cluster.awaitLeader();
    for (SimPeer peer : cluster.peers()) {
      peer.clockRate(0.5 + random.nextDouble());
    }
    for (int round = 0; round < 30; round++) {
      cluster.peer(1 + random.nextInt(5)).clockJumpMillis(random.nextInt(5_000));
      cluster.agree("skewed " + round, 3);
    }
    for (SimPeer peer : cluster.peers()) {
      peer.clockRate(0.9 + 0.2 * random.nextDouble());
    }
    cluster.runMillis(5_000);
    SimPeer leader = cluster.awaitLeader();
    long term = leader.core().currentTerm();
    cluster.runMillis(60_000);
    assertThat(leader.isLeader()).isTrue();
    assertThat(leader.core().currentTerm()).isEqualTo(term);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  @DisplayName("S076 reordered appends and answers converge with bounded resends")
  void reorderedMessagesConverge(long seed) {
    SimCluster cluster = new SimCluster(3, seed);
    SimPeer leader = cluster.awaitLeader();
    cluster.network().delayMillis(0, 30);
    cluster.network().unreliable(0, 0.1, 0);
    long before = cluster.network().payloadBytes();
    for (int i = 0; i < 200; i++) {
      cluster.propose(leader, new byte[100]);
      cluster.runMillis(1);
    }
    cluster.agree("end", 3);
    assertThat(leader.isLeader()).isTrue();
    long needed = 2 * 200 * 100;
    assertThat(cluster.network().payloadBytes() - before).isLessThan(20 * needed);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  @DisplayName("S019 every peer names the same leader for a term, together with the term")
  void everyPeerNamesTheSameLeaderForATerm(long seed) {
    SimCluster cluster = new SimCluster(5, seed);
    Random random = new Random(seed);
    for (int round = 0; round < 40; round++) {
      cluster.network().healAll();
      cluster.isolate(cluster.peer(1 + random.nextInt(5)));
      for (int i = 0; i < 50; i++) {
        cluster.runMillis(10);
        for (SimPeer peer : cluster.peers()) {
          peer.core()
              .leader()
              .ifPresent(
                  leader ->
                      assertThat(cluster.invariants().leaders())
                          .containsEntry(peer.node().status().term(), leader));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  @DisplayName("S176 links clogged one by one and opened in another order leave a live cluster")
  void cloggedLinks(long seed) {
    SimCluster cluster = new SimCluster(5, seed);
    Random random = new Random(seed);
    cluster.agree("before", 5);
    for (int round = 0; round < 10; round++) {
      List<SimPeer> order = new ArrayList<>(cluster.peers());
      Collections.shuffle(order, random);
      for (SimPeer peer : order) {
        cluster.isolate(peer);
        cluster.runMillis(random.nextInt(300));
      }
      Collections.shuffle(order, random);
      for (SimPeer peer : order) {
        cluster.reconnect(peer);
        cluster.runMillis(random.nextInt(300));
      }
      cluster.agree("round " + round, 5);
    }
  }

  @Test
  @DisplayName("S148 a confirmed read finds everything committed before it already applied")
  void aConfirmedReadFindsEverythingApplied() {
    SimCluster cluster =
        new SimCluster(
            3, 148, s -> s.withLimits(new NodeLimits(1_000, 1 << 20, 1_000, 1, 1 << 20)), 0);
    SimPeer leader = cluster.awaitLeader();
    for (int i = 0; i < 50; i++) {
      cluster.propose(leader, "slow " + i);
    }
    List<String> reads = new ArrayList<>();
    leader
        .node()
        .execute(
            () ->
                leader
                    .node()
                    .readIndex(
                        new io.holdfast.raft.driver.ReadCallback() {
                          @Override
                          public void confirmed(long index) {
                            reads.add("confirmed");
                            assertThat(leader.core().appliedIndex()).isGreaterThanOrEqualTo(index);
                          }

                          @Override
                          public void failed(io.holdfast.raft.driver.ProposalFailure why) {
                            reads.add("failed");
                          }
                        }));
    cluster.runMillis(1_000);
    assertThat(reads).containsExactly("confirmed");
    List<String> elsewhere = new ArrayList<>();
    SimPeer follower = cluster.others(leader).get(0);
    follower.node().execute(() -> follower.node().readIndex(Recording.read(elsewhere)));
    cluster.runMillis(10);
    assertThat(elsewhere).hasSize(1).allMatch(outcome -> outcome.startsWith("failed NotLeader"));
  }
}
