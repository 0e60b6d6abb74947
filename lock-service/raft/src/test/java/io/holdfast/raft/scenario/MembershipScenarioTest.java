package io.holdfast.raft.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.core.Role;
import io.holdfast.raft.driver.ProposalFailure;
import io.holdfast.raft.membership.MembershipChange;
import io.holdfast.raft.sim.SimCluster;
import io.holdfast.raft.sim.SimPeer;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Members that come, are promoted, demoted and removed while the cluster works. */
class MembershipScenarioTest {
  private static PeerId id(int value) {
    return new PeerId(value);
  }

  private static SimPeer addLearner(SimCluster cluster, int id) {
    SimPeer newcomer = cluster.join(id);
    cluster.reconfigure(MembershipChange.addLearner(SimCluster.member(id)));
    return newcomer;
  }

  private static void await(SimCluster cluster, SimPeer peer, long index) {
    cluster.runUntil(
        peer.id() + " holds " + index, 10_000, () -> peer.core().appliedIndex() >= index);
  }

  @Test
  @DisplayName("S128 a learner receives the log and counts only once it is promoted")
  void aLearnerCountsOnlyOncePromoted() {
    SimCluster cluster = new SimCluster(3, 1);
    cluster.agree("before", 3);
    SimPeer newcomer = addLearner(cluster, 4);
    await(cluster, newcomer, cluster.agree("with a learner", 3).index());
    SimPeer leader = cluster.awaitLeader();
    assertThat(leader.core().configuration().learners()).containsExactly(id(4));
    cluster.others(leader).stream().filter(p -> p != newcomer).forEach(SimPeer::crash);
    SimCluster.Outcome alone = cluster.propose(leader, "without a majority of voters");
    cluster.runMillis(3_000);
    assertThat(alone.applied()).isEmpty();
    assertThat(newcomer.core().role()).isEqualTo(Role.FOLLOWER);
    cluster.peers().stream().filter(p -> !p.isUp()).forEach(SimPeer::start);
    cluster.agree("again", 4);
    Configuration promoted = cluster.reconfigure(MembershipChange.promote(id(4)));
    assertThat(promoted.voters()).hasSize(4).contains(id(4));
    assertThat(promoted.isJoint()).isFalse();
    cluster.agree("after", 4);
  }

  @Test
  @DisplayName("S128 a learner that is behind is not promoted, and the refusal says how far")
  void aLearnerThatIsBehindIsNotPromoted() {
    SimCluster cluster = new SimCluster(3, 2);
    SimPeer newcomer = addLearner(cluster, 4);
    cluster.isolate(newcomer);
    SimPeer leader = cluster.awaitLeader();
    for (int i = 0; i < 400; i++) {
      cluster.propose(leader, "c" + i);
    }
    cluster.agree("away", 3);
    SimCluster.Change change = cluster.change(leader, MembershipChange.promote(id(4)));
    cluster.runMillis(5);
    assertThat(change.failure())
        .hasValueSatisfying(
            why ->
                assertThat(((ProposalFailure.Refused) why).reason())
                    .startsWith("peer-4 has not caught up: it holds ")
                    .contains(" of 40"));
    cluster.reconnect(newcomer);
    cluster.agree("back", 4);
    cluster.reconfigure(MembershipChange.promote(id(4)));
  }

  @Test
  @DisplayName("S124 S126 all voters are replaced at once, the leader among them")
  void allVotersAreReplacedAtOnce() {
    SimCluster cluster = new SimCluster(3, 3, s -> SimCluster.snapshotting(s, 10, 2), 3_000);
    for (int i = 0; i < 30; i++) {
      cluster.agree("old " + i, 3);
    }
    for (int newcomer : List.of(4, 5, 6)) {
      addLearner(cluster, newcomer);
    }
    cluster.agree("all hold it", 6);
    Configuration replaced =
        cluster.reconfigure(
            MembershipChange.promote(id(4))
                .and(MembershipChange.promote(id(5)))
                .and(MembershipChange.promote(id(6)))
                .and(MembershipChange.remove(id(1)))
                .and(MembershipChange.remove(id(2)))
                .and(MembershipChange.remove(id(3))));
    assertThat(replaced.voters()).containsExactly(id(4), id(5), id(6));
    assertThat(replaced.retired()).containsExactly(id(1), id(2), id(3));
    cluster.runMillis(2_000);
    for (int gone : List.of(1, 2, 3)) {
      assertThat(cluster.peer(gone).core().role()).isEqualTo(Role.FOLLOWER);
      cluster.peer(gone).crash();
    }
    cluster.agree("the new ones alone", 3);
    assertThat(cluster.awaitLeader().id().value()).isGreaterThan(3);
  }

  @Test
  @DisplayName(
      "S126 a leader that removes itself sees the change through and never campaigns again")
  void aLeaderRemovesItself() {
    SimCluster cluster = new SimCluster(3, 4);
    cluster.agree("before", 3);
    SimPeer leader = cluster.awaitLeader();
    SimCluster.Outcome under = cluster.propose(leader, "together with the change");
    SimCluster.Change change = cluster.change(leader, MembershipChange.remove(leader.id()));
    long before = cluster.clock().nowMillis();
    cluster.runUntil("the change", 1_000, change::isOver);
    assertThat(change.changed())
        .hasValueSatisfying(now -> assertThat(now.members()).doesNotContainKey(leader.id()));
    assertThat(under.applied()).isPresent();
    cluster.runUntil(
        "a successor", 300, () -> cluster.others(leader).stream().anyMatch(SimPeer::isLeader));
    assertThat(cluster.clock().nowMillis() - before).as("no election timeout").isLessThan(300);
    long term = cluster.awaitLeader().core().currentTerm();
    cluster.runMillis(5_000);
    assertThat(leader.core().role()).isEqualTo(Role.FOLLOWER);
    assertThat(cluster.awaitLeader().core().currentTerm()).isEqualTo(term);
    cluster.agree("after", 2);
  }
}
