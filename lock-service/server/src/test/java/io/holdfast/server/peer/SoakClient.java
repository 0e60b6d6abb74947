package io.holdfast.server.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Event;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.RequestId;
import io.holdfast.api.RequestMessage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A client that takes and gives back locks, keeps its session alive, loses connections, and repeats
 * under the same request id what was not answered for certain. It trusts its lease only for one TTL
 * after the sending of the last keep-alive that was acknowledged.
 */
final class SoakClient {
  private static final long MILLI = 1_000_000L;

  /** A request on a connection that stays up is answered within this time. */
  private static final long ANSWER_NANOS_MAX = 7_000 * MILLI;

  private final SimCluster cluster;
  private final SoakRecord record;
  private final String name;
  private final long ttlMillis;
  private @Nullable Connection connection;
  private long session;
  private long openings;
  private long sequence;
  private long trustedUntilNanos;
  private @Nullable Request current;
  private String lock = "";
  private long token;
  private boolean holds;
  private boolean silent;
  private boolean finished;
  private int grants;

  SoakClient(SimCluster cluster, SoakRecord record, String name, long ttlMillis) {
    this.cluster = cluster;
    this.record = record;
    this.name = name;
    this.ttlMillis = ttlMillis;
    cluster.world.at(cluster.world.now(), this::tick);
    cluster.world.at(cluster.world.now(), this::beat);
  }

  /** Asks for nothing more; what is under way is finished. */
  void finish() {
    finished = true;
  }

  boolean isIdle() {
    return current == null && !holds;
  }

  boolean trusts(String lockName) {
    return holds && lock.equals(lockName) && now() < trustedUntilNanos;
  }

  int grants() {
    return grants;
  }

  @Override
  public String toString() {
    return name + " session " + session + " current " + current + " holds " + holds;
  }

  private long now() {
    return cluster.world.now();
  }

  private int draw(int bound) {
    return cluster.world.random().nextInt(bound);
  }

  /** Decides what to do next, a few times in a TTL. */
  private void tick() {
    cluster.world.at(now() + (5 + draw(60)) * MILLI, this::tick);
    Connection link = connection;
    if (link == null || !link.isUp() || draw(200) == 0) {
      connect();
      return;
    }
    link.checkAnswers();
    if (current == null && session == 0 && !finished) {
      ask(new Request.OpenSession(name + "/" + ++openings, ttlMillis, name));
    } else if (current == null && holds && draw(3) == 0) {
      holds = false;
      ask(SimCluster.release(session, ++sequence, lock, token));
    } else if (current == null && !holds && session != 0 && !finished) {
      lock = "lock-" + draw(3);
      long wait = List.of(0L, -1L, 300L).get(draw(3));
      ask(SimCluster.acquire(session, ++sequence, lock, wait));
    }
    silent = !finished && (silent ? draw(60) != 0 : draw(400) == 0);
  }

  private void beat() {
    cluster.world.at(now() + ttlMillis * MILLI / 4, this::beat);
    if (session != 0 && now() >= trustedUntilNanos) {
      sessionLost();
    }
    Connection link = connection;
    if (session != 0 && !silent && link != null && link.isUp()) {
      link.send(new Request.KeepAlive(session));
    }
  }

  private void connect() {
    Optional<SimPeer> peer =
        cluster.world.shuffled(cluster.peers()).stream().filter(SimPeer::isUp).findFirst();
    if (connection != null && connection.isUp()) {
      connection.close();
    }
    connection = null;
    if (peer.isPresent()) {
      connection = new Connection(peer.get());
      if (session != 0) {
        connection.send(new Request.Attach(session));
      }
      if (current != null) {
        connection.send(current);
      }
    }
  }

  private void ask(Request request) {
    current = request;
    if (connection != null) {
      connection.send(request);
    }
  }

  private void repeatLater(Request request) {
    cluster.world.at(
        now() + 20 * MILLI,
        () -> {
          Connection link = connection;
          if (current == request && link != null && link.isUp()) {
            link.send(request);
          }
        });
  }

  private void sessionLost() {
    session = 0;
    holds = false;
    current = null;
  }

  private void replied(Request request, long sentNanos, Reply reply) {
    if (reply instanceof Reply.KeptAlive kept) {
      record.keptAlive(kept.session(), ttlMillis, sentNanos, now());
      if (kept.session() == session && now() < trustedUntilNanos) {
        trustedUntilNanos = Math.max(trustedUntilNanos, sentNanos + ttlMillis * MILLI);
      }
      return;
    }
    if (reply instanceof Reply.Failed failed) {
      failed(request, failed);
      return;
    }
    if (request != current) {
      return;
    }
    if (reply instanceof Reply.SessionOpened opened) {
      session = opened.session();
      sequence = 0;
      trustedUntilNanos = sentNanos + ttlMillis * MILLI;
      record.keptAlive(session, ttlMillis, sentNanos, now());
      current = null;
    } else if (reply instanceof Reply.Granted granted) {
      granted(granted.token());
    } else if (!(reply instanceof Reply.Queued)) {
      current = null;
    }
  }

  private void failed(Request request, Reply.Failed failed) {
    boolean ofSession = Commands.sessionOf(request) == session && session != 0;
    if (failed.error() == ErrorCode.SESSION_EXPIRED && (ofSession || request == current)) {
      sessionLost();
    } else if (request == current && failed.error().retryable()) {
      repeatLater(request);
    } else if (request == current) {
      assertThat(failed.error()).as("%s to %s", failed, request).isEqualTo(ErrorCode.NOT_HOLDER);
      current = null;
    }
  }

  private void granted(long grantedToken) {
    current = null;
    token = grantedToken;
    holds = true;
    grants++;
    record.granted(lock, grantedToken, session);
    if (now() < trustedUntilNanos) {
      record.holds(lock, this);
    }
  }

  private final class Connection implements ClientChannel {
    private final SimPeer peer;
    private final int life;
    private final Map<Long, Sent> unanswered = new HashMap<>();
    private long lastId;

    private record Sent(Request request, long sentNanos) {}

    private Connection(SimPeer peer) {
      this.peer = peer;
      this.life = peer.lives();
      peer.service().opened(this);
    }

    private boolean isUp() {
      return peer.isUp() && peer.lives() == life;
    }

    private void send(Request request) {
      long id = ++lastId;
      unanswered.put(id, new Sent(request, now()));
      peer.service().submit(this, "", List.of(new RequestMessage(id, request)));
    }

    private void close() {
      peer.service().closed(this);
    }

    private void checkAnswers() {
      if (!peer.isPaused()) {
        unanswered.values().forEach(this::checkAnswer);
      }
    }

    private void checkAnswer(Sent sent) {
      assertThat(now() - Math.max(sent.sentNanos(), peer.pausedUntilNanos()))
          .as("time without an answer to %s", sent.request())
          .isLessThan(ANSWER_NANOS_MAX);
    }

    @Override
    public void reply(long id, Reply reply) {
      Sent sent = unanswered.remove(id);
      assertThat(sent).as("an answer to a request that has none yet: %s", reply).isNotNull();
      if (this == connection) {
        replied(sent.request(), sent.sentNanos(), reply);
      }
    }

    @Override
    public void event(Event event) {
      if (this != connection) {
        return;
      }
      RequestId mine = RequestId.of(sequence);
      if (event instanceof Event.Granted granted
          && current instanceof Request.Acquire
          && granted.session() == session
          && granted.requestId().equals(mine)) {
        granted(granted.token());
      } else if (event instanceof Event.WaitEnded ended
          && current instanceof Request.Acquire
          && ended.session() == session
          && ended.requestId().equals(mine)) {
        current = null;
      } else if (event instanceof Event.SessionEnded ended && ended.session() == session) {
        sessionLost();
      }
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void flush() {}
  }
}
