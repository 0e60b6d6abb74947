package io.holdfast.server.peer;

import static io.holdfast.server.peer.SimCluster.acquire;
import static io.holdfast.server.peer.SimCluster.release;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.api.Event;
import io.holdfast.api.Reply;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RidersTest {
  private SimCluster cluster;
  private SimPeer leader;
  private SimCluster.Client holder;
  private SimCluster.Client waiter;
  private long holderSession;
  private long waiterSession;
  private long token;
  private long lastBefore;

  @BeforeEach
  void aLockIsHeld() {
    cluster = new SimCluster(7);
    leader = cluster.settledLeader();
    holder = cluster.client(leader);
    waiter = cluster.client(leader);
    holderSession = holder.openSession("holder", 60_000);
    waiterSession = waiter.openSession("waiter", 60_000);
    token = holder.call(Reply.Granted.class, acquire(holderSession, 1, "x", 0)).token();
    lastBefore = leader.node().status().lastIndex();
  }

  private long entriesSince() {
    return leader.node().status().lastIndex() - lastBefore;
  }

  @Test
  void aRequestThatHasToWaitIsKeptForTheNextProposal() {
    long waiting = waiter.send(acquire(waiterSession, 1, "x", 5_000));
    cluster.world.runMillis(1);
    assertThat(entriesSince()).isZero();

    holder.send(acquire(holderSession, 2, "y", 0));
    cluster.world.runMillis(0);
    assertThat(entriesSince()).isEqualTo(2);
    assertThat(waiter.await(waiting)).isInstanceOf(Reply.Queued.class);
  }

  @Test
  void aRequestThatIsKeptAloneIsProposedSoon() {
    long waiting = waiter.send(acquire(waiterSession, 1, "x", 5_000));
    cluster.world.runMillis(3);
    assertThat(entriesSince()).isEqualTo(1);
    assertThat(waiter.await(waiting)).isInstanceOf(Reply.Queued.class);
  }

  @Test
  void theOrderOfArrivalStaysTheOrderOfTheLog() {
    long waiting = waiter.send(acquire(waiterSession, 1, "x", 5_000));
    holder.call(Reply.Released.class, release(holderSession, 2, "x", token));
    assertThat(waiter.await(waiting)).isInstanceOf(Reply.Queued.class);
    assertThat(waiter.awaitEvent(Event.Granted.class).token()).isEqualTo(token + 1);
  }

  @Test
  void aRequestIsNotKeptWhenItsLockIsFreeAfterAll() {
    holder.send(release(holderSession, 2, "x", token));
    long asking = waiter.send(acquire(waiterSession, 1, "x", 5_000));
    assertThat(waiter.await(asking)).isInstanceOf(Reply.Granted.class);
  }

  @Test
  void aRequestThatDoesNotWantToWaitIsProposedAtOnce() {
    long asking = waiter.send(acquire(waiterSession, 1, "x", 0));
    cluster.world.runMillis(0);
    assertThat(entriesSince()).isEqualTo(1);
    assertThat(waiter.await(asking)).isInstanceOf(Reply.Busy.class);
  }

  @Test
  void whatADeposedLeaderKeptIsOfferedToItsSuccessor() {
    SimCluster.Client other = cluster.client(cluster.follower());
    long otherSession = other.openSession("other", 60_000);
    long waiting = other.send(acquire(otherSession, 1, "x", 5_000));
    cluster.world.runMillis(1);
    cluster.world.isolate(leader.id(), cluster.ids());
    other.await(waiting);
    assertThat(other.persist(acquire(otherSession, 1, "x", 5_000)))
        .isInstanceOf(Reply.Queued.class);
    assertThat(cluster.leader()).isNotEqualTo(leader);
  }
}
