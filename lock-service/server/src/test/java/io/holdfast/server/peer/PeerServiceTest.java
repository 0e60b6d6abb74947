package io.holdfast.server.peer;

import static io.holdfast.server.peer.SimCluster.acquire;
import static io.holdfast.server.peer.SimCluster.release;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.api.Event;
import io.holdfast.api.Reply;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerServiceTest {
  @Test
  void waitersAtFollowersAreGrantedInTheOrderOfTheQueue() {
    SimCluster cluster = new SimCluster(1);
    List<SimPeer> followers = cluster.followers();
    SimCluster.Client a = cluster.client(followers.get(0));
    SimCluster.Client b = cluster.client(followers.get(1));
    SimCluster.Client c = cluster.client(cluster.leader());
    long sessionA = a.openSession("a", 10_000);
    long sessionB = b.openSession("b", 10_000);
    long sessionC = c.openSession("c", 10_000);

    Reply.Granted first = a.call(Reply.Granted.class, acquire(sessionA, 1, "x", -1));
    Reply.Queued second = b.call(Reply.Queued.class, acquire(sessionB, 1, "x", -1));
    Reply.Queued third = c.call(Reply.Queued.class, acquire(sessionC, 1, "x", -1));

    assertThat(first.token()).isEqualTo(1);
    assertThat(second.position()).isEqualTo(1);
    assertThat(third.position()).isEqualTo(2);
    a.call(Reply.Released.class, release(sessionA, 2, "x", 1));
    Event.Granted toB = b.awaitEvent(Event.Granted.class);
    assertThat(toB.token()).isEqualTo(2);
    assertThat(c.events(Event.Granted.class)).isEmpty();
    b.call(Reply.Released.class, release(sessionB, 2, "x", 2));
    assertThat(c.awaitEvent(Event.Granted.class).token()).isEqualTo(3);
  }
}
