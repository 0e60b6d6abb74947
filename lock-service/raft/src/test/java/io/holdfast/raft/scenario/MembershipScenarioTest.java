package io.holdfast.raft.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.EntryType;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.core.Role;
import io.holdfast.raft.driver.ProposalFailure;
import io.holdfast.raft.membership.MembershipChange;
import io.holdfast.raft.message.Message.AppendEntries;
import io.holdfast.raft.sim.SimCluster;
import io.holdfast.raft.sim.SimPeer;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  @DisplayName(
      "S125 whatever the leader had done when it crashed, a change ends whole or not at all")
  void aCrashedChangeEndsWholeOrNotAtAll(long seed) {
    for (int events = 0; events < 60; events += 3) {
      SimCluster cluster = new SimCluster(3, seed);
      SimPeer newcomer = addLearner(cluster, 4);
      await(cluster, newcomer, cluster.agree("all", 4).index());
      SimPeer leader = cluster.awaitLeader();
      PeerId gone = cluster.others(leader).get(0).id();
      cluster.change(leader, MembershipChange.promote(id(4)).and(MembershipChange.remove(gone)));
      for (int i = 0; i < events; i++) {
        cluster.clock().stepUntil(Long.MAX_VALUE);
      }
      leader.crash();
      cluster.runUntil(
          "a configuration that is not joint",
          5_000,
          () ->
              cluster
                  .steadyLeader()
                  .filter(next -> !next.core().configuration().isJoint())
                  .isPresent());
      Configuration now = cluster.awaitLeader().core().configuration();
      assertThat(now.voters().contains(id(4))).isNotEqualTo(now.voters().contains(gone));
      leader.start();
      cluster.agree("after", 3);
    }
  }

  @Test
  @DisplayName("S127 S037 a removed peer that missed its removal disturbs nobody")
  void aRemovedPeerThatMissedItDisturbsNobody() {
    SimCluster cluster = new SimCluster(3, 6);
    cluster.agree("before", 3);
    SimPeer leader = cluster.awaitLeader();
    SimPeer away = cluster.others(leader).get(0);
    cluster.isolate(away);
    cluster.reconfigure(MembershipChange.remove(away.id()));
    cluster.agree("without it", 2);
    cluster.runMillis(5_000);
    SimPeer present = cluster.awaitLeader();
    long term = present.core().currentTerm();
    cluster.reconnect(away);
    cluster.runMillis(10_000);
    assertThat(present.isLeader()).isTrue();
    assertThat(present.core().currentTerm()).isEqualTo(term);
    assertThat(away.isLeader()).isFalse();
    cluster.agree("after", 2);
  }

  @Test
  @DisplayName("S127 a removed peer that is reachable learns of it and goes quiet")
  void aRemovedPeerGoesQuiet() {
    SimCluster cluster = new SimCluster(3, 7);
    cluster.agree("before", 3);
    SimPeer leader = cluster.awaitLeader();
    SimPeer gone = cluster.others(leader).get(0);
    cluster.reconfigure(MembershipChange.remove(gone.id()));
    cluster.runMillis(10_000);
    assertThat(gone.core().role()).isEqualTo(Role.FOLLOWER);
    assertThat(gone.core().configuration().members()).doesNotContainKey(gone.id());
    assertThat(leader.node().status().peers()).hasSize(1);
  }

  @Test
  @DisplayName("S130 demote, then remove, keeps a group of two at work")
  void demoteThenRemoveKeepsAGroupOfTwoAtWork() {
    SimCluster cluster = new SimCluster(2, 8);
    cluster.agree("before", 2);
    SimPeer leader = cluster.awaitLeader();
    SimPeer other = cluster.others(leader).get(0);
    SimCluster.Change change = cluster.change(leader, MembershipChange.demote(other.id()));
    cluster.clock().stepUntil(Long.MAX_VALUE);
    other.crash();
    cluster.runMillis(2_000);
    other.start();
    cluster.runUntil("the change is decided", 5_000, change::isOver);
    if (!cluster.awaitLeader().core().configuration().isLearner(other.id())) {
      cluster.reconfigure(MembershipChange.demote(other.id()));
    }
    cluster.runUntil(
        "one voter",
        5_000,
        () -> cluster.awaitLeader().core().configuration().voters().size() == 1);
    other.crash();
    cluster.agree("alone", 1);
    cluster.reconfigure(MembershipChange.remove(other.id()));
    cluster.agree("for good", 1);
  }

  @Test
  @DisplayName("S133 a voter that never starts costs nothing, and one that starts is promoted")
  void aVoterThatNeverStartsCostsNothing() {
    SimCluster cluster = new SimCluster(3, 9);
    SimPeer newcomer = cluster.join(4);
    newcomer.crash();
    cluster.reconfigure(MembershipChange.addVoter(SimCluster.member(4)));
    SimPeer leader = cluster.awaitLeader();
    cluster.others(leader).stream().filter(SimPeer::isUp).findFirst().orElseThrow().crash();
    cluster.agree("two of three voters", 2);
    newcomer.start();
    cluster.peers().stream().filter(p -> !p.isUp()).forEach(SimPeer::start);
    cluster.runUntil(
        "the newcomer votes",
        10_000,
        () ->
            cluster
                .steadyLeader()
                .filter(p -> p.core().configuration().voters().contains(id(4)))
                .isPresent());
  }

  @Test
  @DisplayName("S117 S107 members inside a snapshot are restored, and kept by a restart")
  void membersInsideASnapshotAreRestored() {
    SimCluster cluster = new SimCluster(3, 10, s -> SimCluster.snapshotting(s, 10, 0), 3_000);
    addLearner(cluster, 4);
    cluster.agree("four", 4);
    cluster.reconfigure(MembershipChange.promote(id(4)));
    for (int i = 0; i < 40; i++) {
      cluster.agree("more " + i, 4);
    }
    SimPeer newcomer = cluster.join(5);
    cluster.reconfigure(MembershipChange.addLearner(SimCluster.member(5)));
    await(cluster, newcomer, cluster.agree("five", 4).index());
    assertThat(newcomer.restores()).isPositive();
    Configuration known = newcomer.core().configuration();
    assertThat(known.voters()).containsExactly(id(1), id(2), id(3), id(4));
    assertThat(known.learners()).containsExactly(id(5));
    for (int i = 0; i < 20; i++) {
      cluster.agree("even more " + i, 5);
    }
    newcomer.crash();
    newcomer.start();
    assertThat(newcomer.core().configuration()).isEqualTo(known);
  }

  @Test
  @DisplayName("S118 snapshots are taken while a change is under way")
  void snapshotsAreTakenWhileAChangeIsUnderWay() {
    SimCluster cluster = new SimCluster(3, 11, s -> SimCluster.snapshotting(s, 1, 0), 0);
    SimPeer newcomer = addLearner(cluster, 4);
    await(cluster, newcomer, cluster.agree("all", 4).index());
    cluster.runMillis(500);
    SimPeer leader = cluster.awaitLeader();
    cluster
        .network()
        .dropWhen((to, message) -> message instanceof AppendEntries append && leavesJoint(append));
    SimCluster.Change change = cluster.change(leader, MembershipChange.promote(id(4)));
    cluster.runUntil(
        "a snapshot with a joint configuration",
        2_000,
        () ->
            cluster.peers().stream()
                .anyMatch(
                    peer ->
                        peer.disk()
                            .newestSnapshot()
                            .filter(snapshot -> snapshot.configuration().isJoint())
                            .isPresent()));
    assertThat(change.isOver()).isFalse();
    cluster.network().reliable();
    cluster.runUntil("the change", 2_000, change::isOver);
    cluster.peers().forEach(SimPeer::crash);
    cluster.peers().forEach(SimPeer::start);
    cluster.agree("after a restart of all", 4);
  }

  private static boolean leavesJoint(AppendEntries append) {
    return append.entries().stream()
        .filter(entry -> entry.type() == EntryType.CONFIGURATION)
        .anyMatch(entry -> !Configuration.decode(entry.payload()).isJoint());
  }

  @Test
  @DisplayName("S122 a change of an isolated leader is undone when the others overwrite it")
  void aChangeOfAnIsolatedLeaderIsUndone() {
    SimCluster cluster = new SimCluster(3, 12);
    cluster.join(4);
    cluster.agree("before", 3);
    SimPeer leader = cluster.awaitLeader();
    Configuration former = leader.core().configuration();
    cluster.isolate(leader);
    SimCluster.Change change =
        cluster.change(leader, MembershipChange.addLearner(SimCluster.member(4)));
    cluster.runMillis(10);
    assertThat(leader.core().configuration().learners()).containsExactly(id(4));
    cluster.runMillis(2_000);
    assertThat(change.failure()).hasValueSatisfying(why -> assertThat(why.isDefinite()).isFalse());
    cluster.agree("the others", 2);
    cluster.reconnect(leader);
    cluster.agree("together", 3);
    assertThat(leader.core().configuration()).isEqualTo(former);
  }

  @Test
  @DisplayName("S132 a follower knows definitely that it cannot change the members")
  void aFollowerRefusesAChange() {
    SimCluster cluster = new SimCluster(3, 13);
    SimPeer leader = cluster.awaitLeader();
    SimCluster.Change change =
        cluster.change(cluster.others(leader).get(0), MembershipChange.remove(leader.id()));
    cluster.runMillis(5);
    assertThat(change.failure()).contains(new ProposalFailure.NotLeader(leader.id()));
  }
}
