package io.holdfast.raft.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.raft.core.ReplicationLimits;
import io.holdfast.raft.driver.NodeLimits;
import io.holdfast.raft.driver.ProposalFailure;
import io.holdfast.raft.message.Message.TimeoutNow;
import io.holdfast.raft.sim.SimCluster;
import io.holdfast.raft.sim.SimPeer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HandoverScenarioTest {
  @Test
  @DisplayName("S135 S142 leadership moves under load without an election timeout")
  void leadershipMovesUnderLoad() {
    SimCluster cluster = new SimCluster(3, 1);
    SimPeer leader = cluster.awaitLeader();
    SimPeer target = cluster.others(leader).get(0);
    target.faults().syncMillis(5, 10);
    List<SimCluster.Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      outcomes.add(cluster.propose(leader, "load " + i));
      cluster.runMillis(1);
    }
    List<String> ends = new ArrayList<>();
    leader
        .node()
        .execute(() -> leader.node().transferLeadership(target.id(), Recording.transfer(ends)));
    long before = cluster.clock().nowMillis();
    cluster.runUntil("the target leads", 600, target::isLeader);
    assertThat(cluster.clock().nowMillis() - before).isLessThan(200);
    assertThat(ends).containsExactly("handed over");
    cluster.agree("after", 3);
    assertThat(outcomes).allMatch(SimCluster.Outcome::isOver);
  }

  @Test
  @DisplayName("S137 S140 a lost request to campaign costs one election timeout at most")
  void aLostRequestToCampaignIsGivenUp() {
    SimCluster cluster = new SimCluster(3, 2);
    SimPeer leader = cluster.awaitLeader();
    SimPeer target = cluster.others(leader).get(0);
    cluster.network().dropWhen((to, message) -> message instanceof TimeoutNow);
    List<String> ends = new ArrayList<>();
    leader
        .node()
        .execute(() -> leader.node().transferLeadership(target.id(), Recording.transfer(ends)));
    SimCluster.Outcome refused = cluster.propose(leader, "meanwhile");
    cluster.runMillis(10);
    assertThat(refused.failure()).get().isInstanceOf(ProposalFailure.Busy.class);
    cluster.runMillis(700);
    assertThat(ends).hasSize(1).allMatch(end -> end.startsWith("failed"));
    assertThat(leader.isLeader()).isTrue();
    cluster.agree("goes on", 3);
  }

  @Test
  @DisplayName("S171 a leader that closes hands over and answers everything")
  void aClosingLeaderHandsOver() {
    SimCluster cluster = new SimCluster(3, 3);
    SimPeer leader = cluster.awaitLeader();
    SimCluster.Outcome last = cluster.propose(leader, "last");
    leader.node().execute(leader.node()::beginClose);
    SimCluster.Outcome late = cluster.propose(leader, "late");
    long before = cluster.clock().nowMillis();
    cluster.runUntil("the close", 1_000, leader.node()::isClosed);
    leader.node().close();
    assertThat(last.isOver()).isTrue();
    assertThat(late.failure()).get().isInstanceOf(ProposalFailure.Busy.class);
    assertThat(leader.node().execute(() -> {})).isFalse();
    cluster.runUntil(
        "a successor", 300, () -> cluster.others(leader).stream().anyMatch(SimPeer::isLeader));
    assertThat(cluster.clock().nowMillis() - before).isLessThan(300);
  }

  @Test
  @DisplayName("S170 S073 a slow state machine slows proposers down, with definite refusals")
  void aSlowStateMachineSlowsProposersDown() {
    SimCluster cluster =
        new SimCluster(
            3,
            4,
            settings ->
                settings
                    .withLimits(new NodeLimits(1_000, 1 << 20, 1_000, 1, 1 << 20))
                    .withReplication(
                        new ReplicationLimits(1 << 16, 64, 1 << 20, 10_000, 100, 1 << 20)),
            0);
    SimPeer leader = cluster.awaitLeader();
    List<SimCluster.Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      outcomes.add(cluster.propose(leader, "x".repeat(1_000)));
    }
    cluster.runMillis(500);
    assertThat(outcomes).allMatch(SimCluster.Outcome::isOver);
    assertThat(outcomes.stream().filter(o -> o.applied().isPresent())).hasSize(10);
    assertThat(outcomes.stream().filter(o -> o.failure().isPresent()))
        .allMatch(o -> o.failure().get() instanceof ProposalFailure.Busy);
  }
}
