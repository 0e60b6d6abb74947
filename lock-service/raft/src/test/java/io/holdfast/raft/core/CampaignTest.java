package io.holdfast.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.HardState;
import io.holdfast.raft.message.MatchResult.Matched;
import io.holdfast.raft.message.Message.AppendEntries;
import io.holdfast.raft.message.Message.AppendEntriesReply;
import io.holdfast.raft.message.Message.Heartbeat;
import io.holdfast.raft.message.Message.HeartbeatReply;
import io.holdfast.raft.message.Message.PreVoteReply;
import io.holdfast.raft.message.Message.PreVoteRequest;
import io.holdfast.raft.message.Message.VoteReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Campaigns that meet late answers, rivals, and each other. */
class CampaignTest {
  private static CoreBench empty(int size) {
    return new CoreBench(size, ReplicationLimits.DEFAULT);
  }

  private static RaftCore candidate(CoreBench bench) {
    RaftCore core = bench.add(1, 0);
    bench.timeOut(1);
    bench.step(2, 1, new PreVoteReply(0, 1, true));
    assertThat(core.role()).isEqualTo(Role.CANDIDATE);
    return core;
  }

  @Test
  @DisplayName("S005 an election without a result is followed by one in a new term")
  void anInconclusiveElectionIsRepeated() {
    CoreBench bench = empty(3);
    RaftCore core = candidate(bench);
    bench.durable(1);
    long first = core.nextDeadlineNanos();
    bench.timeOut(1);
    assertThat(core.role()).isEqualTo(Role.PRE_CANDIDATE);
    assertThat(core.nextDeadlineNanos()).isGreaterThan(first);
    bench.step(3, 1, new PreVoteReply(1, 2, true));
    assertThat(core.role()).isEqualTo(Role.CANDIDATE);
    assertThat(core.currentTerm()).isEqualTo(2);
  }

  @Test
  @DisplayName("S012 a log of the newest term wins and overwrites longer ones of older terms")
  void theNewestTermWins() {
    CoreBench bench = empty(5);
    bench.add(1, 2, 1, 1, 1, 1);
    bench.add(2, 2, 1, 1, 1);
    bench.add(3, 2, 1, 2);
    bench.add(4, 2, 1);
    bench.add(5, 2, 1, 1);
    bench.elect(3);
    for (int id : bench.ids()) {
      assertThat(bench.core(id).lastEntry()).isEqualTo(new EntryId(3, 3));
      assertThat(bench.core(id).termAt(2)).isEqualTo(2);
    }
  }

  @Test
  @DisplayName("S013 of two rivals the one with the shorter log concedes")
  void theShorterRivalConcedes() {
    CoreBench bench = empty(3);
    bench.add(1, 1, 1, 1);
    bench.add(2, 1, 1, 1);
    bench.add(3, 1, 1);
    bench.timeOut(1);
    bench.timeOut(3);
    bench.settle();
    assertThat(bench.core(1).role()).isEqualTo(Role.LEADER);
    assertThat(bench.core(3).role()).isEqualTo(Role.FOLLOWER);
    for (int id : bench.ids()) {
      assertThat(bench.core(id).currentTerm()).isEqualTo(2);
      assertThat(bench.core(id).lastEntry()).isEqualTo(new EntryId(2, 3));
    }
  }

  @Test
  @DisplayName("S014 the own vote counts when it is durable, and not in another term")
  void theOwnVoteCountsWhenDurable() {
    CoreBench bench = empty(3);
    RaftCore core = candidate(bench);
    bench.step(2, 1, new VoteReply(1, true));
    assertThat(core.role()).as("the own vote is not durable").isEqualTo(Role.CANDIDATE);
    bench.step(3, 1, new Heartbeat(2, 0, 0));
    bench.durable(1);
    assertThat(core.role()).isEqualTo(Role.FOLLOWER);
    assertThat(core.currentTerm()).isEqualTo(2);
  }

  @Test
  @DisplayName("S015 a late answer to a pre-vote is no vote")
  void aLatePreVoteIsNoVote() {
    CoreBench bench = empty(3);
    RaftCore core = candidate(bench);
    bench.durable(1);
    bench.step(3, 1, new PreVoteReply(0, 1, true));
    bench.step(3, 1, new PreVoteReply(1, 1, true));
    assertThat(core.role()).isEqualTo(Role.CANDIDATE);
    bench.step(3, 1, new VoteReply(1, true));
    assertThat(core.role()).isEqualTo(Role.LEADER);
  }

  @Test
  @DisplayName("S021 who is elected holds the best log of those who voted")
  void theLeaderHoldsTheBestLogOfItsVoters() {
    Random random = new Random(21);
    for (int round = 0; round < 300; round++) {
      CoreBench bench = empty(5);
      List<EntryId> lasts = new ArrayList<>();
      for (int id = 1; id <= 5; id++) {
        long[] terms = new long[1 + random.nextInt(4)];
        for (int i = 1; i < terms.length; i++) {
          terms[i] = terms[i - 1] + random.nextInt(2);
        }
        java.util.Arrays.setAll(terms, i -> Math.max(1, terms[i]));
        lasts.add(bench.add(id, 6, terms).lastEntry());
      }
      int candidate = 1 + random.nextInt(5);
      EntryId own = lasts.get(candidate - 1);
      bench.elect(candidate);
      long notBetter = lasts.stream().filter(own::isAtLeastAsUpToDateAs).count();
      assertThat(bench.core(candidate).role() == Role.LEADER).isEqualTo(notBetter >= 3);
    }
  }

  @Test
  @DisplayName("S031 pre-votes that are never won keep nobody from timing out")
  void preVotesKeepNobodyFromTimingOut() {
    CoreBench bench = empty(3);
    RaftCore core = bench.add(1, 1, 1, 1);
    long deadline = core.nextDeadlineNanos();
    for (int i = 0; i < 50; i++) {
      bench.tick(1, 5);
      bench.step(2, 1, new PreVoteRequest(1, 2 + i, new EntryId(1, i % 3)));
    }
    assertThat(core.nextDeadlineNanos()).isEqualTo(deadline);
    bench.timeOut(1);
    assertThat(core.role()).isEqualTo(Role.PRE_CANDIDATE);
  }

  @Test
  @DisplayName("S032 three pre-candidates at once end with one leader")
  void threePreCandidatesEndWithOneLeader() {
    CoreBench bench = CoreBench.ofFresh(3);
    for (int id : bench.ids()) {
      bench.timeOut(id);
    }
    assertThat(bench.ids()).allMatch(id -> bench.core(id).role() == Role.PRE_CANDIDATE);
    for (int round = 0; round < 5 && leaders(bench) == 0; round++) {
      bench.settle();
      if (leaders(bench) == 0) {
        bench.timeOut(1 + round % 3);
      }
    }
    assertThat(leaders(bench)).isEqualTo(1);
  }

  private static long leaders(CoreBench bench) {
    long leaders = 0;
    for (int id : bench.ids()) {
      leaders += bench.core(id).role() == Role.LEADER ? 1 : 0;
    }
    return leaders;
  }

  @Test
  @DisplayName("S047 an append from before the commit index is answered with the commit index")
  void anAppendFromBeforeTheCommitIndexIsAHint() {
    CoreBench bench = CoreBench.ofFresh(3);
    bench.elect(1);
    for (int i = 0; i < 5; i++) {
      bench.propose(1, 1);
    }
    bench.settle();
    bench.tick(1, 50);
    bench.settle();
    bench.snapshot(2);
    long commit = bench.core(2).commitIndex();
    assertThat(bench.core(2).firstEntryPosition().index()).isEqualTo(commit);
    bench.step(
        1,
        2,
        new AppendEntries(
            1, new EntryId(1, 1), List.of(Entry.command(new EntryId(1, 2), new byte[1])), 3, 0));
    bench.durable(2);
    assertThat(bench.underWay().stream().map(CoreBench.Envelope::message))
        .containsExactly(new AppendEntriesReply(1, new EntryId(1, 1), new Matched(commit), 0));
    assertThat(bench.core(2).lastEntry().index()).isEqualTo(commit);
  }

  @Test
  @DisplayName("S049 a leader that heard of a newer term appends nothing under it")
  void anOldLeaderAppendsNothingUnderANewTerm() {
    CoreBench bench = CoreBench.ofFresh(3);
    bench.elect(1);
    EntryId last = bench.core(1).lastEntry();
    bench.core(1).step(CoreBench.id(2), new HeartbeatReply(5, 0));
    assertThat(bench.core(1).propose(new byte[1])).isInstanceOf(Proposed.NotLeader.class);
    bench.collect(1);
    bench.durable(1);
    assertThat(bench.core(1).currentTerm()).isEqualTo(5);
    assertThat(bench.core(1).lastEntry()).isEqualTo(last);
  }

  @Test
  @DisplayName("S098 an empty store votes for empty logs alone")
  void anEmptyStoreVotesForEmptyLogsAlone() {
    CoreBench bench = empty(3);
    RaftCore core = bench.add(1, 0);
    bench.step(2, 1, new PreVoteRequest(4, 5, new EntryId(4, 9)));
    assertThat(bench.underWay().get(0).message()).isEqualTo(new PreVoteReply(4, 5, false));
    bench.drop(envelope -> true);
    bench.step(3, 1, new PreVoteRequest(4, 5, EntryId.NONE));
    assertThat(bench.underWay().get(0).message()).isEqualTo(new PreVoteReply(4, 5, true));
    bench.step(
        2, 1, new AppendEntries(4, EntryId.NONE, List.of(Entry.noOp(new EntryId(3, 1))), 1, 7));
    assertThat(core.votedFor()).contains(HardState.NOBODY);
  }
}
