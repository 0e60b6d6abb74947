package io.holdfast.raft.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.raft.sim.SimCluster;
import io.holdfast.raft.sim.SimPeer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Failures that were reproduced in another implementation of Raft over the same transport. */
class NeighbourFailuresTest {
  @Test
  void readsAloneNeverCommitWithoutAQuorum() {
    SimCluster cluster = new SimCluster(3, 1);
    SimPeer leader = cluster.awaitLeader();
    cluster.agree("before", 3);
    cluster.isolate(leader);
    long commit = leader.core().commitIndex();
    SimCluster.Outcome write = cluster.propose(leader, "cut off");
    List<String> reads = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      if (leader.isLeader()) {
        leader.node().execute(() -> leader.node().readIndex(Recording.read(reads)));
      }
      cluster.runMillis(20);
    }
    assertThat(leader.core().commitIndex()).isEqualTo(commit);
    cluster.runMillis(1_000);
    assertThat(write.applied()).isEmpty();
    assertThat(reads).hasSize(20).allMatch(outcome -> outcome.startsWith("failed NotLeader"));
    assertThat(leader.core().commitIndex()).isEqualTo(commit);
  }
}
