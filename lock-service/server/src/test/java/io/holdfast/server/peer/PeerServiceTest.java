package io.holdfast.server.peer;

import static io.holdfast.server.peer.SimCluster.acquire;
import static io.holdfast.server.peer.SimCluster.release;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Event;
import io.holdfast.api.LockMode;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.RequestId;
import io.holdfast.raft.PeerId;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
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
    List.of(a, b, c).forEach(SimCluster.Client::check);
  }

  @Test
  @DisplayName("S151 S152 a retry after the leader crashed takes effect once")
  void aRetryAfterTheLeaderCrashedTakesEffectOnce() {
    for (int seed = 0; seed < 20; seed++) {
      SimCluster cluster = new SimCluster(seed);
      SimPeer leader = cluster.settledLeader();
      SimCluster.Client client = cluster.client(cluster.follower());
      long session = client.openSession("a", 60_000);

      long id = client.send(acquire(session, 1, "x", 0));
      cluster.world.runMillis(seed % 4);
      leader.crash();
      client.await(id);
      Reply reply = client.persist(acquire(session, 1, "x", 0));

      assertThat(((Reply.Granted) reply).token()).isEqualTo(1);
      assertThat(client.persist(release(session, 2, "x", 1))).isInstanceOf(Reply.Released.class);
      Reply.Granted next = client.call(Reply.Granted.class, acquire(session, 3, "x", 0));
      assertThat(next.token()).as("tokens are dense").isEqualTo(2);
    }
  }

  @Test
  @DisplayName("S038 S163 a leader cut off from the majority acknowledges no keep-alive")
  void aKeepAliveIsNotAcknowledgedByALeaderCutOffFromTheMajority() {
    SimCluster cluster = new SimCluster(3);
    SimPeer leader = cluster.settledLeader();
    SimCluster.Client client = cluster.client(leader);
    long session = client.openSession("a", 10_000);
    client.call(Reply.KeptAlive.class, new Request.KeepAlive(session));

    cluster.world.isolate(leader.id(), cluster.ids());
    Reply reply = client.call(new Request.KeepAlive(session));

    assertThat(reply)
        .isInstanceOfSatisfying(
            Reply.Failed.class,
            failed -> assertThat(failed.error()).isEqualTo(ErrorCode.NO_LEADER));
  }

  @Test
  @DisplayName("S163 a deposed leader cannot expire a session")
  void deposedLeaderCannotExpireASession() {
    int proposedInVain = 0;
    for (int seed = 0; seed < 10; seed++) {
      SimCluster cluster = new SimCluster(seed);
      SimPeer deposed = cluster.settledLeader();
      SimCluster.Client client = cluster.client(cluster.follower());
      long session = client.openSession("a", 1_000);
      cluster.world.runMillis(850);
      long proposals = deposed.service().metrics().count(PeerCounter.PROPOSALS);
      cluster.world.isolate(deposed.id(), cluster.ids());
      cluster.world.runMillis(200);
      if (deposed.service().metrics().count(PeerCounter.PROPOSALS) > proposals) {
        proposedInVain++;
      }

      for (int i = 0; i < 15; i++) {
        Reply reply = client.call(new Request.KeepAlive(session));
        boolean retry =
            reply instanceof Reply.Failed failed && failed.error() == ErrorCode.NO_LEADER;
        assertThat(retry || reply instanceof Reply.KeptAlive).as("%s", reply).isTrue();
        cluster.world.runMillis(200);
        if (i == 8) {
          cluster.world.heal();
        }
      }
      assertThat(deposed.machine().session(session)).isPresent();
      assertThat(client.events(Event.SessionEnded.class)).isEmpty();
    }
    assertThat(proposedInVain).as("schedules in which the deposed leader judged").isPositive();
  }

  @Test
  @DisplayName("S164 a new leader gives every session its full TTL")
  void aNewLeaderGivesEverySessionItsFullTtl() {
    SimCluster cluster = new SimCluster(5);
    SimPeer first = cluster.settledLeader();
    SimCluster.Client client = cluster.client(cluster.follower());
    long session = client.openSession("a", 2_000);
    cluster.world.runMillis(1_800);

    first.crash();
    SimPeer second = cluster.leader();
    long readyAt = cluster.world.now();
    Event.SessionEnded ended = client.awaitEvent(Event.SessionEnded.class);

    assertThat(ended.session()).isEqualTo(session);
    assertThat(ended.reason()).isEqualTo(Event.SessionEnd.EXPIRED);
    assertThat(cluster.world.now() - readyAt).isBetween(1_999_000_000L, 2_200_000_000L);
    assertThat(second.machine().session(session)).isEmpty();
  }

  @Test
  void aPauseOfTheWholeClusterEndsNoSession() {
    SimCluster cluster = new SimCluster(6);
    SimCluster.Client client = cluster.client(cluster.follower());
    long session = client.openSession("a", 1_000);
    cluster.world.runMillis(300);

    cluster.peers().forEach(peer -> peer.pauseMillis(30_000));
    cluster.world.runMillis(30_001);
    Reply reply = client.call(new Request.KeepAlive(session));

    assertThat(reply).isInstanceOf(Reply.KeptAlive.class);
  }

  @Test
  void aWaitEndsWhenItsTimeIsOverEvenIfTheLeaderChanges() {
    SimCluster cluster = new SimCluster(7);
    SimCluster.Client holder = cluster.client(cluster.follower());
    SimCluster.Client waiter = cluster.client(cluster.follower());
    long holding = holder.openSession("h", 60_000);
    long waiting = waiter.openSession("w", 60_000);
    holder.call(Reply.Granted.class, acquire(holding, 1, "x", 0));
    long start = cluster.world.now();
    waiter.call(Reply.Queued.class, acquire(waiting, 1, "x", 500));

    Event.WaitEnded ended = waiter.awaitEvent(Event.WaitEnded.class);
    assertThat(ended.reason()).isEqualTo(Event.WaitEnd.TIMEOUT);
    assertThat(cluster.world.now() - start).isBetween(500_000_000L, 700_000_000L);
    assertThat(waiter.call(acquire(waiting, 1, "x", 500))).isInstanceOf(Reply.Busy.class);

    waiter.call(Reply.Queued.class, acquire(waiting, 2, "x", 800));
    cluster.world.runMillis(300);
    cluster.leader().crash();
    cluster.leader();
    long readyAt = cluster.world.now();
    assertThat(
            cluster.world.runUntil(() -> waiter.events(Event.WaitEnded.class).size() == 2, 5_000))
        .isTrue();
    assertThat(cluster.world.now() - readyAt)
        .as("the new leader gives the wait its whole time")
        .isBetween(795_000_000L, 1_000_000_000L);
  }

  @Test
  @DisplayName("S156 without a leader a request is held and then refused for certain")
  void withoutALeaderARequestIsHeldAndThenRefusedForCertain() {
    SimCluster cluster = new SimCluster(8);
    SimCluster.Client client = cluster.client(cluster.settledLeader());
    long session = client.openSession("a", 60_000);
    cluster.ids().forEach(id -> cluster.world.isolate(id, cluster.ids()));
    cluster.world.runMillis(2_000);

    long start = cluster.world.now();
    Reply reply = client.call(acquire(session, 1, "x", 0));

    assertThat(reply)
        .isInstanceOfSatisfying(
            Reply.Failed.class,
            failed -> assertThat(failed.error()).isEqualTo(ErrorCode.NO_LEADER));
    assertThat(cluster.world.now() - start).isBetween(1_190_000_000L, 1_300_000_000L);
    cluster.world.heal();
    cluster.settledLeader();
    assertThat(client.call(new Request.GetLock("x", false)))
        .isInstanceOfSatisfying(Reply.LockState.class, state -> assertThat(state.token()).isZero());
  }

  @Test
  void aRequestThatArrivesDuringAnElectionIsServedAfterIt() {
    SimCluster cluster = new SimCluster(9);
    SimPeer leader = cluster.settledLeader();
    SimCluster.Client client = cluster.client(cluster.follower());
    long session = client.openSession("a", 60_000);
    leader.crash();
    cluster.world.runUntil(() -> client.peer().node().status().leader().isEmpty(), 5_000);

    assertThat(client.call(acquire(session, 1, "x", 0))).isInstanceOf(Reply.Granted.class);
  }

  @Test
  @DisplayName("S156 a forwarded request without an answer has an unknown outcome")
  void aForwardedRequestWithoutAnAnswerHasAnUnknownOutcome() {
    SimCluster cluster = new SimCluster(10);
    SimPeer leader = cluster.settledLeader();
    SimCluster.Client client = cluster.client(cluster.follower());
    long session = client.openSession("a", 60_000);

    long id = client.send(acquire(session, 1, "x", 0));
    cluster.world.runUntil(
        () -> client.peer().service().metrics().count(PeerCounter.FORWARDED) >= 2, 1_000);
    cluster.world.cut(leader.id(), client.peer().id());
    Reply reply = client.await(id);

    assertThat(reply)
        .isInstanceOfSatisfying(
            Reply.Failed.class,
            failed -> {
              assertThat(failed.error()).isEqualTo(ErrorCode.OUTCOME_UNKNOWN);
              assertThat(failed.message()).contains("same requestId");
            });
  }

  @Test
  void aWatchResumesInsideTheWindowAndIsToldToReadAgainOutsideOfIt() {
    SimCluster cluster =
        new SimCluster(
            11,
            UnaryOperator.identity(),
            settings -> settings.withWindow(new PeerServiceSettings.Window(8, 1 << 20)));
    SimCluster.Client client = cluster.client(cluster.follower());
    long session = client.openSession("a", 60_000);
    Reply.Granted granted = client.call(Reply.Granted.class, acquire(session, 1, "jobs/a", 0));
    client.call(Reply.Granted.class, acquire(session, 2, "other", 0));
    cluster.world.runMillis(100);

    Reply.Watching watching =
        client.call(Reply.Watching.class, new Request.Watch(null, "jobs/", granted.index()));
    client.call(Reply.Released.class, release(session, 3, "jobs/a", 1));
    cluster.world.runMillis(100);

    assertThat(watching.reread()).isFalse();
    assertThat(client.events(Event.LockChanged.class))
        .extracting(Event.LockChanged::change)
        .containsExactly(Event.Change.GRANTED, Event.Change.RELEASED);
    for (int i = 0; i < 10; i++) {
      client.call(Reply.Granted.class, acquire(session, 10 + 2 * i, "noise", 0));
      client.call(Reply.Released.class, release(session, 11 + 2 * i, "noise", i + 1));
    }
    cluster.world.runMillis(100);
    Reply.Watching late =
        client.call(Reply.Watching.class, new Request.Watch(null, "jobs/", granted.index()));
    assertThat(late.reread()).isTrue();
  }

  @Test
  void aSlowWatcherIsToldThatEventsWereLost() {
    SimCluster cluster =
        new SimCluster(
            12,
            UnaryOperator.identity(),
            settings -> settings.withWindow(new PeerServiceSettings.Window(8, 1 << 20)));
    SimPeer peer = cluster.follower();
    SimCluster.Client slow = cluster.client(peer);
    SimCluster.Client busy = cluster.client(peer);
    long session = busy.openSession("a", 60_000);
    slow.call(Reply.Watching.class, new Request.Watch("x", null, 0));
    busy.call(Reply.Granted.class, acquire(session, 1, "x", 0));
    cluster.world.runMillis(100);
    assertThat(slow.events(Event.LockChanged.class)).hasSize(1);

    slow.setReady(false);
    busy.call(Reply.Released.class, release(session, 2, "x", 1));
    cluster.world.runMillis(100);
    assertThat(slow.events(Event.LockChanged.class)).as("stands still").hasSize(1);
    slow.setReady(true);
    cluster.world.runMillis(100);
    assertThat(slow.events(Event.LockChanged.class)).as("goes on").hasSize(2);

    slow.setReady(false);
    for (int i = 0; i < 10; i++) {
      busy.call(Reply.Granted.class, acquire(session, 10 + 2 * i, "x", 0));
      busy.call(Reply.Released.class, release(session, 11 + 2 * i, "x", i + 2));
    }
    cluster.world.runMillis(100);
    slow.setReady(true);
    cluster.world.runMillis(100);

    assertThat(slow.events(Event.WatchReset.class)).hasSize(1);
    assertThat(slow.events(Event.LockChanged.class)).hasSize(2);
    busy.call(Reply.Granted.class, acquire(session, 90, "x", 0));
    cluster.world.runMillis(100);
    assertThat(slow.events(Event.LockChanged.class)).hasSize(3);
  }

  @Test
  void theEndOfASessionIsPushedToWhoeverIsAttached() {
    SimCluster cluster = new SimCluster(13);
    SimPeer peer = cluster.follower();
    SimCluster.Client opener = cluster.client(peer);
    SimCluster.Client attacher = cluster.client(peer);
    long session = opener.openSession("a", 1_000);
    attacher.call(Reply.Attached.class, new Request.Attach(session));

    Event.SessionEnded ended = attacher.awaitEvent(Event.SessionEnded.class);

    assertThat(ended).isEqualTo(new Event.SessionEnded(session, Event.SessionEnd.EXPIRED));
    assertThat(opener.events(Event.SessionEnded.class)).as("attached no more").isEmpty();
    assertThat(attacher.call(new Request.Attach(session)))
        .isInstanceOfSatisfying(
            Reply.Failed.class,
            failed -> assertThat(failed.error()).isEqualTo(ErrorCode.SESSION_EXPIRED));
    assertThat(attacher.call(new Request.KeepAlive(session)))
        .isInstanceOfSatisfying(
            Reply.Failed.class,
            failed -> assertThat(failed.error()).isEqualTo(ErrorCode.SESSION_EXPIRED));
  }

  @Test
  void aWaiterThatReconnectsElsewhereIsGrantedThere() {
    SimCluster cluster = new SimCluster(14);
    List<SimPeer> followers = cluster.followers();
    SimCluster.Client holder = cluster.client(cluster.leader());
    SimCluster.Client first = cluster.client(followers.get(0));
    long holding = holder.openSession("h", 60_000);
    long waiting = first.openSession("w", 60_000);
    holder.call(Reply.Granted.class, acquire(holding, 1, "x", 0));
    first.call(Reply.Queued.class, acquire(waiting, 1, "x", -1));
    first.close();

    SimCluster.Client second = cluster.client(followers.get(1));
    second.call(Reply.Queued.class, acquire(waiting, 1, "x", -1));
    holder.call(Reply.Released.class, release(holding, 2, "x", 1));

    assertThat(second.awaitEvent(Event.Granted.class).token()).isEqualTo(2);
    assertThat(first.events(Event.Granted.class)).isEmpty();
    assertThat(second.call(Reply.Granted.class, acquire(waiting, 1, "x", -1)).token()).isEqualTo(2);
  }

  @Test
  void aGrantThatIsAppliedBeforeTheAnswerQueuedArrivesIsTold() {
    int overtaken = 0;
    for (int seed = 0; seed < 30; seed++) {
      SimCluster cluster = new SimCluster(seed);
      SimPeer leader = cluster.settledLeader();
      SimCluster.Client holder = cluster.client(leader);
      SimCluster.Client waiter = cluster.client(cluster.follower());
      long holding = holder.openSession("h", 60_000);
      long waiting = waiter.openSession("w", 60_000);
      holder.call(Reply.Granted.class, acquire(holding, 1, "x", 0));
      cluster.world.unreliable(0, 0, 0.4);

      long id = waiter.send(acquire(waiting, 1, "x", -1));
      cluster.world.runUntil(() -> leader.machine().counts().waits() == 1, 5_000);
      holder.send(release(holding, 2, "x", 1));
      long waits = waiter.peer().service().metrics().count(PeerCounter.GRANTS);
      cluster.world.runUntil(
          () -> waiter.peer().service().metrics().count(PeerCounter.GRANTS) > waits, 5_000);
      if (waiter.answerTo(id).isEmpty()) {
        overtaken++;
        assertThat(waiter.events(Event.Granted.class)).as("before the answer").isEmpty();
      }

      assertThat(waiter.await(id)).isInstanceOf(Reply.Queued.class);
      assertThat(waiter.awaitEvent(Event.Granted.class).token()).isEqualTo(2);
      cluster.world.runMillis(100);
      assertThat(waiter.events(Event.Granted.class)).hasSize(1);
      waiter.check();
    }
    assertThat(overtaken).as("schedules in which the grant came first").isPositive();
  }

  @Test
  void anAcquireWithoutASessionOpensOneAndARetryFindsIt() {
    SimCluster cluster = new SimCluster(15);
    SimCluster.Client client = cluster.client(cluster.follower());
    Request ask =
        new Request.Acquire(
            0, 5_000, RequestId.of("deploy-17"), "x", "main", LockMode.EXCLUSIVE, 0, 0, 0);

    Reply.Granted first = client.call(Reply.Granted.class, ask);
    Reply.Granted again = client.call(Reply.Granted.class, ask);

    assertThat(again).isEqualTo(first);
    assertThat(first.session()).isPositive();
    assertThat(cluster.leader().machine().counts().sessions()).isEqualTo(1);
  }

  @Test
  void aSessionBelongsToThePrincipalThatOpenedIt() {
    SimCluster cluster = new SimCluster(16);
    SimCluster.Client client = cluster.client(cluster.follower());
    long session = client.openSession("a", 10_000);

    for (Request request :
        List.of(
            new Request.KeepAlive(session),
            new Request.Attach(session),
            new Request.CloseSession(session),
            acquire(session, 1, "x", 0))) {
      long id = client.sendAs("somebody-else", request);
      assertThat(client.await(id))
          .isInstanceOfSatisfying(
              Reply.Failed.class,
              failed -> assertThat(failed.error()).isEqualTo(ErrorCode.FORBIDDEN));
    }
  }

  @Test
  void aTtlOutOfRangeIsRefusedWithItsBounds() {
    SimCluster cluster = new SimCluster(17);
    SimCluster.Client client = cluster.client(cluster.follower());

    assertThat(client.call(new Request.OpenSession("a", 500, "")))
        .isInstanceOfSatisfying(
            Reply.Failed.class,
            failed -> {
              assertThat(failed.error()).isEqualTo(ErrorCode.INVALID_REQUEST);
              assertThat(failed.field()).isEqualTo("ttlMillis");
              assertThat(failed.message()).contains("500", "1000", "86400000");
            });
  }

  @Test
  @DisplayName("S157 S171 a stop answers every request")
  void aStopAnswersEveryRequest() {
    SimCluster cluster = new SimCluster(18);
    SimPeer leader = cluster.settledLeader();
    SimCluster.Client client = cluster.client(leader);
    long session = client.openSession("a", 60_000);
    cluster.world.isolate(leader.id(), cluster.ids());
    for (int i = 1; i <= 100; i++) {
      client.send(acquire(session, i, "x" + i, 0));
    }
    client.send(new Request.GetLock("x", false));
    cluster.world.runMillis(1);

    leader.service().beginStop();
    client.send(acquire(session, 101, "y", 0));
    cluster.world.runMillis(5);
    leader.service().abandonCalls("the peer stopped");

    assertThat(client.unanswered()).isZero();
    assertThat(client.events(Event.GoingAway.class)).hasSize(1);
    assertThat(client.answerTo(2).map(PeerServiceTest::errorOf))
        .contains(ErrorCode.OUTCOME_UNKNOWN);
    assertThat(client.answerTo(102).map(PeerServiceTest::errorOf)).contains(ErrorCode.UNAVAILABLE);
    assertThat(client.answerTo(103).map(PeerServiceTest::errorOf)).contains(ErrorCode.UNAVAILABLE);
    client.check();
  }

  @Test
  @DisplayName("S169 more requests than the peer may keep are refused for certain")
  void moreRequestsThanThePeerMayKeepAreRefusedForCertain() {
    SimCluster cluster =
        new SimCluster(
            19,
            UnaryOperator.identity(),
            settings ->
                settings.withBounds(new PeerServiceSettings.Bounds(10, 5, 8, 10, 10, 10, 5)));
    SimCluster.Client client = cluster.client(cluster.follower());
    long session = client.openSession("a", 60_000);
    for (int i = 1; i <= 40; i++) {
      client.send(acquire(session, i, "x" + i, 0));
    }

    cluster.world.runMillis(3_000);

    assertThat(client.unanswered()).isZero();
    for (long id = 2; id <= 41; id++) {
      Optional<Reply> reply = client.answerTo(id);
      assertThat(reply.orElseThrow())
          .satisfiesAnyOf(
              granted -> assertThat(granted).isInstanceOf(Reply.Granted.class),
              refused -> assertThat(errorOf(refused)).isEqualTo(ErrorCode.OVERLOADED));
    }
    assertThat(client.answerTo(2)).containsInstanceOf(Reply.Granted.class);
  }

  @Test
  void clientsAreToldWhoLeads() {
    SimCluster cluster = new SimCluster(20);
    SimPeer leader = cluster.settledLeader();
    SimCluster.Client client = cluster.client(cluster.follower());
    Reply.Welcome welcome = client.call(Reply.Welcome.class, new Request.Hello(1, "test", null));
    assertThat(welcome.leader()).isNotNull();
    assertThat(welcome.leader().peer()).isEqualTo(leader.id().toString());

    leader.crash();
    SimPeer next = cluster.settledLeader();
    cluster.world.runMillis(10);

    List<Event.LeaderChanged> changes = client.events(Event.LeaderChanged.class);
    Event.LeaderChanged last = changes.get(changes.size() - 1);
    assertThat(last.leader()).isNotNull();
    assertThat(last.leader().peer()).isEqualTo(next.id().toString());
    assertThat(last.leader().clientAddress()).isEqualTo("host-" + next.id().value() + ":7070");
    Reply.ClusterState state = client.call(Reply.ClusterState.class, new Request.Cluster());
    assertThat(state.peers()).hasSize(3);
    assertThat(state.leader()).isEqualTo(last.leader());
  }

  @Test
  @DisplayName("S172 bytes that are no frame are counted and dropped")
  void bytesThatAreNoFrameAreCountedAndDropped() {
    SimCluster cluster = new SimCluster(21);
    SimPeer leader = cluster.settledLeader();
    PeerId from = cluster.follower().id();
    for (int i = 0; i < 1_000; i++) {
      byte[] bytes = new byte[cluster.world.random().nextInt(60)];
      cluster.world.random().nextBytes(bytes);
      leader.service().listener().applicationMessage(from, bytes);
    }

    assertThat(leader.service().metrics().count(PeerCounter.FORWARD_FRAMES_REFUSED))
        .isEqualTo(1_000);
    SimCluster.Client client = cluster.client(cluster.follower());
    assertThat(client.openSession("a", 10_000)).isPositive();
  }

  private static ErrorCode errorOf(Reply reply) {
    return ((Reply.Failed) reply).error();
  }
}
