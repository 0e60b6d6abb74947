package io.holdfast.raft.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.raft.driver.ProposalFailure;
import io.holdfast.raft.message.Message.InstallSnapshot;
import io.holdfast.raft.sim.SimCluster;
import io.holdfast.raft.sim.SimPeer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshots on their way from one peer to another. */
class TransferScenarioTest {
  private static SimCluster cluster(long seed, int padding) {
    return new SimCluster(3, seed, s -> SimCluster.snapshotting(s, 10, 0), padding);
  }

  private static SimPeer leaveBehind(SimCluster cluster) {
    cluster.agree("start", 3);
    SimPeer behind = cluster.others(cluster.awaitLeader()).get(0);
    cluster.isolate(behind);
    for (int i = 0; i < 30; i++) {
      cluster.agree("away " + i, 2);
    }
    return behind;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  @DisplayName("S110 lost, doubled and reordered chunks make the same bytes")
  void lostDoubledAndReorderedChunks(long seed) {
    SimCluster cluster = cluster(seed, 60_000);
    SimPeer behind = leaveBehind(cluster);
    cluster.network().delayMillis(0, 10);
    cluster.network().unreliable(0.2, 0.3, 0.1);
    cluster.reconnect(behind);
    cluster.agree("together", 3);
    assertThat(behind.restores()).isPositive();
    assertThat(behind.machine().chain()).isEqualTo(cluster.awaitLeader().machine().chain());
  }

  @Test
  @DisplayName("S113 an install slower than any timeout is still recognised")
  void aSlowInstallIsRecognised() {
    SimCluster cluster = cluster(113, 20_000);
    SimPeer behind = leaveBehind(cluster);
    behind.faults().syncMillis(1_500, 1_600);
    long before = cluster.network().payloadBytes();
    cluster.reconnect(behind);
    cluster.runUntil("installed", 20_000, () -> behind.restores() > 0);
    behind.faults().syncMillis(0, 1);
    cluster.agree("together", 3);
    assertThat(cluster.network().payloadBytes() - before)
        .as("not sent over and over")
        .isLessThan(200_000);
  }

  @Test
  @DisplayName("S114 a snapshot that is written while commands go on holds the state of its index")
  void aSnapshotHoldsTheStateOfItsIndex() {
    SimCluster cluster = cluster(114, 100_000);
    SimPeer behind = leaveBehind(cluster);
    for (int i = 0; i < 50; i++) {
      cluster.propose(cluster.awaitLeader(), "during " + i);
      cluster.runMillis(1);
    }
    cluster.reconnect(behind);
    cluster.agree("together", 3);
    assertThat(behind.restores()).isPositive();
  }

  @Test
  @DisplayName("S116 a former leader that gets a snapshot confirms none of its lost proposals")
  void aFormerLeaderConfirmsNoLostProposal() {
    SimCluster cluster = cluster(116, 5_000);
    cluster.agree("start", 3);
    SimPeer former = cluster.awaitLeader();
    cluster.isolate(former);
    List<SimCluster.Outcome> lost = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      lost.add(cluster.propose(former, "lost " + i));
    }
    for (int i = 0; i < 30; i++) {
      cluster.agree("others " + i, 2);
    }
    cluster.reconnect(former);
    cluster.agree("together", 3);
    assertThat(former.restores()).isPositive();
    assertThat(lost)
        .allSatisfy(
            outcome ->
                assertThat(outcome.failure())
                    .hasValueSatisfying(
                        why -> assertThat(why).isInstanceOf(ProposalFailure.OutcomeUnknown.class)));
  }

  @Test
  @DisplayName("S119 a snapshot that does not check is refused, and a newer one helps")
  void aCorruptSnapshotIsRefused() {
    SimCluster cluster = cluster(119, 3_000);
    SimPeer behind = leaveBehind(cluster);
    long applied = behind.core().appliedIndex();
    SimPeer leader = cluster.awaitLeader();
    leader.disk().corruptSnapshots();
    cluster.reconnect(behind);
    cluster.runMillis(2_000);
    assertThat(behind.restores()).isZero();
    assertThat(behind.core().appliedIndex()).isEqualTo(applied);
    for (int i = 0; i < 40; i++) {
      cluster.agree("more " + i, 2);
    }
    cluster.agree("together", 3);
    assertThat(behind.restores()).isPositive();
  }

  @Test
  @DisplayName("S106 a snapshot older than what is committed changes nothing")
  void anOldSnapshotChangesNothing() {
    SimCluster cluster = cluster(106, 3_000);
    SimPeer behind = leaveBehind(cluster);
    List<Runnable> late = new ArrayList<>();
    SimPeer leader = cluster.awaitLeader();
    cluster
        .network()
        .dropWhen(
            (to, message) -> {
              if (message instanceof InstallSnapshot && to.equals(behind.id())) {
                late.add(
                    () -> behind.node().execute(() -> behind.core().step(leader.id(), message)));
              }
              return false;
            });
    cluster.reconnect(behind);
    cluster.agree("together", 3);
    long restores = behind.restores();
    long commit = behind.core().commitIndex();
    assertThat(late).isNotEmpty();
    late.forEach(Runnable::run);
    cluster.runMillis(500);
    assertThat(behind.restores()).isEqualTo(restores);
    assertThat(behind.core().commitIndex()).isGreaterThanOrEqualTo(commit);
    cluster.agree("after", 3);
  }
}
