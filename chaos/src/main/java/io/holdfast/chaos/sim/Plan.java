package io.holdfast.chaos.sim;

import io.holdfast.raft.core.ReplicationLimits;
import io.holdfast.raft.core.Timing;
import io.holdfast.raft.driver.NodeLimits;
import io.holdfast.raft.driver.SnapshotPolicy;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * What a seed draws before anything happens (swarm testing: each run has its own configuration, and
 * only some kinds of faults).
 *
 * @param peers founders of the cluster
 * @param clockMillionths the most by which a clock runs wrong
 * @param volume whether the peers store on the real storage over a simulated volume
 */
record Plan(
    int peers,
    int clients,
    long faultMillis,
    Set<Fault> faults,
    long gapMillisMean,
    Node node,
    Clients client,
    PeerNetwork.Law law,
    long syncNanosMin,
    long syncNanosMax,
    long clockMillionths,
    boolean volume) {

  /** The part of the runs in which members change. */
  private static final double MEMBERSHIP_SHARE = 0.35;

  /** Peers that may come besides the founders: an identity is never used again. */
  private static final int NEWCOMERS_MAX = 6;

  /** The highest identity that a peer can have. */
  int identities() {
    return faults.contains(Fault.MEMBERSHIP) ? peers + NEWCOMERS_MAX : peers;
  }

  /** Settings of the peers. */
  record Node(
      Timing timing, SnapshotPolicy snapshots, ReplicationLimits replication, NodeLimits limits) {}

  /**
   * Settings of the clients.
   *
   * @param thinkMillisMax the longest rest between two operations of a client
   */
  record Clients(long ttlMillis, long requestTimeoutMillis, long thinkMillisMax, int locks) {}

  static Plan draw(Draws draws, SimOptions options) {
    RandomGenerator random = draws.of("plan", 0);
    double size = random.nextDouble();
    int peers = size < 0.06 ? 1 : size < 0.82 ? 3 : 5;
    int clients = 2 + random.nextInt(7);
    long faultMillis = Draws.between(random, 4_000, 16_000);
    Set<Fault> faults = EnumSet.noneOf(Fault.class);
    double share = Draws.oneOf(random, 0.15, 0.35, 0.5, 0.8);
    for (Fault fault : Fault.values()) {
      if (fault != Fault.MEMBERSHIP && Draws.chance(random, share)) {
        faults.add(fault);
      }
    }
    if (Draws.chance(draws.of("membership", 0), MEMBERSHIP_SHARE)) {
      faults.add(Fault.MEMBERSHIP);
    }
    if (options.faults() != null) {
      faults = EnumSet.noneOf(Fault.class);
      faults.addAll(options.faults());
    }
    Timing timing =
        switch (random.nextInt(4)) {
          case 0 -> new Timing(20, 100, 200, 1_000, 10);
          case 1 -> new Timing(100, 500, 1_000, 2_000, 50);
          default -> Timing.DEFAULT;
        };
    long gap = Draws.oneOf(random, 300L, 800L, 2_000L);
    Node node = new Node(timing, snapshots(random), replication(random), limits(random));
    Clients client =
        new Clients(
            Draws.oneOf(random, 1_000L, 2_000L, 3_000L),
            Draws.oneOf(random, 2_000L, 4_000L, 8_000L),
            Draws.oneOf(random, 100L, 300L, 600L),
            1 + random.nextInt(3));
    boolean slowDisk = Draws.chance(random, 0.2);
    return new Plan(
        options.peers() == null ? peers : options.peers(),
        options.clients() == null ? clients : options.clients(),
        options.faultMillis() == null ? faultMillis : options.faultMillis(),
        Collections.unmodifiableSet(faults),
        gap,
        node,
        client,
        law(random, faults),
        slowDisk ? 2_000_000 : 100_000,
        slowDisk ? 20_000_000 : 900_000,
        Draws.oneOf(random, 100L, 2_000L, 50_000L),
        Draws.chance(random, 0.12));
  }

  private static SnapshotPolicy snapshots(RandomGenerator random) {
    if (Draws.chance(random, 0.3)) {
      return SnapshotPolicy.DEFAULT;
    }
    long between = Draws.oneOf(random, 20L, 60L, 200L);
    return new SnapshotPolicy(
        between, 1 << 20, Draws.oneOf(random, 0L, 5L, 50L), 1 << 10, 1 + random.nextInt(4));
  }

  private static ReplicationLimits replication(RandomGenerator random) {
    if (Draws.chance(random, 0.6)) {
      return ReplicationLimits.DEFAULT;
    }
    return new ReplicationLimits(
        Draws.oneOf(random, 200, 1_000, 10_000),
        Draws.oneOf(random, 1, 2, 8),
        Draws.oneOf(random, 1_000L, 20_000L),
        Draws.oneOf(random, 4_000L, 1L << 20),
        Draws.oneOf(random, 2, 100),
        Draws.oneOf(random, 1_000L, 100_000L));
  }

  private static NodeLimits limits(RandomGenerator random) {
    NodeLimits usual = NodeLimits.DEFAULT;
    if (Draws.chance(random, 0.7)) {
      return usual;
    }
    return new NodeLimits(
        Draws.oneOf(random, 16, 200),
        Draws.oneOf(random, 20_000L, 1L << 20),
        Draws.oneOf(random, 64, 1_000),
        Draws.oneOf(random, 1, 7, 100),
        usual.commandBytesMax());
  }

  private static PeerNetwork.Law law(RandomGenerator random, Set<Fault> faults) {
    boolean far = Draws.chance(random, 0.15);
    return new PeerNetwork.Law(
        far ? 5_000_000 : 80_000,
        far ? 25_000_000 : 600_000,
        faults.contains(Fault.LOSS) ? Draws.oneOf(random, 0.01, 0.05, 0.2) : 0,
        faults.contains(Fault.DUPLICATION) ? Draws.oneOf(random, 0.02, 0.2) : 0,
        faults.contains(Fault.REORDERING) ? Draws.oneOf(random, 0.01, 0.1) : 0,
        !faults.contains(Fault.REORDERING),
        Draws.chance(random, 0.15));
  }
}
