package io.holdfast.raft.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.raft.sim.SimCluster;
import io.holdfast.raft.sim.SimPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything at once, drawn from a seed: first anything may fail, then all must converge. */
class RandomFaultsTest {
  private static final int SEEDS = 60;

  static List<Long> seeds() {
    List<Long> seeds = new ArrayList<>();
    for (long seed = 1; seed <= Long.getLong("soak.seeds", SEEDS); seed++) {
      seeds.add(seed);
    }
    return seeds;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  @DisplayName("S084 S175 safe under any faults, live when a majority is healed")
  void safeUnderFaultsAndLiveAfterwards(long seed) {
    run(seed);
  }

  @Test
  @DisplayName("I18 the same seed gives the same run")
  void theSameSeedGivesTheSameRun() {
    assertThat(run(7)).isEqualTo(run(7));
  }

  private static String run(long seed) {
    Random chaos = new Random(seed * 7919);
    int size = chaos.nextBoolean() ? 3 : 5;
    int padding = chaos.nextInt(3) * 4_000;
    SimCluster cluster =
        new SimCluster(
            size, seed, s -> SimCluster.snapshotting(s, 5 + chaos.nextInt(40), 3), padding);
    cluster.network().delayMillis(0, 1 + chaos.nextInt(20));
    cluster
        .network()
        .unreliable(chaos.nextDouble() * 0.2, chaos.nextDouble() * 0.2, chaos.nextDouble() * 0.1);
    List<SimCluster.Outcome> outcomes = new ArrayList<>();
    for (int step = 0; step < 150; step++) {
      act(cluster, chaos, outcomes, step);
      cluster.runMillis(chaos.nextInt(120));
    }
    cluster.network().healAll();
    cluster.network().reliable();
    for (SimPeer peer : cluster.peers()) {
      if (!peer.isUp()) {
        peer.start();
      }
    }
    cluster.runMillis(4_000);
    cluster.agree("after all", size);
    long acknowledged = outcomes.stream().filter(o -> o.applied().isPresent()).count();
    for (SimCluster.Outcome outcome : outcomes) {
      outcome
          .applied()
          .ifPresent(
              id ->
                  assertThat(cluster.invariants().committed().get(id.index()).id()).isEqualTo(id));
    }
    SimPeer one = cluster.peer(1);
    assertThat(cluster.peers()).allMatch(p -> p.machine().chain() == one.machine().chain());
    return acknowledged + " " + one.machine().chain() + " " + cluster.clock().executed();
  }

  private static void act(
      SimCluster cluster, Random chaos, List<SimCluster.Outcome> outcomes, int step) {
    List<SimPeer> all = new ArrayList<>(cluster.peers());
    SimPeer some = all.get(chaos.nextInt(all.size()));
    SimPeer other = all.get(chaos.nextInt(all.size()));
    long down = all.stream().filter(peer -> !peer.isUp()).count();
    switch (chaos.nextInt(12)) {
      case 0 -> {
        if (some.isUp() && down < all.size()) {
          some.crash();
        }
      }
      case 1, 2 -> all.stream().filter(p -> !p.isUp()).findFirst().ifPresent(SimPeer::start);
      case 3 -> cluster.isolate(some);
      case 4, 5 -> cluster.reconnect(some);
      case 6 -> cluster.network().cutOneWay(some.id(), other.id());
      case 7 -> {
        if (some.isUp()) {
          some.pauseMillis(chaos.nextInt(1_500));
        }
      }
      case 8 -> some.faults().stallUntil(cluster.clock().now() + chaos.nextInt(800) * 1_000_000L);
      default -> {}
    }
    for (SimPeer peer : all) {
      if (peer.isUp() && (peer.isLeader() || chaos.nextInt(10) == 0)) {
        for (int i = 0; i <= chaos.nextInt(5); i++) {
          outcomes.add(cluster.propose(peer, "step " + step + "/" + i));
        }
      }
    }
  }
}
