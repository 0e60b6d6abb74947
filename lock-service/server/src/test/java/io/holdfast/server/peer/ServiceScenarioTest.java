package io.holdfast.server.peer;

import static io.holdfast.server.peer.SimCluster.acquire;
import static io.holdfast.server.peer.SimCluster.release;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Event;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.RequestMessage;
import io.holdfast.locks.LockName;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.driver.NodeLimits;
import io.holdfast.raft.driver.SnapshotPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Scenarios of the service on top of consensus, in virtual time, each with its number. */
class ServiceScenarioTest {
  private static final long MILLI = 1_000_000L;

  @Test
  @DisplayName("S156 after a definite refusal the request has never taken effect, nor ever does")
  void definiteRefusalsAreDefinite() {
    int refused = 0;
    int unknown = 0;
    for (int seed = 0; seed < 30; seed++) {
      SimCluster cluster = new SimCluster(seed);
      SimCluster.Client client = cluster.client(cluster.follower());
      long session = client.openSession("a", 60_000);
      cluster.world.unreliable(0.2, 0.1, 0.1);
      Map<Long, String> asked = new HashMap<>();
      for (int i = 1; i <= 40; i++) {
        asked.put(client.send(acquire(session, i, "x" + i, 0)), "x" + i);
        cluster.world.runMillis(cluster.world.random().nextInt(20));
        if (i == 15) {
          PeerId cut = seed % 2 == 0 ? client.peer().id() : cluster.leader().id();
          cluster.world.isolate(cut, cluster.ids());
        } else if (i == 22) {
          cluster.world.runMillis(1_000);
        } else if (i == 30) {
          cluster.world.runMillis(2_000);
          cluster.world.heal();
        }
      }
      cluster.world.runMillis(8_000);
      cluster.world.unreliable(0, 0, 0);
      SimPeer leader = cluster.settledLeader();
      assertThat(client.unanswered()).isZero();
      for (Map.Entry<Long, String> request : asked.entrySet()) {
        Reply reply = client.answerTo(request.getKey()).orElseThrow();
        boolean held = leader.machine().lock(LockName.of(request.getValue())).isPresent();
        if (reply instanceof Reply.Granted) {
          assertThat(held).as("seed %s, %s", seed, request.getValue()).isTrue();
        } else if (errorOf(reply).definite()) {
          refused++;
          assertThat(held).as("seed %s, %s: %s", seed, request.getValue(), reply).isFalse();
        } else {
          unknown++;
        }
      }
    }
    assertThat(refused).as("definite refusals").isPositive();
    assertThat(unknown).as("unknown outcomes").isPositive();
  }

  @Test
  @DisplayName("S157 increments: ten in a row, fifty at once, past a leader, past a restart")
  void incrementsOfOneLock() {
    SimCluster cluster = new SimCluster(157);
    SimCluster.Client client = cluster.client(cluster.follower());
    Counter counter = new Counter(client.openSession("a", 86_000_000));
    for (int i = 1; i <= 10; i++) {
      assertThat(counter.increment(client)).isEqualTo(i);
    }

    atOnce(cluster, 50);
    assertThat(counter.increment(client)).isEqualTo(61);

    cluster.settledLeader().crash();
    SimCluster.Client other =
        cluster.client(cluster.peers().stream().filter(SimPeer::isUp).findFirst().orElseThrow());
    assertThat(counter.increment(other)).isEqualTo(62);
    cluster.peers().stream().filter(peer -> !peer.isUp()).forEach(SimPeer::start);
    for (int i = 63; i <= 100; i++) {
      assertThat(counter.increment(other)).isEqualTo(i);
    }
    cluster.peers().forEach(SimPeer::crash);
    cluster.peers().forEach(SimPeer::start);
    assertThat(counter.increment(cluster.client(cluster.follower()))).isEqualTo(101);
  }

  /** So many clients take and give back the lock, each as soon as it has it. */
  private static void atOnce(SimCluster cluster, int count) {
    List<SimCluster.Client> clients = new ArrayList<>();
    List<Long> sessions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      SimCluster.Client client = cluster.client(cluster.peers().get(i % 3));
      clients.add(client);
      sessions.add(client.openSession("one of many " + i, 86_000_000));
    }
    List<Long> asked = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      asked.add(clients.get(i).send(acquire(sessions.get(i), 1, "counter", -1)));
    }
    for (int given = 0; given < count; given++) {
      int[] holder = {-1};
      boolean found =
          cluster.world.runUntil(
              () -> {
                for (int i = 0; i < count && holder[0] < 0; i++) {
                  if (asked.get(i) != 0 && tokenOf(clients.get(i), asked.get(i)) != 0) {
                    holder[0] = i;
                  }
                }
                return holder[0] >= 0;
              },
              10_000);
      assertThat(found).as("grant %s", given).isTrue();
      SimCluster.Client client = clients.get(holder[0]);
      long token = tokenOf(client, asked.get(holder[0]));
      asked.set(holder[0], 0L);
      client.call(Reply.Released.class, release(sessions.get(holder[0]), 2, "counter", token));
    }
  }

  private static long tokenOf(SimCluster.Client client, long id) {
    if (client.answerTo(id).orElse(null) instanceof Reply.Granted granted) {
      return granted.token();
    }
    List<Event.Granted> events = client.events(Event.Granted.class);
    return events.isEmpty() ? 0 : events.get(0).token();
  }

  @Test
  @DisplayName("S157 a leader without a majority answers a hundred requests, and none takes effect")
  void requestsIntoAMinority() {
    for (int seed = 0; seed < 5; seed++) {
      SimCluster cluster = new SimCluster(seed);
      SimPeer leader = cluster.settledLeader();
      SimCluster.Client client = cluster.client(leader);
      long session = client.openSession("a", 86_000_000);
      cluster.world.isolate(leader.id(), cluster.ids());
      List<Long> asked = new ArrayList<>();
      for (int i = 1; i <= 100; i++) {
        asked.add(client.send(acquire(session, i, "minority/" + i, 0)));
      }
      cluster.world.runMillis(6_000);
      cluster.world.heal();
      cluster.world.runMillis(1_000);

      assertThat(client.unanswered()).as("all return within a second of the heal").isZero();
      for (long id : asked) {
        assertThat(client.answerTo(id)).containsInstanceOf(Reply.Failed.class);
      }
      SimPeer next = cluster.settledLeader();
      cluster.world.runMillis(500);
      assertThat(next.machine().locks("minority/", "", 1_000)).isEmpty();
      assertThat(leader.machine().locks("minority/", "", 1_000)).isEmpty();
    }
  }

  @Test
  @DisplayName("S157 S158 the log stays within twice the bound that snapshots are taken at")
  void logStaysShort() {
    SnapshotPolicy policy = new SnapshotPolicy(100, 4_000, 10, 1 << 10, 2);
    SimCluster cluster =
        new SimCluster(158, settings -> settings.withSnapshots(policy), UnaryOperator.identity());
    SimCluster.Client client = cluster.client(cluster.follower());
    Counter counter = new Counter(client.openSession("a", 86_000_000));
    for (int i = 1; i <= 400; i++) {
      assertThat(counter.increment(client)).isEqualTo(i);
      for (SimPeer peer : cluster.peers()) {
        long kept = peer.node().status().lastIndex() - peer.node().status().snapshotIndex();
        assertThat(kept).as("entries behind the snapshot of %s", peer.id()).isLessThan(200);
      }
    }
    SimPeer peer = cluster.follower();
    peer.crash();
    peer.start();
    assertThat(counter.increment(cluster.client(cluster.settledLeader()))).isEqualTo(401);
  }

  @Test
  @DisplayName("S158 a thousand writes in a row take at most 33.3 ms each")
  void writesInARow() {
    SimCluster cluster = new SimCluster(159);
    SimCluster.Client client = cluster.client(cluster.follower());
    Counter counter = new Counter(client.openSession("a", 86_000_000));
    long start = cluster.world.now();
    for (int i = 1; i <= 500; i++) {
      assertThat(counter.increment(client)).isEqualTo(i);
    }
    assertThat(cluster.world.now() - start).isLessThan(1_000 * 33_300_000L);
  }

  @Test
  @DisplayName("S158 in a minority nothing is done; within 3 s of the heal everything is")
  void minorityWaitsForTheHeal() {
    for (int seed = 0; seed < 10; seed++) {
      SimCluster cluster = new SimCluster(seed);
      SimPeer follower = cluster.follower();
      SimCluster.Client client = cluster.client(follower);
      Counter counter = new Counter(client.openSession("a", 86_000_000));
      assertThat(counter.increment(client)).isEqualTo(1);
      cluster.world.isolate(follower.id(), cluster.ids());
      long id = client.send(acquire(counter.session, 99, "other", 0));
      cluster.world.runMillis(1_000);
      assertThat(client.answerTo(id).filter(Reply.Granted.class::isInstance)).isEmpty();

      cluster.world.heal();
      long healed = cluster.world.now();
      assertThat(counter.increment(client)).isEqualTo(2);
      assertThat(cluster.world.now() - healed).isLessThan(3_000 * MILLI);
    }
  }

  @Test
  @DisplayName(
      "S159 S158 one and ten clients, reliable and lossy, cut anew each second: one holder")
  void neverTwoHolders() {
    int grants = 0;
    for (int clients : new int[] {1, 10}) {
      for (double loss : new double[] {0, 0.1}) {
        SimCluster cluster = new SimCluster(1_590 + clients);
        cluster.settledLeader();
        cluster.world.unreliable(loss, loss / 2, loss);
        SoakRecord record = new SoakRecord(cluster);
        List<SoakClient> all = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
          SoakClient client = new SoakClient(cluster, record, "c" + i, 2_000);
          all.add(client);
          record.add(client);
        }
        for (int round = 0; round < 8; round++) {
          cluster.world.heal();
          if (round % 2 == 1) {
            PeerId cut = cluster.ids().get(cluster.world.random().nextInt(3));
            cluster.world.isolate(cut, cluster.ids());
          }
          runAndLook(cluster, record, 1_000 + cluster.world.random().nextInt(200));
        }
        cluster.world.heal();
        cluster.world.unreliable(0, 0, 0);
        all.forEach(SoakClient::finish);
        runAndLook(cluster, record, 10_000);
        assertThat(all).allMatch(SoakClient::isIdle);
        grants += all.stream().mapToInt(SoakClient::grants).sum();
      }
    }
    assertThat(grants).as("grants").isGreaterThan(100);
  }

  private static void runAndLook(SimCluster cluster, SoakRecord record, long millis) {
    long until = cluster.world.now() + millis * MILLI;
    boolean more = true;
    while (more) {
      more = cluster.world.step(until);
      record.lookForExpiries();
    }
  }

  @Test
  @DisplayName("S162 a waiter whose session expired is passed over, also when the leader changes")
  void expiredWaiterIsPassedOver() {
    for (int seed = 0; seed < 10; seed++) {
      SimCluster cluster = new SimCluster(seed);
      SimCluster.Client holder = cluster.client(cluster.peers().get(0));
      SimCluster.Client gone = cluster.client(cluster.peers().get(1));
      SimCluster.Client next = cluster.client(cluster.peers().get(2));
      long holding = holder.openSession("h", 86_000_000);
      long expiring = gone.openSession("g", 1_000);
      long waiting = next.openSession("n", 86_000_000);
      holder.call(Reply.Granted.class, acquire(holding, 1, "x", 0));
      gone.call(Reply.Queued.class, acquire(expiring, 1, "x", -1));
      next.call(Reply.Queued.class, acquire(waiting, 1, "x", -1));
      if (seed % 2 == 1) {
        SimPeer leader = cluster.settledLeader();
        cluster.world.isolate(leader.id(), cluster.ids());
        cluster.world.runMillis(1_500);
        cluster.world.heal();
      }
      assertThat(gone.awaitEvent(Event.SessionEnded.class).session()).isEqualTo(expiring);

      assertThat(holder.persist(release(holding, 2, "x", 1))).isInstanceOf(Reply.Released.class);
      assertThat(next.awaitEvent(Event.Granted.class).token()).isEqualTo(2);
      assertThat(gone.events(Event.Granted.class)).isEmpty();
      assertThat(gone.call(acquire(expiring, 1, "x", -1)))
          .satisfies(reply -> assertThat(errorOf(reply)).isEqualTo(ErrorCode.SESSION_EXPIRED));
    }
  }

  @Test
  @DisplayName(
      "S165 a release by who does not hold is refused; a retried one gets its first answer")
  void releasesAcrossALeaderChange() {
    for (int seed = 0; seed < 10; seed++) {
      SimCluster cluster = new SimCluster(seed);
      SimPeer leader = cluster.settledLeader();
      SimCluster.Client one = cluster.client(cluster.followers().get(0));
      SimCluster.Client two = cluster.client(cluster.followers().get(1));
      long first = one.openSession("1", 86_000_000);
      long second = two.openSession("2", 86_000_000);
      one.call(Reply.Granted.class, acquire(first, 1, "x", 0));
      assertThat(errorOf(two.call(release(second, 1, "x", 1)))).isEqualTo(ErrorCode.NOT_HOLDER);
      one.send(release(first, 2, "x", 1));
      cluster.world.runMillis(seed % 3);
      leader.crash();

      assertThat(one.persist(release(first, 2, "x", 1))).isInstanceOf(Reply.Released.class);
      Reply.Granted granted = (Reply.Granted) two.persist(acquire(second, 2, "x", 0));
      assertThat(granted.token()).isEqualTo(2);
      assertThat(one.persist(release(first, 2, "x", 1)))
          .as("retried while another holds it")
          .isInstanceOf(Reply.Released.class);
      assertThat(errorOf(one.persist(release(first, 3, "x", 1)))).isEqualTo(ErrorCode.NOT_HOLDER);
      assertThat(ErrorCode.NOT_HOLDER.definite()).isTrue();
      assertThat(two.persist(release(second, 3, "x", 2))).isInstanceOf(Reply.Released.class);
    }
  }

  @Test
  @DisplayName("S169 requests beyond the mailbox are refused at once; those inside are answered")
  void fullMailbox() {
    NodeLimits limits = NodeLimits.DEFAULT;
    SimCluster cluster =
        new SimCluster(
            169,
            settings ->
                settings.withLimits(
                    new NodeLimits(
                        limits.mailboxMessagesMax(),
                        limits.mailboxBytesMax(),
                        16,
                        limits.applySliceEntriesMax(),
                        limits.commandBytesMax())),
            UnaryOperator.identity());
    SimPeer leader = cluster.settledLeader();
    SimCluster.Client client = cluster.client(leader);
    long session = client.openSession("a", 86_000_000);
    long term = leader.node().status().term();
    List<Long> taken = new ArrayList<>();
    int refused = 0;
    for (int i = 1; i <= 100; i++) {
      Request request = acquire(session, i, "x" + i, 0);
      if (leader.service().submit(client, "", List.of(new RequestMessage(1_000 + i, request)))) {
        taken.add(1_000L + i);
      } else {
        refused++;
      }
    }
    cluster.world.runMillis(1_000);

    assertThat(refused).isGreaterThan(80);
    assertThat(taken).isNotEmpty();
    taken.forEach(id -> assertThat(client.answerTo(id)).containsInstanceOf(Reply.Granted.class));
    assertThat(leader.machine().counts().holds()).isEqualTo(taken.size());
    assertThat(cluster.settledLeader().node().status().term()).isEqualTo(term);
  }

  @Test
  @DisplayName("S173 a rolling restart of every peer costs no client its session or its lock")
  void rollingRestart() {
    SimCluster cluster = new SimCluster(173);
    SimCluster.Client client = cluster.client(cluster.follower());
    long session = client.openSession("a", 86_000_000);
    client.call(Reply.Granted.class, acquire(session, 1, "held", 0));
    Counter counter = new Counter(session);
    int increments = 0;
    for (SimPeer peer : cluster.peers()) {
      peer.crash();
      SimPeer other = cluster.follower();
      assertThat(counter.increment(cluster.client(other))).isEqualTo(++increments);
      peer.start();
      cluster.settledLeader();
      assertThat(counter.increment(cluster.client(peer))).isEqualTo(++increments);
    }
    Reply.Checked checked =
        (Reply.Checked)
            cluster.client(cluster.settledLeader()).persist(new Request.Check("held", 1, false));
    assertThat(checked.current()).isTrue();
  }

  /** Counts by the tokens of one lock, each request repeated until it is answered for certain. */
  private static final class Counter {
    private final long session;
    private long sequence = 1_000;

    private Counter(long session) {
      this.session = session;
    }

    private long increment(SimCluster.Client client) {
      Reply acquired = client.persist(acquire(session, ++sequence, "counter", 0));
      assertThat(acquired).isInstanceOf(Reply.Granted.class);
      long token = ((Reply.Granted) acquired).token();
      assertThat(client.persist(release(session, ++sequence, "counter", token)))
          .isInstanceOf(Reply.Released.class);
      return token;
    }
  }

  private static ErrorCode errorOf(Reply reply) {
    assertThat(reply).isInstanceOf(Reply.Failed.class);
    return ((Reply.Failed) reply).error();
  }
}
