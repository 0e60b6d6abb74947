package io.holdfast.server.peer;

import static io.holdfast.server.peer.SimCluster.acquire;
import static io.holdfast.server.peer.SimCluster.release;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Event;
import io.holdfast.api.ProtocolCodec;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.RequestMessage;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.driver.NodeLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Full mailboxes, full tables, and frames that an honest peer would not send. */
class PeerServiceEdgesTest {
  private static final int TASKS_MAX = 8;

  @Test
  void aForwardedRequestThatNeedsNoLeaderIsRefusedAndTheLeaderGoesOn() {
    SimCluster cluster = new SimCluster(30);
    SimPeer leader = cluster.settledLeader();
    PeerId from = cluster.follower().id();
    List<Request> local =
        List.of(
            new Request.Hello(1, "test", null),
            new Request.Watch("x", null, 0),
            new Request.Unwatch(1),
            new Request.Cluster());
    for (int i = 0; i < local.size(); i++) {
      forward(leader, from, 7, i + 1, local.get(i));
    }
    cluster.world.runMillis(50);

    assertThat(leader.node().status().degradedReason()).isEmpty();
    assertThat(leader.service().metrics().count(PeerCounter.FORWARDED_SERVED)).isEqualTo(4);
    SimCluster.Client client = cluster.client(cluster.follower());
    assertThat(client.openSession("a", 10_000)).isPositive();
    assertThat(cluster.settledLeader()).isSameAs(leader);
    assertThat(errorOf(Refusals.notForwarded(io.holdfast.api.Op.WATCH)))
        .isEqualTo(ErrorCode.INVALID_REQUEST);
  }

  @Test
  void aDoubledFrameOfAPeerThatStillAsksIsNotTakenTwiceHoweverManyOthersAsked() {
    SimCluster cluster = new SimCluster(31);
    SimPeer leader = cluster.settledLeader();
    PeerId from = cluster.follower().id();
    Request read = new Request.GetLock("x", false);
    for (long other = 1; other <= 2L * Forwarder.ASKERS_MAX; other++) {
      forward(leader, from, 7, other, read);
      forward(leader, from, 1_000 + other, 1, read);
    }
    long served = leader.service().metrics().count(PeerCounter.FORWARDED_SERVED);

    forward(leader, from, 7, 1, read);

    assertThat(leader.service().metrics().count(PeerCounter.FORWARDED_SERVED)).isEqualTo(served);
  }

  @Test
  void aClientThatGoesWhileTheMailboxIsFullLeavesNothingBehind() {
    SimCluster cluster =
        new SimCluster(
            32,
            settings ->
                settings.withLimits(
                    new NodeLimits(
                        NodeLimits.DEFAULT.mailboxMessagesMax(),
                        NodeLimits.DEFAULT.mailboxBytesMax(),
                        TASKS_MAX,
                        NodeLimits.DEFAULT.applySliceEntriesMax(),
                        NodeLimits.DEFAULT.commandBytesMax())),
            UnaryOperator.identity());
    SimPeer peer = cluster.follower();
    SimCluster.Client client = cluster.client(peer);
    long session = client.openSession("a", 60_000);
    client.call(Reply.Watching.class, new Request.Watch("x", null, 0));

    // The last requests that still found room come before the departure, and are not left behind.
    for (int i = 0; i < TASKS_MAX; i++) {
      client.send(new Request.Watch("y" + i, null, 0));
    }
    assertThat(peer.node().execute(() -> {})).as("the mailbox has room").isFalse();
    client.close();
    SimCluster.Client late = cluster.client(peer);
    cluster.world.runMillis(200);

    assertThat(peer.service().metrics().gauge(PeerGauge.WATCHES)).isZero();
    SimCluster.Client other = cluster.client(peer);
    other.call(Reply.SessionClosed.class, new Request.CloseSession(session));
    cluster.world.runMillis(50);
    assertThat(client.events(Event.SessionEnded.class)).isEmpty();
    peer.service().beginStop();
    assertThat(late.events(Event.GoingAway.class)).as("heard of though it came then").hasSize(1);
    assertThat(client.events(Event.GoingAway.class)).isEmpty();
  }

  @Test
  void aClientThatGoesAfterMoreRequestsThanATurnTakesLeavesNothingBehind() {
    SimCluster cluster = new SimCluster(34);
    SimPeer peer = cluster.follower();
    SimCluster.Client client = cluster.client(peer);
    for (int i = 0; i < 2_000; i++) {
      client.send(new Request.Watch("y" + i, null, 0));
    }
    client.close();
    cluster.world.runMillis(500);

    assertThat(peer.service().metrics().gauge(PeerGauge.WATCHES)).isZero();
  }

  @Test
  void aDeadClientWithManyLocksIsExpiredInStepsOfBoundedSize() {
    SimCluster cluster = new SimCluster(35);
    SimPeer leader = cluster.settledLeader();
    SimCluster.Client client = cluster.client(leader);
    int sessions = 10;
    int locksEach = LeaderDesk.EXPIRY_ENDS_MAX / 4;
    List<Long> opened = new ArrayList<>();
    for (int i = 0; i < sessions; i++) {
      long session = client.openSession("s" + i, 5_000);
      opened.add(session);
      for (int lock = 1; lock <= locksEach; lock++) {
        client.send(acquire(session, lock, "l" + i + "/" + lock, 0));
      }
    }
    cluster.world.runMillis(1_000);
    assertThat(leader.machine().counts().holds()).isEqualTo(sessions * locksEach);
    opened.forEach(session -> client.send(new Request.KeepAlive(session)));
    cluster.world.runMillis(100);
    long proposals = leader.service().metrics().count(PeerCounter.PROPOSALS);
    cluster.world.runMillis(10_000);

    assertThat(leader.machine().counts().holds()).isZero();
    assertThat(leader.service().metrics().count(PeerCounter.PROPOSALS) - proposals)
        .as("four sessions reach the bound")
        .isEqualTo(3);
  }

  @Test
  void aWaitWhoseEndCouldNotBeToldIsRefusedBeforeItBegins() {
    PeerServiceSettings.Bounds bounds =
        new PeerServiceSettings.Bounds(100, 100, 100, 1, 100, 10, 5);
    SimCluster cluster =
        new SimCluster(33, UnaryOperator.identity(), settings -> settings.withBounds(bounds));
    SimPeer peer = cluster.follower();
    SimCluster.Client holder = cluster.client(cluster.leader());
    SimCluster.Client attached = cluster.client(peer);
    SimCluster.Client stranger = cluster.client(peer);
    long holding = holder.openSession("h", 60_000);
    long waiting = attached.openSession("w", 60_000);
    holder.call(Reply.Granted.class, acquire(holding, 1, "x", 0));
    stranger.call(Reply.Queued.class, acquire(waiting, 1, "x", -1));

    Reply refused = stranger.call(acquire(waiting, 2, "y", -1));
    Reply tried = stranger.call(acquire(waiting, 3, "x", 0));
    Reply again = stranger.call(acquire(waiting, 1, "x", -1));
    holder.call(Reply.Granted.class, acquire(holding, 2, "z", 0));
    Reply bySession = attached.call(acquire(waiting, 4, "z", -1));

    assertThat(errorOf(refused)).isEqualTo(ErrorCode.LIMIT_EXCEEDED);
    assertThat(errorOf(refused).definite()).isTrue();
    assertThat(cluster.leader().machine().lock(io.holdfast.locks.LockName.of("y"))).isEmpty();
    assertThat(tried).as("a try waits for nothing").isInstanceOf(Reply.Busy.class);
    assertThat(again).as("a wait that is known already").isInstanceOf(Reply.Queued.class);
    assertThat(bySession).isInstanceOf(Reply.Queued.class);
    holder.call(Reply.Released.class, release(holding, 3, "z", 1));
    assertThat(attached.awaitEvent(Event.Granted.class).lock()).isEqualTo("z");
    holder.call(Reply.Released.class, release(holding, 4, "x", 1));
    assertThat(stranger.awaitEvent(Event.Granted.class).lock()).isEqualTo("x");
  }

  @Test
  void aRequestThatIsNoLongerRememberedIsNotCalledDefinitelyNotDone() {
    SimCluster cluster = new SimCluster(34);
    SimCluster.Client client = cluster.client(cluster.follower());
    long session = client.openSession("a", 60_000);
    client.call(Reply.Granted.class, acquire(session, 1, "x", 0));
    Request later =
        new Request.Acquire(
            session,
            0,
            new io.holdfast.api.RequestId.Sequence(3, 3),
            "y",
            "main",
            io.holdfast.api.LockMode.EXCLUSIVE,
            0,
            0,
            0);
    client.call(Reply.Granted.class, later);

    Reply tooOld = client.call(acquire(session, 1, "x", 0));

    assertThat(errorOf(tooOld)).isEqualTo(ErrorCode.REQUEST_TOO_OLD);
    assertThat(errorOf(tooOld).definite()).isFalse();
    Request shared =
        new Request.Acquire(
            session,
            0,
            io.holdfast.api.RequestId.of(4),
            "x",
            "main",
            io.holdfast.api.LockMode.SHARED,
            0,
            0,
            0);
    assertThat(errorOf(client.call(shared))).isEqualTo(ErrorCode.HELD_OTHERWISE);
  }

  private static void forward(
      SimPeer leader, PeerId from, long life, long correlation, Request request) {
    byte[] bytes = ProtocolCodec.encodeRequest(new RequestMessage(correlation, request));
    ForwardFrame.Ask ask = new ForwardFrame.Ask(correlation, null, bytes);
    long term = leader.node().status().term();
    byte[] frame = ForwardCodec.encode(new ForwardFrame.Requests(life, term, List.of(ask)));
    leader.service().listener().applicationMessage(from, frame);
  }

  private static ErrorCode errorOf(Reply reply) {
    return ((Reply.Failed) reply).error();
  }
}
