package io.holdfast.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.EntryType;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.message.MatchResult;
import io.holdfast.raft.message.MatchResult.IndexNotMatched;
import io.holdfast.raft.message.MatchResult.Matched;
import io.holdfast.raft.message.Message;
import io.holdfast.raft.message.Message.AppendEntries;
import io.holdfast.raft.message.Message.AppendEntriesReply;
import io.holdfast.raft.message.Message.Heartbeat;
import io.holdfast.raft.message.Message.HeartbeatReply;
import io.holdfast.raft.message.Message.PreVoteReply;
import io.holdfast.raft.message.Message.PreVoteRequest;
import io.holdfast.raft.message.Message.TimeoutNow;
import io.holdfast.raft.message.Message.VoteReply;
import io.holdfast.raft.message.Message.VoteRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Walks the Raft paper section by section (then the thesis), on single cores. */
class RaftPaperTest {
  private static PeerId id(int value) {
    return CoreBench.id(value);
  }

  private static List<Message> to(CoreBench bench, int peer) {
    return bench.underWay().stream()
        .filter(envelope -> envelope.to().equals(id(peer)))
        .map(CoreBench.Envelope::message)
        .toList();
  }

  private static <T extends Message> T last(CoreBench bench, Class<T> type) {
    return bench.underWay().stream()
        .map(CoreBench.Envelope::message)
        .filter(type::isInstance)
        .map(type::cast)
        .reduce((first, second) -> second)
        .orElseThrow(() -> new AssertionError("no " + type.getSimpleName()));
  }

  private static Entry entry(long term, long index) {
    return Entry.command(new EntryId(term, index), new byte[] {1});
  }

  @Test
  @DisplayName("§5.1 S001 any role adopts a higher term, and leaders and candidates step down")
  void higherTermsAreAdopted() {
    CoreBench bench = CoreBench.ofFresh(3);
    bench.elect(1);
    bench.step(2, 1, new HeartbeatReply(7, 0));
    assertThat(bench.core(1).role()).isEqualTo(Role.FOLLOWER);
    assertThat(bench.core(1).currentTerm()).isEqualTo(7);
    assertThat(bench.core(1).votedFor()).isEmpty();
  }

  @Test
  @DisplayName("§5.1 S002 stale requests change nothing and are told the newer term")
  void staleRequestsAreToldTheNewerTerm() {
    CoreBench bench = new CoreBench(3, ReplicationLimits.DEFAULT);
    RaftCore core = bench.add(1, 5, 1, 5);
    bench.step(2, 1, new AppendEntries(4, EntryId.NONE, List.of(entry(4, 1)), 1, 0));
    bench.step(2, 1, new Heartbeat(4, 2, 0));
    bench.step(2, 1, new VoteRequest(4, new EntryId(9, 9), false));
    assertThat(to(bench, 2)).allMatch(message -> message.term() == 5).hasSize(3);
    assertThat(core.lastEntry()).isEqualTo(new EntryId(5, 2));
    assertThat(core.commitIndex()).isZero();
    assertThat(core.votedFor()).isEmpty();
  }

  @Test
  @DisplayName("§5.2 S003 a restarted peer is a follower in the term it remembers")
  void aRestartedPeerIsAFollower() {
    RaftCore core = new CoreBench(3, ReplicationLimits.DEFAULT).add(1, 4, 1, 3);
    assertThat(core.role()).isEqualTo(Role.FOLLOWER);
    assertThat(core.currentTerm()).isEqualTo(4);
    assertThat(core.leader()).isEmpty();
  }

  @Test
  @DisplayName("§5.2 S004 S022 silence leads to a pre-vote in the same term, then to a campaign")
  void silenceLeadsToACampaign() {
    CoreBench bench = CoreBench.ofFresh(3);
    bench.timeOut(1);
    assertThat(bench.core(1).role()).isEqualTo(Role.PRE_CANDIDATE);
    assertThat(bench.core(1).currentTerm()).isZero();
    assertThat(last(bench, PreVoteRequest.class).campaignTerm()).isEqualTo(1);
    bench.drop(envelope -> true);
    bench.step(2, 1, new PreVoteReply(0, 1, true));
    assertThat(bench.core(1).role()).isEqualTo(Role.CANDIDATE);
    assertThat(bench.core(1).currentTerm()).isEqualTo(1);
    assertThat(bench.core(1).votedFor()).contains(id(1));
    assertThat(bench.underWay()).as("votes are asked for when the own vote is durable").isEmpty();
    bench.durable(1);
    assertThat(bench.underWay()).hasSize(2).allMatch(e -> e.message() instanceof VoteRequest);
  }

  @ParameterizedTest
  @DisplayName("§5.2 S006 the outcome of one round")
  @CsvSource({
    "3, 1, 0, LEADER",
    "3, 0, 2, FOLLOWER",
    "3, 0, 1, CANDIDATE",
    "5, 2, 0, LEADER",
    "5, 1, 0, CANDIDATE",
    "5, 1, 3, FOLLOWER"
  })
  void theOutcomeOfOneRound(int size, int granted, int refused, Role role) {
    CoreBench bench = new CoreBench(size, ReplicationLimits.DEFAULT);
    RaftCore core = bench.add(1, 0);
    bench.timeOut(1);
    for (int voter = 2; voter <= size; voter++) {
      bench.step(voter, 1, new PreVoteReply(0, 1, true));
    }
    bench.durable(1);
    for (int voter = 2; voter < 2 + granted; voter++) {
      bench.step(voter, 1, new VoteReply(1, true));
    }
    for (int voter = 2 + granted; voter < 2 + granted + refused; voter++) {
      bench.step(voter, 1, new VoteReply(1, false));
    }
    assertThat(core.role()).isEqualTo(role);
  }

  @Test
  @DisplayName("§5.2 S007 S020 one vote per term, first come first served, repeated to the same")
  void oneVotePerTerm() {
    CoreBench bench = new CoreBench(3, ReplicationLimits.DEFAULT);
    bench.add(1, 0);
    bench.step(2, 1, new VoteRequest(1, EntryId.NONE, false));
    assertThat(bench.underWay()).as("a vote leaves when it is durable").isEmpty();
    bench.step(3, 1, new VoteRequest(1, EntryId.NONE, false));
    assertThat(to(bench, 3)).containsExactly(new VoteReply(1, false));
    bench.durable(1);
    assertThat(to(bench, 2)).containsExactly(new VoteReply(1, true));
    bench.step(2, 1, new VoteRequest(1, EntryId.NONE, false));
    assertThat(to(bench, 2)).containsExactly(new VoteReply(1, true), new VoteReply(1, true));
  }

  @Test
  @DisplayName("§5.2 S008 a candidate follows a leader of its own term")
  void aCandidateFollowsALeader() {
    CoreBench bench = new CoreBench(3, ReplicationLimits.DEFAULT);
    RaftCore core = bench.add(1, 0);
    bench.timeOut(1);
    bench.step(2, 1, new PreVoteReply(0, 1, true));
    bench.step(3, 1, new Heartbeat(1, 0, 0));
    assertThat(core.role()).isEqualTo(Role.FOLLOWER);
    assertThat(core.leader()).contains(id(3));
  }

  @Test
  @DisplayName("§5.2 S010 election timeouts are spread over the whole range")
  void electionTimeoutsAreSpread() {
    TreeSet<Long> drawn = new TreeSet<>();
    ElectionClock clock = new ElectionClock(Timing.DEFAULT, new java.util.Random(10));
    for (int i = 0; i < 10_000; i++) {
      clock.rearm(0);
      drawn.add(clock.deadlineNanos() / 1_000_000);
    }
    assertThat(drawn.first()).isEqualTo(300);
    assertThat(drawn.last()).isEqualTo(599);
    assertThat(drawn).hasSize(300);
  }

  @Test
  @DisplayName("§5.2 S011 a granted vote moves the timer, a refused one and a pre-vote do not")
  void onlyAGrantedVoteMovesTheTimer() {
    CoreBench bench = new CoreBench(3, ReplicationLimits.DEFAULT);
    RaftCore core = bench.add(1, 1, 1);
    long before = core.nextDeadlineNanos();
    bench.tick(1, 10);
    bench.step(2, 1, new PreVoteRequest(1, 2, new EntryId(1, 1)));
    bench.step(2, 1, new VoteRequest(2, EntryId.NONE, false));
    assertThat(core.nextDeadlineNanos()).isEqualTo(before);
    bench.tick(1, 100);
    bench.step(3, 1, new VoteRequest(3, new EntryId(1, 1), false));
    assertThat(core.votedFor()).contains(id(3));
    assertThat(core.nextDeadlineNanos()).isNotEqualTo(before);
  }

  @ParameterizedTest
  @DisplayName("§5.4.1 S009 votes go to logs that are at least as up to date")
  @CsvSource({"2, 2, true", "3, 1, true", "2, 3, true", "2, 1, false", "1, 9, false"})
  void votesGoToUpToDateLogs(long lastTerm, long lastIndex, boolean granted) {
    CoreBench bench = new CoreBench(3, ReplicationLimits.DEFAULT);
    bench.add(1, 3, 1, 2);
    bench.step(2, 1, new VoteRequest(4, new EntryId(lastTerm, lastIndex), false));
    bench.durable(1);
    assertThat(last(bench, VoteReply.class)).isEqualTo(new VoteReply(4, granted));
  }

  @Test
  @DisplayName("§5.3 S041 a proposal fans out at once, in parallel with the leader's own write")
  void aProposalFansOut() {
    CoreBench bench = CoreBench.ofFresh(3);
    bench.elect(1);
    bench.propose(1, 10);
    AppendEntries append = last(bench, AppendEntries.class);
    assertThat(append.previous()).isEqualTo(new EntryId(1, 1));
    assertThat(append.entries()).hasSize(1);
    assertThat(bench.underWay()).hasSize(2).allMatch(e -> e.message() == append);
    assertThat(bench.core(1).durableIndex()).as("not written yet").isEqualTo(1);
  }

  @Test
  @DisplayName("§5.3 S044 S046 a follower cuts only at a real conflict, never for a late request")
  void aFollowerCutsOnlyAtARealConflict() {
    CoreBench bench = new CoreBench(3, ReplicationLimits.DEFAULT);
    RaftCore core = bench.add(1, 2, 1, 1, 2);
    bench.step(
        2,
        1,
        new AppendEntries(3, new EntryId(1, 1), List.of(Entry.noOp(new EntryId(1, 2))), 0, 0));
    assertThat(core.lastEntry()).isEqualTo(new EntryId(2, 3));
    bench.step(2, 1, new AppendEntries(3, new EntryId(1, 2), List.of(entry(3, 3)), 0, 0));
    assertThat(core.lastEntry()).isEqualTo(new EntryId(3, 3));
    bench.durable(1);
    assertThat(last(bench, AppendEntriesReply.class).result()).isEqualTo(new Matched(3));
  }

  @Test
  @DisplayName("§5.3 S045 a follower commits no further than the request covers")
  void aFollowerCommitsNoFurtherThanTheRequestCovers() {
    CoreBench bench = new CoreBench(3, ReplicationLimits.DEFAULT);
    RaftCore core = bench.add(1, 2, 1, 1, 2);
    bench.step(2, 1, new AppendEntries(3, new EntryId(1, 1), List.of(), 3, 0));
    assertThat(core.commitIndex()).isEqualTo(1);
    bench.step(2, 1, new Heartbeat(3, 99, 0));
    assertThat(core.commitIndex()).as("S048 beyond the log").isEqualTo(1);
  }

  @Test
  @DisplayName("§5.3 S065 a follower that is shorter says where its log ends")
  void aShorterFollowerSaysWhereItEnds() {
    CoreBench bench = new CoreBench(3, ReplicationLimits.DEFAULT);
    bench.add(1, 2, 1);
    bench.step(2, 1, new AppendEntries(2, new EntryId(2, 9), List.of(), 0, 0));
    assertThat(last(bench, AppendEntriesReply.class).result()).isEqualTo(new IndexNotMatched(1));
  }

  @Test
  @DisplayName("§5.3 S067 a late refusal moves nothing back")
  void aLateRefusalMovesNothingBack() {
    CoreBench bench = CoreBench.ofFresh(3);
    bench.elect(1);
    bench.propose(1, 1);
    bench.settle();
    long next = bench.core(1).trackers().iterator().next().nextIndex();
    bench.step(2, 1, new AppendEntriesReply(1, EntryId.NONE, new IndexNotMatched(0), 0));
    assertThat(bench.core(1).trackers().iterator().next().nextIndex()).isEqualTo(next);
  }

  @Test
  @DisplayName("§5.3 S042 an entry is committed when a majority holds it durably")
  void anEntryIsCommittedByADurableMajority() {
    CoreBench bench = CoreBench.ofFresh(3);
    bench.elect(1);
    long before = bench.core(1).commitIndex();
    bench.propose(1, 1);
    bench.deliver(envelope -> envelope.to().equals(id(2)));
    assertThat(bench.underWay()).as("the follower has not synced").hasSize(1);
    bench.durable(1);
    assertThat(bench.core(1).commitIndex()).as("own disk alone").isEqualTo(before);
    bench.durable(2);
    bench.deliver(envelope -> envelope.to().equals(id(1)));
    assertThat(bench.core(1).commitIndex()).isEqualTo(before + 1);
  }

  @Test
  @DisplayName("§5.3 thesis §10.2.1 followers alone may commit before the leader's disk answers")
  void followersMayCommitBeforeTheLeadersDisk() {
    CoreBench bench = CoreBench.ofFresh(3);
    bench.elect(1);
    bench.propose(1, 1);
    bench.deliver(envelope -> true);
    bench.durable(2);
    bench.durable(3);
    bench.deliver(envelope -> envelope.to().equals(id(1)));
    assertThat(bench.core(1).commitIndex()).isEqualTo(2);
    assertThat(bench.core(1).appliedIndex()).as("applied only when durable here").isEqualTo(1);
    bench.durable(1);
    assertThat(bench.core(1).appliedIndex()).isEqualTo(2);
  }

  @Test
  @DisplayName("§5.4.2 S040 S043 figure 8")
  void entriesOfEarlierTermsAreNeverCommittedByCounting() {
    // Peer 1 leads term 4 with an entry of term 2 that peers 2 and 3 get, a majority of 5.
    CoreBench bench = new CoreBench(5, ReplicationLimits.DEFAULT);
    RaftCore leader = bench.add(1, 3, 1, 2);
    bench.timeOut(1);
    for (int voter = 2; voter <= 4; voter++) {
      bench.step(voter, 1, new PreVoteReply(3, 4, true));
    }
    bench.durable(1);
    for (int voter = 2; voter <= 4; voter++) {
      bench.step(voter, 1, new VoteReply(4, true));
    }
    assertThat(leader.role()).isEqualTo(Role.LEADER);
    assertThat(leader.entry(3).type()).isEqualTo(EntryType.NO_OP);
    bench.durable(1);
    for (int follower = 2; follower <= 4; follower++) {
      bench.step(follower, 1, new AppendEntriesReply(4, new EntryId(1, 1), new Matched(2), 0));
      assertThat(leader.commitIndex()).as("term 2 on a majority").isZero();
    }
    bench.step(2, 1, new AppendEntriesReply(4, new EntryId(2, 2), new Matched(3), 0));
    assertThat(leader.commitIndex()).isZero();
    bench.step(3, 1, new AppendEntriesReply(4, new EntryId(2, 2), new Matched(3), 0));
    assertThat(leader.commitIndex()).as("and everything before").isEqualTo(3);
  }

  @Test
  @DisplayName("§6 S037 a removed or unknown peer cannot unseat the leader")
  void anUnknownPeerCannotUnseatTheLeader() {
    CoreBench bench = CoreBench.ofFresh(3);
    bench.elect(1);
    bench.step(9, 1, new VoteRequest(50, new EntryId(49, 100), false));
    bench.step(9, 1, new HeartbeatReply(50, 0));
    bench.step(9, 2, new VoteRequest(50, new EntryId(49, 100), false));
    assertThat(bench.core(1).role()).isEqualTo(Role.LEADER);
    assertThat(bench.core(2).currentTerm()).isEqualTo(1);
  }

  @Test
  @DisplayName("§8 S143 a read waits for an entry of the new term and a round begun after it")
  void aReadWaitsForItsRound() {
    CoreBench bench = CoreBench.ofFresh(3);
    bench.elect(1);
    bench.propose(1, 1);
    bench.settle();
    assertThat(bench.core(1).readIndex(1)).isNull();
    bench.collect(1);
    long round = last(bench, Heartbeat.class).round();
    bench.step(2, 1, new HeartbeatReply(1, round - 1));
    assertThat(bench.reads()).as("S144 an answer to an earlier round").isEmpty();
    bench.step(2, 1, new HeartbeatReply(1, round));
    assertThat(bench.reads()).containsExactly(new Ready.ConfirmedRead(1, 2));
  }

  @Test
  @DisplayName("§8 S144 reads of one turn share one round")
  void readsOfOneTurnShareOneRound() {
    CoreBench bench = CoreBench.ofFresh(3);
    bench.elect(1);
    for (long ticket = 1; ticket <= 50; ticket++) {
      bench.core(1).readIndex(ticket);
    }
    bench.collect(1);
    assertThat(bench.underWay()).hasSize(2);
    bench.deliver(envelope -> true);
    bench.deliver(envelope -> true);
    assertThat(bench.reads()).hasSize(50);
  }

  @Test
  @DisplayName("S146 reads under way fail with the reign, and late answers revive none")
  void readsFailWithTheReign() {
    CoreBench bench = CoreBench.ofFresh(3);
    bench.elect(1);
    bench.core(1).readIndex(1);
    bench.collect(1);
    bench.step(2, 1, new HeartbeatReply(2, 0));
    assertThat(bench.failedReads()).containsExactly(1L);
    bench.deliver(envelope -> true);
    assertThat(bench.reads()).isEmpty();
  }

  @Test
  @DisplayName("thesis §3.10 S135 S136 transfer to an up-to-date peer is immediate")
  void transferToAnUpToDatePeer() {
    CoreBench bench = CoreBench.ofFresh(3);
    bench.elect(1);
    assertThat(bench.core(1).transferLeadership(id(2))).isNull();
    bench.collect(1);
    assertThat(to(bench, 2)).contains(new TimeoutNow(1));
    assertThat(bench.propose(1, 1)).isInstanceOf(Proposed.Busy.class);
    bench.settle();
    assertThat(bench.core(2).role()).isEqualTo(Role.LEADER);
    assertThat(bench.core(1).role()).isEqualTo(Role.FOLLOWER);
  }

  @Test
  @DisplayName("thesis §3.10 S135 S137 a target behind is caught up first, and time runs out")
  void transferToAPeerBehind() {
    CoreBench bench = CoreBench.ofFresh(3);
    bench.elect(1);
    bench.propose(1, 1);
    bench.core(1).transferLeadership(id(3));
    bench.collect(1);
    assertThat(bench.underWay()).noneMatch(e -> e.message() instanceof TimeoutNow);
    bench.drop(envelope -> envelope.to().equals(id(3)));
    for (int i = 0; i < 13; i++) {
      bench.tick(1, 50);
      bench.drop(envelope -> envelope.to().equals(id(3)));
      bench.settle();
    }
    assertThat(bench.core(1).transferTarget()).isEmpty();
    assertThat(bench.propose(1, 1)).isInstanceOf(Proposed.Accepted.class);
  }

  @Test
  @DisplayName("thesis §3.10 S138 S139 impossible targets are refused, another one replaces")
  void impossibleTargetsAreRefused() {
    CoreBench bench = CoreBench.ofFresh(3);
    bench.elect(1);
    assertThat(bench.core(1).transferLeadership(id(1))).contains("leads already");
    assertThat(bench.core(1).transferLeadership(id(9))).contains("not a voter");
    assertThat(bench.core(2).transferLeadership(id(3))).contains("does not lead");
    bench.core(1).transferLeadership(id(2));
    bench.core(1).transferLeadership(id(3));
    assertThat(bench.core(1).transferTarget()).contains(id(3));
  }

  @Test
  @DisplayName("thesis §4.2.3 S024 loyal voters ignore campaigns unless the leader asked for them")
  void loyalVotersIgnoreCampaigns() {
    CoreBench bench = CoreBench.ofFresh(3);
    bench.elect(1);
    EntryId last = bench.core(1).lastEntry();
    bench.step(3, 2, new PreVoteRequest(1, 2, last));
    bench.step(3, 2, new VoteRequest(2, last, false));
    assertThat(bench.underWay()).isEmpty();
    assertThat(bench.core(2).currentTerm()).isEqualTo(1);
    bench.step(3, 2, new VoteRequest(2, last, true));
    bench.durable(2);
    assertThat(last(bench, VoteReply.class).granted()).isTrue();
  }

  @Test
  @DisplayName("thesis §9.6 S030 a former leader may be voted for by those who still name it")
  void aFormerLeaderMayBeVotedFor() {
    CoreBench bench = CoreBench.ofFresh(3);
    bench.elect(1);
    bench.step(1, 2, new PreVoteRequest(1, 2, bench.core(1).lastEntry()));
    assertThat(last(bench, PreVoteReply.class).granted()).isTrue();
  }

  @Test
  @DisplayName("thesis §9.6 S028 a stuck candidate with a higher term frees itself")
  void aStuckCandidateFreesItself() {
    CoreBench bench = CoreBench.ofFresh(3);
    bench.elect(1);
    bench.step(2, 3, new HeartbeatReply(5, 0));
    assertThat(bench.core(3).currentTerm()).isEqualTo(5);
    bench.tick(1, 50);
    bench.settle();
    assertThat(bench.core(1).role()).isEqualTo(Role.FOLLOWER);
    assertThat(bench.core(1).currentTerm()).isEqualTo(5);
  }

  @Test
  @DisplayName("S050 a proposal elsewhere is refused, with a hint")
  void aProposalElsewhereIsRefused() {
    CoreBench bench = CoreBench.ofFresh(3);
    assertThat(bench.propose(2, 1)).isEqualTo(new Proposed.NotLeader(null));
    bench.elect(1);
    assertThat(bench.propose(2, 1)).isEqualTo(new Proposed.NotLeader(id(1)));
  }

  @Test
  @DisplayName("S072 S073 windows and the cap on uncommitted bytes")
  void windowsAndCaps() {
    CoreBench bench = new CoreBench(3, new ReplicationLimits(100, 2, 1_000, 500, 10, 1_000));
    List<RaftCore> cores = new ArrayList<>();
    for (int id = 1; id <= 3; id++) {
      cores.add(bench.add(id, 0));
    }
    bench.elect(1);
    for (int i = 0; i < 5; i++) {
      assertThat(bench.propose(1, 100)).isInstanceOf(Proposed.Accepted.class);
    }
    assertThat(bench.propose(1, 100)).isInstanceOf(Proposed.Busy.class);
    assertThat(to(bench, 2)).as("two messages in the window").hasSize(2);
    bench.settle();
    assertThat(cores).allMatch(core -> core.lastEntry().index() == 6);
    assertThat(bench.propose(1, 900))
        .as("one oversize goes alone")
        .isInstanceOf(Proposed.Accepted.class);
  }

  @Test
  @DisplayName("figure 7, S052: a leader makes every kind of log equal to its own")
  void figureSeven() {
    CoreBench bench = new CoreBench(7, ReplicationLimits.DEFAULT);
    bench.add(1, 7, 1, 1, 1, 4, 4, 5, 5, 6, 6, 6);
    bench.add(2, 7, 1, 1, 1, 4, 4, 5, 5, 6, 6);
    bench.add(3, 7, 1, 1, 1, 4);
    bench.add(4, 7, 1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6);
    bench.add(5, 7, 1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7);
    bench.add(6, 7, 1, 1, 1, 4, 4, 4, 4);
    bench.add(7, 7, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3);
    bench.elect(1);
    assertThat(bench.core(1).role()).isEqualTo(Role.LEADER);
    for (int id : bench.ids()) {
      assertThat(bench.core(id).lastEntry()).isEqualTo(new EntryId(8, 11));
      for (long index = 1; index <= 11; index++) {
        assertThat(bench.core(id).termAt(index)).isEqualTo(bench.core(1).termAt(index));
      }
    }
  }

  @Test
  @DisplayName("figure 2: a refusal is not a match")
  void aRefusalIsNotAMatch() {
    MatchResult refusal = new IndexNotMatched(0);
    CoreBench bench = CoreBench.ofFresh(3);
    bench.elect(1);
    long commit = bench.core(1).commitIndex();
    bench.propose(1, 1);
    bench.step(2, 1, new AppendEntriesReply(1, new EntryId(1, 1), refusal, 0));
    bench.step(3, 1, new AppendEntriesReply(1, new EntryId(1, 1), refusal, 0));
    bench.durable(1);
    assertThat(bench.core(1).commitIndex()).isEqualTo(commit);
  }
}
