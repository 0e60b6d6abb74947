package io.holdfast.raft.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.raft.driver.ProposalFailure;
import io.holdfast.raft.sim.SimCluster;
import io.holdfast.raft.sim.SimPeer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Disks that lose what was not synced, fail, and come back. */
class DiskFaultScenarioTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  @DisplayName("S085 S086 S092 a crash at any step of an election or a commit breaks no promise")
  void aCrashAtAnyStepBreaksNoPromise(int victim) {
    for (int events = 1; events < 240; events += 2) {
      SimCluster cluster = new SimCluster(3, 85);
      cluster.peers().forEach(peer -> peer.faults().syncMillis(1, 6));
      boolean proposed = false;
      for (int i = 0; i < events; i++) {
        cluster.clock().stepUntil(Long.MAX_VALUE);
        SimPeer leader = cluster.steadyLeader().orElse(null);
        if (!proposed && leader != null) {
          proposed = true;
          cluster.propose(leader, "under way");
        }
      }
      SimPeer crashed = cluster.peer(victim);
      crashed.crash();
      crashed.start();
      cluster.agree("after the crash", 3);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  @DisplayName("S092 S093 what a crash leaves of an overwritten tail is overwritten again")
  void anOverwrittenTailDoesNotComeBack(int kept) {
    SimCluster cluster = new SimCluster(3, 93, s -> SimCluster.snapshotting(s, 6, 1), 0);
    cluster.agree("before", 3);
    SimPeer former = cluster.awaitLeader();
    cluster.isolate(former);
    for (int i = 0; i < 5; i++) {
      cluster.propose(former, "lost " + i);
    }
    for (int i = 0; i < 4; i++) {
      cluster.agree("kept " + i, 2);
    }
    former.faults().syncMillis(300, 400);
    cluster.reconnect(former);
    cluster.runMillis(350);
    former.crashKeeping(kept);
    former.faults().syncMillis(0, 1);
    former.start();
    cluster.agree("after", 3);
    assertThat(former.machine().count()).isEqualTo(6);
  }

  @Test
  @DisplayName(
      "S099 a full disk of a follower or a leader costs that peer alone, until it restarts")
  void aFullDiskCostsOnePeer() {
    SimCluster cluster = new SimCluster(3, 99);
    cluster.invariants().expectDegradation();
    cluster.agree("before", 3);
    SimPeer follower = cluster.others(cluster.awaitLeader()).get(0);
    follower.faults().failNextSync();
    cluster.agree("without the follower", 2);
    cluster.runMillis(100);
    assertThat(follower.degradedReason()).isPresent();
    follower.crash();
    follower.start();
    cluster.agree("with the follower", 3);
    SimPeer leader = cluster.awaitLeader();
    leader.faults().failNextSync();
    SimCluster.Outcome outcome = cluster.propose(leader, "no room");
    cluster.runMillis(100);
    assertThat(outcome.failure())
        .hasValueSatisfying(
            why -> assertThat(why).isInstanceOf(ProposalFailure.OutcomeUnknown.class));
    SimCluster.Outcome late = cluster.propose(leader, "still no room");
    cluster.runMillis(10);
    assertThat(late.failure()).hasValueSatisfying(why -> assertThat(why.isDefinite()).isTrue());
    cluster.agree("without the leader", 2);
    leader.crash();
    leader.start();
    cluster.agree("all", 3);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  @DisplayName("S100 a state ahead of or behind the stored log is replayed to exactly the same")
  void aStateIsReplayedExactly(long seed) {
    SimCluster cluster = new SimCluster(3, seed, s -> SimCluster.snapshotting(s, 7, 2), 0);
    for (int round = 0; round < 8; round++) {
      for (int i = 0; i < 5; i++) {
        cluster.agree("round " + round + "/" + i, 3);
      }
      SimPeer peer = cluster.peer(1 + round % 3);
      long applied = peer.core().appliedIndex();
      peer.crash();
      peer.start();
      cluster.runUntil("replayed", 5_000, () -> peer.core().appliedIndex() >= applied);
    }
    cluster.agree("end", 3);
    assertThat(cluster.peers()).allMatch(peer -> peer.machine().count() == 41);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  @DisplayName("S080 a cut-off peer, then crashes of the other two in turn, lose nothing")
  void aCutOffPeerAndCrashesInTurn(long seed) {
    SimCluster cluster = new SimCluster(3, seed);
    for (int round = 0; round < 5; round++) {
      cluster.agree("together " + round, 3);
      SimPeer leader = cluster.awaitLeader();
      SimPeer second = cluster.others(leader).get(0);
      SimPeer away = cluster.others(leader).get(1);
      cluster.isolate(away);
      cluster.agree("two " + round, 2);
      leader.crash();
      second.crash();
      cluster.reconnect(away);
      leader.start();
      cluster.agree("other two " + round, 2);
      second.start();
    }
    cluster.agree("end", 3);
    assertThat(cluster.peers()).allMatch(peer -> peer.machine().count() == 16);
  }
}
