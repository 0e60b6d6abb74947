package io.holdfast.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.EntryType;
import io.holdfast.raft.HardState;
import io.holdfast.raft.Member;
import io.holdfast.raft.membership.MembershipChange;
import io.holdfast.raft.message.MatchResult;
import io.holdfast.raft.message.Message.AppendEntries;
import io.holdfast.raft.message.Message.AppendEntriesReply;
import io.holdfast.raft.message.Message.Heartbeat;
import io.holdfast.raft.message.Message.HeartbeatReply;
import io.holdfast.raft.message.Message.PreVoteReply;
import io.holdfast.raft.message.Message.TimeoutNow;
import io.holdfast.raft.message.Message.VoteReply;
import io.holdfast.raft.message.Message.VoteRequest;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** When a leader may change the members, on single cores. */
class MembershipRulesTest {
  private static Member member(int id) {
    return new Member(CoreBench.id(id), "p" + id + ":1", "p" + id + ":2");
  }

  private static Proposed change(CoreBench bench, MembershipChange change) {
    Proposed proposed = bench.core(1).proposeMembership(change);
    bench.collect(1);
    return proposed;
  }

  private static CoreBench withLearner() {
    CoreBench bench = CoreBench.ofFresh(3);
    bench.elect(1);
    bench.add(4, 0);
    assertThat(change(bench, MembershipChange.addLearner(member(4))))
        .isInstanceOf(Proposed.Accepted.class);
    bench.settle();
    bench.tick(1, 50);
    bench.settle();
    return bench;
  }

  private static String reason(Proposed refused) {
    return refused instanceof Proposed.Busy busy
        ? busy.reason()
        : ((Proposed.Refused) refused).reason();
  }

  @Test
  @DisplayName("S120 no change before an entry of the own term is committed")
  void noChangeBeforeAnOwnEntryIsCommitted() {
    CoreBench bench = new CoreBench(3, ReplicationLimits.DEFAULT);
    bench.add(1, 1, 1);
    bench.timeOut(1);
    bench.step(2, 1, new PreVoteReply(1, 2, true));
    bench.durable(1);
    bench.step(2, 1, new VoteReply(2, true));
    assertThat(bench.core(1).role()).isEqualTo(Role.LEADER);
    for (MembershipChange change :
        List.of(
            MembershipChange.addLearner(member(4)),
            MembershipChange.remove(CoreBench.id(3)),
            MembershipChange.demote(CoreBench.id(2)))) {
      assertThat(reason(change(bench, change))).isEqualTo("no entry of term 2 is committed yet");
    }
    assertThat(bench.core(1).configuration().voters()).hasSize(3);
  }

  @Test
  @DisplayName("S121 one change at a time")
  void oneChangeAtATime() {
    CoreBench bench = CoreBench.ofFresh(3);
    bench.elect(1);
    assertThat(change(bench, MembershipChange.addLearner(member(4))))
        .isInstanceOf(Proposed.Accepted.class);
    assertThat(reason(change(bench, MembershipChange.addLearner(member(5)))))
        .isEqualTo("another membership change is under way");
    bench.settle();
    assertThat(change(bench, MembershipChange.addLearner(member(5))))
        .isInstanceOf(Proposed.Accepted.class);
    bench.settle();
    assertThat(change(bench, MembershipChange.remove(CoreBench.id(3))))
        .isInstanceOf(Proposed.Accepted.class);
    assertThat(bench.core(1).configuration().isJoint()).isTrue();
    assertThat(reason(change(bench, MembershipChange.remove(CoreBench.id(2)))))
        .isEqualTo("another membership change is under way");
  }

  @Test
  @DisplayName("S122 a configuration is in force when appended, and the one before when truncated")
  void aConfigurationIsInForceWhenAppended() {
    CoreBench bench = new CoreBench(3, ReplicationLimits.DEFAULT);
    RaftCore core = bench.add(1, 1, 1);
    Configuration former = core.configuration();
    Configuration next = MembershipChange.addLearner(member(4)).applyTo(former);
    bench.step(
        2,
        1,
        new AppendEntries(
            2, new EntryId(1, 1), List.of(Entry.configuration(new EntryId(2, 2), next)), 0, 0));
    assertThat(core.configuration()).isEqualTo(next);
    bench.step(
        3,
        1,
        new AppendEntries(3, new EntryId(1, 1), List.of(Entry.noOp(new EntryId(3, 2))), 0, 0));
    assertThat(core.configuration()).isEqualTo(former);
  }

  @Test
  @DisplayName("S027 M13 a learner counts neither for reads nor for the leader's reign")
  void aLearnerCountsForNothing() {
    CoreBench bench = withLearner();
    RaftCore leader = bench.core(1);
    long commit = leader.commitIndex();
    bench.propose(1, 1);
    bench.durable(1);
    bench.deliver(envelope -> envelope.to().value() == 4);
    bench.durable(4);
    bench.deliver(envelope -> envelope.from().value() == 4);
    assertThat(leader.commitIndex()).as("leader and learner are no majority").isEqualTo(commit);
    bench.drop(envelope -> true);
    bench.settle();
    leader.readIndex(1);
    bench.collect(1);
    bench.step(4, 1, new HeartbeatReply(leader.currentTerm(), 1_000));
    assertThat(bench.reads()).isEmpty();
    for (int i = 0; i < 13 && leader.role() == Role.LEADER; i++) {
      bench.tick(1, 50);
      bench.drop(envelope -> true);
      bench.step(4, 1, new HeartbeatReply(leader.currentTerm(), 1_000));
    }
    assertThat(leader.role()).isEqualTo(Role.FOLLOWER);
    assertThat(bench.failedReads()).containsExactly(1L);
  }

  @Test
  @DisplayName("S128 a learner never campaigns, not even when it is asked to")
  void aLearnerNeverCampaigns() {
    CoreBench bench = withLearner();
    bench.timeOut(4);
    assertThat(bench.core(4).role()).isEqualTo(Role.FOLLOWER);
    bench.step(1, 4, new TimeoutNow(bench.core(4).currentTerm()));
    assertThat(bench.core(4).role()).isEqualTo(Role.FOLLOWER);
    assertThat(bench.core(1).transferLeadership(CoreBench.id(4))).contains("not a voter");
  }

  @Test
  @DisplayName("S124 the leader leaves a joint configuration as soon as it is committed")
  void theLeaderLeavesAJointConfiguration() {
    CoreBench bench = withLearner();
    assertThat(
            change(
                bench,
                MembershipChange.promote(CoreBench.id(4))
                    .and(MembershipChange.remove(CoreBench.id(2)))))
        .isInstanceOf(Proposed.Accepted.class);
    Configuration joint = bench.core(1).configuration();
    assertThat(joint.isJoint()).isTrue();
    assertThat(joint.voters()).extracting(p -> p.value()).containsExactly(1, 3, 4);
    assertThat(joint.outgoingVoters()).extracting(p -> p.value()).containsExactly(1, 2, 3);
    bench.settle();
    bench.tick(1, 50);
    bench.settle();
    for (int id : List.of(1, 3, 4)) {
      Configuration left = bench.core(id).configuration();
      assertThat(left.isJoint()).isFalse();
      assertThat(left.voters()).extracting(p -> p.value()).containsExactly(1, 3, 4);
      assertThat(left.retired()).extracting(p -> p.value()).containsExactly(2);
    }
  }

  @Test
  @DisplayName("S125 a new leader that inherits a joint configuration leaves it")
  void aNewLeaderLeavesAnInheritedJointConfiguration() {
    CoreBench bench = withLearner();
    change(
        bench,
        MembershipChange.promote(CoreBench.id(4)).and(MembershipChange.remove(CoreBench.id(1))));
    bench.deliver(envelope -> envelope.message() instanceof AppendEntries);
    bench.durable(2);
    bench.durable(3);
    bench.durable(4);
    bench.drop(envelope -> true);
    for (int id : List.of(2, 3, 4)) {
      assertThat(bench.core(id).configuration().isJoint()).isTrue();
    }
    bench.elect(2);
    bench.tick(2, 50);
    bench.settle();
    assertThat(bench.core(2).role()).isEqualTo(Role.LEADER);
    assertThat(bench.core(2).configuration().isJoint()).isFalse();
    assertThat(bench.core(2).configuration().members()).doesNotContainKey(CoreBench.id(1));
  }

  @Test
  @DisplayName("S125 a transfer under way refuses a change, and does not hold one up")
  void aTransferDoesNotStrandAChange() {
    CoreBench bench = withLearner();
    bench.core(1).transferLeadership(CoreBench.id(3));
    bench.drop(envelope -> envelope.message() instanceof TimeoutNow);
    bench.collect(1);
    bench.drop(envelope -> envelope.message() instanceof TimeoutNow);
    assertThat(reason(change(bench, MembershipChange.promote(CoreBench.id(4)))))
        .contains("being handed to peer-3");
    for (int i = 0; i < 13; i++) {
      bench.tick(1, 50);
      bench.settle();
    }
    assertThat(bench.core(1).transferTarget()).isEmpty();
    change(bench, MembershipChange.promote(CoreBench.id(4)));
    bench.core(1).transferLeadership(CoreBench.id(2));
    bench.collect(1);
    bench.drop(envelope -> envelope.message() instanceof TimeoutNow);
    bench.settle();
    assertThat(bench.core(1).configuration().isJoint()).isFalse();
  }

  @Test
  @DisplayName("S129 a promoted learner that does not know it yet answers requests for its vote")
  void aPromotedLearnerThatDoesNotKnowItVotes() {
    CoreBench bench = new CoreBench(3, ReplicationLimits.DEFAULT);
    RaftCore learner = bench.add(4, 1, 1, 1);
    assertThat(learner.configuration().isVoter(CoreBench.id(4))).isFalse();
    bench.step(2, 4, new VoteRequest(2, new EntryId(1, 3), false));
    bench.durable(4);
    assertThat(bench.underWay().get(0).message()).isEqualTo(new VoteReply(2, true));
  }

  @Test
  @DisplayName("S131 a peer removed by a committed entry it has not applied does not campaign")
  void aRemovedPeerDoesNotCampaignBeforeItApplies() {
    CoreBench bench = new CoreBench(3, ReplicationLimits.DEFAULT);
    RaftCore core = bench.add(1, 1, 1);
    Configuration without = MembershipChange.remove(CoreBench.id(1)).applyTo(core.configuration());
    core.step(
        CoreBench.id(2),
        new AppendEntries(
            2, new EntryId(1, 1), List.of(Entry.configuration(new EntryId(2, 2), without)), 2, 0));
    core.takeReady();
    core.durable(1);
    assertThat(core.commitIndex()).isEqualTo(2);
    assertThat(core.appliedIndex()).isZero();
    core.observeTime(10_000_000_000L);
    core.tick();
    assertThat(core.role()).isEqualTo(Role.FOLLOWER);
    core.step(CoreBench.id(2), new TimeoutNow(2));
    assertThat(core.role()).isEqualTo(Role.FOLLOWER);
  }

  @Test
  @DisplayName("S131 a peer removed by an entry that may not be committed still campaigns")
  void aPeerRemovedByAnUncertainEntryStillCampaigns() {
    CoreBench bench = new CoreBench(3, ReplicationLimits.DEFAULT);
    RaftCore core = bench.add(1, 1, 1);
    Configuration without = MembershipChange.remove(CoreBench.id(1)).applyTo(core.configuration());
    bench.step(
        2,
        1,
        new AppendEntries(
            2, new EntryId(1, 1), List.of(Entry.configuration(new EntryId(2, 2), without)), 1, 0));
    bench.durable(1);
    bench.timeOut(1);
    assertThat(core.role()).isEqualTo(Role.PRE_CANDIDATE);
    bench.step(2, 1, new PreVoteReply(2, 3, true));
    assertThat(core.role()).as("it does not count itself").isEqualTo(Role.PRE_CANDIDATE);
    bench.step(3, 1, new PreVoteReply(2, 3, true));
    assertThat(core.role()).isEqualTo(Role.CANDIDATE);
  }

  @Test
  @DisplayName("S131 a peer that voted by an entry not known to be committed still campaigns")
  void aPeerThatVotedByAnUncertainEntryStillCampaigns() {
    CoreBench bench = CoreBench.ofFresh(3);
    RaftCore core = bench.add(4, 1, 1);
    Configuration with = Configuration.ofVoters(List.of(member(1), member(2), member(4)));
    Configuration without = Configuration.ofVoters(List.of(member(1), member(2)));
    bench.step(
        2,
        4,
        new AppendEntries(
            2,
            new EntryId(1, 1),
            List.of(
                Entry.configuration(new EntryId(2, 2), with),
                Entry.configuration(new EntryId(2, 3), without)),
            1,
            0));
    bench.durable(4);
    bench.timeOut(4);
    assertThat(core.role()).isEqualTo(Role.PRE_CANDIDATE);
  }

  @Test
  @DisplayName("S133 a voter that cannot be reached is staged, and a needed one is not removed")
  void unreachablePeersNeverCostAMajority() {
    CoreBench bench = CoreBench.ofFresh(3);
    bench.elect(1);
    change(bench, MembershipChange.addVoter(member(4)));
    bench.settle();
    Configuration staged = bench.core(1).configuration();
    assertThat(staged.voters()).hasSize(3);
    assertThat(staged.staged()).containsExactly(CoreBench.id(4));
    assertThat(reason(change(bench, MembershipChange.promote(CoreBench.id(4)))))
        .startsWith("peer-4 has not caught up");
    for (int i = 0; i < 20; i++) {
      bench.tick(1, 50);
      bench.drop(envelope -> envelope.to().value() == 3 || envelope.from().value() == 3);
      bench.settle();
    }
    assertThat(reason(change(bench, MembershipChange.remove(CoreBench.id(2)))))
        .contains("no majority answers and holds entries");
    assertThat(change(bench, MembershipChange.remove(CoreBench.id(3))))
        .isInstanceOf(Proposed.Accepted.class);
  }

  @Test
  @DisplayName("S133 a staged voter is promoted by the leader when it has caught up")
  void aStagedVoterIsPromoted() {
    CoreBench bench = CoreBench.ofFresh(3);
    bench.elect(1);
    bench.add(4, 0);
    change(bench, MembershipChange.addVoter(member(4)));
    bench.settle();
    for (int i = 0; i < 3; i++) {
      bench.tick(1, 50);
      bench.settle();
    }
    Configuration now = bench.core(1).configuration();
    assertThat(now.isJoint()).isFalse();
    assertThat(now.voters()).contains(CoreBench.id(4));
    assertThat(now.staged()).isEmpty();
  }

  @Test
  @DisplayName("S098 a late word of the time without a store costs a voter nothing")
  void aLateWordOfALostStoreCostsAVoterNothing() {
    CoreBench bench = CoreBench.ofFresh(3);
    bench.elect(1);
    bench.propose(1, 1);
    bench.settle();
    bench.propose(1, 1);
    bench.settle();
    RaftCore leader = bench.core(1);
    long term = leader.currentTerm();
    EntryId early = new EntryId(term, 1);
    bench.step(2, 1, new AppendEntriesReply(term, early, new MatchResult.Held(2), 0));
    bench.step(2, 1, new AppendEntriesReply(term, early, new MatchResult.Lost(0), 0));
    bench.settle();
    bench.tick(1, 50);
    bench.settle();
    assertThat(leader.configuration().isJoint()).isFalse();
    assertThat(leader.configuration().voters()).contains(CoreBench.id(2));
    assertThat(leader.trackers()).allMatch(tracker -> tracker.countedIndex() == 3);
  }

  @Test
  @DisplayName("S098 a voter that lost its store since the last match is made a learner")
  void aVoterThatLostItsStoreSinceIsMadeALearner() {
    CoreBench bench = CoreBench.ofFresh(3);
    bench.elect(1);
    bench.propose(1, 1);
    bench.settle();
    RaftCore leader = bench.core(1);
    long term = leader.currentTerm();
    EntryId newest = new EntryId(term, leader.lastEntry().index());
    bench.step(2, 1, new AppendEntriesReply(term, newest, new MatchResult.Lost(0), 0));
    bench.drop(envelope -> envelope.to().value() == 2);
    bench.tick(1, 50);
    assertThat(leader.configuration().voters()).doesNotContain(CoreBench.id(2));
  }

  @Test
  @DisplayName("S134 a removed identity is never taken in again")
  void aRemovedIdentityIsNeverTakenInAgain() {
    CoreBench bench = CoreBench.ofFresh(3);
    bench.elect(1);
    change(bench, MembershipChange.remove(CoreBench.id(3)));
    bench.settle();
    bench.tick(1, 50);
    bench.settle();
    assertThat(reason(change(bench, MembershipChange.addLearner(member(3)))))
        .isEqualTo(
            "peer-3 was removed before; start the peer with a fresh identity and an empty store");
  }

  @Test
  @DisplayName("Changes that contradict the members are refused with the reason")
  void contradictionsAreRefused() {
    CoreBench bench = withLearner();
    assertThat(reason(change(bench, MembershipChange.addLearner(member(4)))))
        .isEqualTo("peer-4 is a member already");
    assertThat(reason(change(bench, MembershipChange.promote(CoreBench.id(2)))))
        .isEqualTo("peer-2 is not a learner");
    assertThat(reason(change(bench, MembershipChange.demote(CoreBench.id(4)))))
        .isEqualTo("peer-4 is not a voter");
    assertThat(reason(change(bench, MembershipChange.remove(CoreBench.id(9)))))
        .isEqualTo("peer-9 is not a member");
    assertThat(
            reason(
                change(
                    bench,
                    MembershipChange.addLearner(
                        new Member(CoreBench.id(7), "p2:1", "elsewhere:2")))))
        .isEqualTo("peer address p2:1 belongs to peer-2");
    assertThat(
            reason(
                change(
                    bench,
                    MembershipChange.demote(CoreBench.id(1))
                        .and(MembershipChange.demote(CoreBench.id(2)))
                        .and(MembershipChange.remove(CoreBench.id(3))))))
        .startsWith("no voter would be left");
    assertThat(
            reason(
                change(
                    bench,
                    MembershipChange.addLearner(new Member(HardState.NOBODY, "x:1", "x:2")))))
        .contains("is reserved");
  }

  @Test
  @DisplayName("S149 S143 a read at the start of a reign waits for an entry of that reign")
  void aReadAtTheStartOfAReignWaits() {
    CoreBench bench = new CoreBench(3, ReplicationLimits.DEFAULT);
    RaftCore core = bench.add(1, 1, 1);
    bench.timeOut(1);
    bench.step(2, 1, new PreVoteReply(1, 2, true));
    bench.durable(1);
    bench.step(2, 1, new VoteReply(2, true));
    assertThat(core.readIndex(1)).isNull();
    bench.collect(1);
    bench.step(2, 1, new HeartbeatReply(2, 0));
    bench.step(3, 1, new HeartbeatReply(2, 0));
    assertThat(bench.reads()).isEmpty();
    assertThat(core.entry(2).type()).isEqualTo(EntryType.NO_OP);
    bench.add(2, 2, 1);
    bench.add(3, 2, 1);
    bench.settle();
    bench.tick(1, 50);
    bench.settle();
    assertThat(bench.reads()).containsExactly(new Ready.ConfirmedRead(1, 2));
  }

  @Test
  @DisplayName("S141 a leader that hands over confirms no read without a round of its own")
  void aLeaderThatHandsOverConfirmsNoReadByItself() {
    CoreBench bench = CoreBench.ofFresh(3);
    bench.elect(1);
    bench.core(1).transferLeadership(CoreBench.id(2));
    bench.core(1).readIndex(1);
    bench.collect(1);
    bench.deliver(envelope -> envelope.message() instanceof TimeoutNow);
    bench.drop(envelope -> envelope.message() instanceof Heartbeat);
    assertThat(bench.reads()).isEmpty();
    bench.settle();
    assertThat(bench.core(2).role()).isEqualTo(Role.LEADER);
    assertThat(bench.reads()).isEmpty();
    assertThat(bench.failedReads()).containsExactly(1L);
  }
}
