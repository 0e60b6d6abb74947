package io.holdfast.server.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.raft.PeerId;
import io.holdfast.raft.driver.SnapshotPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Random faults under clients that do not stop: crashes, cuts, pauses, lost, doubled and late
 * messages, snapshots. Then everything heals and all must come to rest.
 */
class PeerSoakTest {
  private static final int SEEDS = Integer.getInteger("holdfast.soak.seeds", 8);
  private static final long FIRST_SEED = Long.getLong("holdfast.soak.firstSeed", 1_000);
  private static final long FAULT_MILLIS = 20_000;

  private int grants;
  private int expiries;
  private int leaderships;
  private int restores;

  @Test
  @DisplayName("S158 S159 no fault lets two clients hold a lock or ends a session early")
  void noFaultLetsTwoClientsHoldALockOrEndsASessionEarly() {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      try {
        run(seed);
      } catch (AssertionError | RuntimeException broken) {
        throw new AssertionError("seed " + seed + ": " + broken.getMessage(), broken);
      }
    }
    assertThat(grants).as("grants").isGreaterThan(100 * SEEDS);
    assertThat(expiries).as("expiries").isGreaterThan(SEEDS);
    assertThat(leaderships).as("leader changes").isGreaterThan(SEEDS);
    assertThat(restores).as("snapshots restored").isPositive();
  }

  private void run(long seed) {
    SimCluster cluster =
        new SimCluster(
            seed,
            settings -> settings.withSnapshots(new SnapshotPolicy(100, 1 << 20, 10, 1 << 10, 2)),
            settings -> settings.withWindow(new PeerServiceSettings.Window(64, 1 << 20)));
    cluster.settledLeader();
    Random random = cluster.world.random();
    SoakRecord record = new SoakRecord(cluster);
    List<SoakClient> clients = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      SoakClient client =
          new SoakClient(cluster, record, "c" + i, 1_000 + 500L * random.nextInt(4));
      clients.add(client);
      record.add(client);
    }
    if (random.nextBoolean()) {
      cluster.world.unreliable(0.02 * random.nextDouble(), 0.05 * random.nextDouble(), 0.01);
    }
    long faultsEnd = cluster.world.now() + FAULT_MILLIS * 1_000_000;
    new Faults(cluster, faultsEnd).next();
    runAndLook(cluster, record, faultsEnd);

    cluster.world.heal();
    cluster.world.unreliable(0, 0, 0);
    cluster.peers().stream().filter(peer -> !peer.isUp()).forEach(SimPeer::start);
    clients.forEach(SoakClient::finish);
    runAndLook(cluster, record, cluster.world.now() + 20_000L * 1_000_000);

    assertThat(clients).as("clients at rest").allMatch(SoakClient::isIdle);
    cluster.settledLeader();
    runAndLook(cluster, record, cluster.world.now() + 500L * 1_000_000);
    List<String> digests =
        cluster.peers().stream().map(peer -> peer.machine().stateDigest()).distinct().toList();
    assertThat(digests).as("states of the peers").hasSize(1);
    cluster.peers().forEach(peer -> peer.machine().checkInvariants());
    count(cluster, record, clients);
  }

  private void count(SimCluster cluster, SoakRecord record, List<SoakClient> clients) {
    grants += clients.stream().mapToInt(SoakClient::grants).sum();
    expiries += record.expiries();
    leaderships += (int) cluster.leader().node().status().term() - 1;
    for (SimPeer peer : cluster.peers()) {
      restores += (int) peer.service().metrics().count(PeerCounter.SNAPSHOTS_RESTORED);
    }
  }

  private static void runAndLook(SimCluster cluster, SoakRecord record, long untilNanos) {
    boolean more = true;
    while (more) {
      more = cluster.world.step(untilNanos);
      record.lookForExpiries();
    }
  }

  /** One fault at a time, each with its own end. */
  private static final class Faults {
    private final SimCluster cluster;
    private final long endNanos;

    private Faults(SimCluster cluster, long endNanos) {
      this.cluster = cluster;
      this.endNanos = endNanos;
    }

    private void next() {
      long now = cluster.world.now();
      if (now >= endNanos) {
        return;
      }
      SimPeer peer = cluster.world.shuffled(cluster.peers()).get(0);
      long lastsNanos = (100L + cluster.world.random().nextInt(1_500)) * 1_000_000;
      switch (cluster.world.random().nextInt(6)) {
        case 0 -> crash(peer, lastsNanos);
        case 1 -> cluster.findLeader().ifPresent(leader -> crash(leader, lastsNanos));
        case 2 -> cut(peer.id(), lastsNanos, true);
        case 3 -> cut(peer.id(), lastsNanos, false);
        case 4 -> peer.pauseMillis(lastsNanos / 1_000_000);
        default -> cluster.peers().forEach(each -> each.pauseMillis(lastsNanos / 1_000_000));
      }
      long quietNanos = cluster.world.random().nextInt(1_500) * 1_000_000L;
      cluster.world.at(now + lastsNanos + quietNanos, this::next);
    }

    private void crash(SimPeer peer, long lastsNanos) {
      if (peer.isUp()) {
        peer.crash();
        cluster.world.at(cluster.world.now() + lastsNanos, () -> restart(peer));
      }
    }

    private static void restart(SimPeer peer) {
      if (!peer.isUp()) {
        peer.start();
      }
    }

    private void cut(PeerId peer, long lastsNanos, boolean bothWays) {
      for (PeerId other : cluster.ids()) {
        if (!other.equals(peer)) {
          cluster.world.cut(peer, other);
          if (bothWays) {
            cluster.world.cut(other, peer);
          }
        }
      }
      cluster.world.at(cluster.world.now() + lastsNanos, cluster.world::heal);
    }
  }
}
