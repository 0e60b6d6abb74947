package io.holdfast.raft.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.message.MatchResult;
import io.holdfast.raft.message.MatchResult.IndexNotMatched;
import io.holdfast.raft.message.MatchResult.Matched;
import io.holdfast.raft.message.Message.AppendEntriesReply;
import io.holdfast.raft.message.Message.HeartbeatReply;
import io.holdfast.raft.tracker.PeerTracker;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FetchTest {
  private static final int FAR_BEHIND = 3;

  /** Keeps no payload of applied entries in memory. */
  private final CoreBench bench =
      new CoreBench(3, new ReplicationLimits(1 << 10, 16, 1 << 20, 1 << 20, 16, 1));

  private PeerTracker tracker() {
    return bench.core(1).trackers().stream()
        .filter(tracker -> tracker.peer().equals(CoreBench.id(FAR_BEHIND)))
        .findFirst()
        .orElseThrow();
  }

  private void reply(EntryId previous, MatchResult result) {
    bench.step(
        FAR_BEHIND, 1, new AppendEntriesReply(bench.core(1).currentTerm(), previous, result, 0));
  }

  @Test
  void entriesReadForAnEarlierReignAreNotTakenForThoseOfThisOne() {
    RaftCore core = bench.add(1, 0);
    bench.add(2, 0);
    bench.elect(1);
    long firstTerm = core.currentTerm();
    for (int i = 0; i < 5; i++) {
      bench.propose(1, 10);
    }
    bench.settle();
    reply(EntryId.NONE, new Matched(1));
    long earlier = tracker().fetchTicket();
    assertThat(earlier).isPositive();

    bench.step(FAR_BEHIND, 1, new HeartbeatReply(firstTerm + 5, 0));
    bench.settle();
    bench.elect(1);
    assertThat(core.role()).isEqualTo(Role.LEADER);
    reply(new EntryId(firstTerm, 6), new IndexNotMatched(3));
    reply(new EntryId(firstTerm, 3), new Matched(3));
    long present = tracker().fetchTicket();
    assertThat(present).isPositive().isNotEqualTo(earlier);

    core.fetched(earlier, List.of(Entry.command(new EntryId(firstTerm, 2), new byte[10])));
    assertThat(tracker().fetchTicket()).isEqualTo(present);
    assertThat(tracker().nextIndex()).isEqualTo(4);
  }

  @Test
  @DisplayName("S077 entries from storage that do not follow are never sent on")
  void entriesThatDoNotFollowAreNotSent() {
    RaftCore core = bench.add(1, 0);
    bench.add(2, 0);
    bench.elect(1);
    long term = core.currentTerm();
    for (int i = 0; i < 5; i++) {
      bench.propose(1, 10);
    }
    bench.settle();
    reply(EntryId.NONE, new Matched(1));
    long ticket = tracker().fetchTicket();
    int underWay = bench.underWay().size();
    assertThatThrownBy(
            () -> core.fetched(ticket, List.of(Entry.command(new EntryId(term, 3), new byte[10]))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("where 2 was asked for");
    bench.collect(1);
    assertThat(bench.underWay()).hasSize(underWay);
  }

  @Test
  @DisplayName("S108 an answer to an append ends the wait for a snapshot")
  void anAnswerToAnAppendEndsTheWaitForASnapshot() {
    RaftCore core = bench.add(1, 0);
    bench.add(2, 0);
    bench.elect(1);
    for (int i = 0; i < 5; i++) {
      bench.propose(1, 10);
    }
    bench.settle();
    bench.snapshot(1);
    bench.step(FAR_BEHIND, 1, new HeartbeatReply(core.currentTerm(), 0));
    assertThat(tracker().state()).isEqualTo(PeerTracker.State.SNAPSHOT);
    reply(EntryId.NONE, new Matched(2));
    assertThat(tracker().state()).as("still behind the log").isEqualTo(PeerTracker.State.SNAPSHOT);
    reply(EntryId.NONE, new Matched(6));
    assertThat(tracker().state()).isEqualTo(PeerTracker.State.REPLICATE);
  }
}
