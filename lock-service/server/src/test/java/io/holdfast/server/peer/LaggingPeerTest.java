package io.holdfast.server.peer;

import static io.holdfast.server.peer.SimCluster.acquire;
import static io.holdfast.server.peer.SimCluster.release;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.api.Event;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.raft.driver.SnapshotPolicy;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What clients hear from a peer whose state is older than what they have seen elsewhere. */
class LaggingPeerTest {
  @Test
  void aWatchThatResumesAtAPeerBehindItSeesNothingTwice() {
    SimCluster cluster = new SimCluster(40);
    Lagging lagging = new Lagging(cluster);
    long seen = lagging.grantAndRelease(5);

    SimCluster.Client client = cluster.client(lagging.peer);
    client.call(Reply.Watching.class, new Request.Watch(null, "", seen + 1));
    cluster.world.heal();
    cluster.world.runMillis(2_000);
    assertThat(client.events(Event.LockChanged.class)).isEmpty();

    long next = lagging.grantAndRelease(1);
    cluster.world.runMillis(500);
    assertThat(client.events(Event.LockChanged.class))
        .extracting(Event.LockChanged::index)
        .containsExactly(next - 1, next);
  }

  @Test
  void aSnapshotFromBeforeTheIndexAskedForResetsNoWatch() {
    SimCluster cluster =
        new SimCluster(
            41,
            settings -> settings.withSnapshots(new SnapshotPolicy(10, 1 << 20, 0, 1 << 10, 2)),
            UnaryOperator.identity());
    Lagging lagging = new Lagging(cluster);
    long seen = lagging.grantAndRelease(30);

    SimCluster.Client client = cluster.client(lagging.peer);
    client.call(Reply.Watching.class, new Request.Watch(null, "", seen + 1));
    cluster.world.heal();
    cluster.world.runMillis(3_000);
    assertThat(lagging.peer.service().metrics().count(PeerCounter.SNAPSHOTS_RESTORED)).isPositive();
    long next = lagging.grantAndRelease(1);
    cluster.world.runMillis(500);
    assertThat(client.events(Event.WatchReset.class)).isEmpty();
    assertThat(client.events(Event.LockChanged.class))
        .extracting(Event.LockChanged::index)
        .containsExactly(next - 1, next);
  }

  /** A follower that is cut off while others go on. */
  private static final class Lagging {
    private final SimCluster.Client client;
    private final SimPeer peer;
    private final long session;
    private long requests;
    private long tokens;

    private Lagging(SimCluster cluster) {
      client = cluster.client(cluster.settledLeader());
      session = client.openSession("a", 60_000);
      peer = cluster.follower();
      cluster.world.isolate(peer.id(), cluster.ids());
    }

    /** Takes a lock and gives it back, some times; returns the index of the last release. */
    private long grantAndRelease(int times) {
      long index = 0;
      for (int i = 0; i < times; i++) {
        Reply.Granted granted =
            client.call(Reply.Granted.class, acquire(session, ++requests, "x", 0));
        tokens = granted.token();
        client.call(Reply.Released.class, release(session, ++requests, "x", tokens));
        index = granted.index() + 1;
      }
      return index;
    }
  }
}
