package io.holdfast.chaos.sim;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.LockMode;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.RequestId;
import io.holdfast.api.RequestMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A client of another make, which asks what the production client never asks: it gives back the
 * locks of others, repeats what was answered and is over, and waits in a circle. It speaks with the
 * peers directly, repeats what was not answered for certain, and knows which answers are right.
 */
final class Stranger implements AskingChannel {
  private static final long PAUSE_MILLIS_MAX = 120;
  private static final long ANSWER_MILLIS_MAX = 3_000;
  private static final long TTL_MILLIS = 4_000;
  private static final String OWN = "odd-";

  private final SimWorld world;
  private final Cluster cluster;
  private final RandomGenerator random;
  private final Map<Long, RequestMessage> open = new HashMap<>();
  private final List<Ask> script = new ArrayList<>();
  private final Map<String, Long> tokens = new HashMap<>();
  private long lastMessage;
  private long sequence;
  private long openings;
  private long session;
  private @Nullable PeerHost peer;
  private int peerLife;
  private long askedNanos;
  private long asked;
  private @Nullable Request current;
  private boolean stopped;

  /** One question, made when it is due, and the judgement of its answer. */
  private record Ask(String what, Supplier<@Nullable Request> request, Judge judge) {}

  /** Says what is wrong with an answer, or null. */
  private interface Judge {
    @Nullable String wrong(Request request, Reply reply);
  }

  Stranger(SimWorld world, Cluster cluster) {
    this.world = world;
    this.cluster = cluster;
    this.random = world.draws().of("stranger", 0);
  }

  void start() {
    world.afterMillis(300 + random.nextInt(300), this::step);
    world.afterMillis(500, this::keepAlive);
  }

  /** Asks nothing more. */
  void stop() {
    stopped = true;
  }

  private void keepAlive() {
    if (stopped) {
      return;
    }
    world.afterMillis(TTL_MILLIS / 8, this::keepAlive);
    if (session != 0) {
      send(new Request.KeepAlive(session));
    }
  }

  private void step() {
    if (stopped) {
      return;
    }
    world.afterMillis(10 + random.nextInt((int) PAUSE_MILLIS_MAX), this::step);
    boolean late = world.now() - askedNanos > ANSWER_MILLIS_MAX * 1_000_000;
    if (asked != 0 && !late && isConnected()) {
      return;
    }
    asked = 0;
    if (script.isEmpty()) {
      write();
    }
    ask(script.get(0));
  }

  private boolean isConnected() {
    PeerHost to = peer;
    return to != null && to.isUp() && to.lives() == peerLife;
  }

  private void ask(Ask next) {
    Request request = current;
    if (request == null) {
      request = next.request().get();
      current = request;
    }
    if (request == null) {
      script.remove(0);
      return;
    }
    if (!isConnected() || random.nextInt(4) == 0) {
      peer = cluster.peers().get(random.nextInt(cluster.peers().size()));
      peerLife = peer.lives();
    }
    askedNanos = world.now();
    asked = send(request);
  }

  private long send(Request request) {
    PeerHost to = peer;
    if (to == null || !isConnected()) {
      return 0;
    }
    long id = ++lastMessage;
    RequestMessage message = new RequestMessage(id, request);
    open.put(id, message);
    if (!to.service().submit(this, "", List.of(message))) {
      open.remove(id);
      return 0;
    }
    return id;
  }

  @Override
  public void reply(long id, Reply reply) {
    RequestMessage message = open.remove(id);
    if (message == null) {
      return;
    }
    Request request = message.request();
    boolean failed = reply instanceof Reply.Failed;
    ErrorCode error = failed ? ((Reply.Failed) reply).error() : null;
    if (error == ErrorCode.SESSION_EXPIRED || error == ErrorCode.LIMIT_EXCEEDED) {
      startOver();
    } else if (id == asked) {
      asked = 0;
      if (error == null || !error.retryable()) {
        judge(request, reply);
      }
    }
  }

  private void startOver() {
    session = 0;
    asked = 0;
    current = null;
    script.clear();
    tokens.clear();
  }

  private void judge(Request request, Reply reply) {
    Ask of = script.get(0);
    String wrong = of.judge().wrong(request, reply);
    if (wrong == null) {
      script.remove(0);
      current = null;
    } else {
      world.violate(
          "stranger", of.what() + ": " + wrong + "; asked " + request + ", was told " + reply);
    }
  }

  /** Draws what to do next. */
  private void write() {
    if (session == 0) {
      String nonce = "stranger-" + ++openings;
      script.add(
          new Ask(
              "opens a session",
              () -> new Request.OpenSession(nonce, TTL_MILLIS, "stranger"),
              (request, reply) -> {
                session = reply instanceof Reply.SessionOpened opened ? opened.session() : 0;
                sequence = 0;
                return null;
              }));
      return;
    }
    switch (random.nextInt(4)) {
      case 0 -> repeatWhatIsOver();
      case 1 -> waitInACircle();
      case 2 -> shareBehindAWaiter();
      default -> giveBackAnothers();
    }
    world.coverage().mark("stranger: asks for what is not his");
  }

  /** A lock of this session alone: another one's may be on its way out. */
  private String name(String lock) {
    return OWN + openings + "-" + lock;
  }

  private RequestId nextId() {
    return RequestId.of(++sequence);
  }

  private Request acquire(RequestId id, String lock, String owner, LockMode mode, long waitMillis) {
    return new Request.Acquire(session, 0, id, name(lock), owner, mode, 0, 0, waitMillis);
  }

  private void take(String lock, String owner, LockMode mode) {
    RequestId id = nextId();
    script.add(
        new Ask(
            "takes " + lock,
            () -> acquire(id, lock, owner, mode, 0),
            (request, reply) -> {
              tokens.put(owner, reply instanceof Reply.Granted granted ? granted.token() : -1L);
              return reply instanceof Reply.Granted ? null : "a free lock was not granted";
            }));
  }

  private RequestId queue(String lock, String owner) {
    RequestId id = nextId();
    script.add(
        new Ask(
            "waits for " + lock,
            () -> acquire(id, lock, owner, LockMode.EXCLUSIVE, -1),
            (request, reply) ->
                reply instanceof Reply.Queued ? null : "a lock that is held was not waited for"));
    return id;
  }

  private void giveBack(String lock, String owner) {
    RequestId id = nextId();
    script.add(
        new Ask(
            "gives back " + lock,
            () ->
                new Request.Release(session, id, name(lock), owner, tokens.getOrDefault(owner, 0L)),
            (request, reply) ->
                reply instanceof Reply.Released ? null : "a hold was not taken back"));
  }

  /** The answer to an old request comes again, and nothing else. */
  private void repeatWhatIsOver() {
    take("a", "first", LockMode.EXCLUSIVE);
    RequestId id = queue("a", "second");
    giveBack("a", "first");
    Supplier<@Nullable Request> same = () -> acquire(id, "a", "second", LockMode.EXCLUSIVE, -1);
    script.add(
        new Ask(
            "asks how a wait ended",
            same,
            (request, reply) -> {
              tokens.put("second", reply instanceof Reply.Granted granted ? granted.token() : -1L);
              return reply instanceof Reply.Granted
                  ? null
                  : "the next in the queue was not granted";
            }));
    giveBack("a", "second");
    script.add(
        new Ask(
            "repeats what is over",
            same,
            (request, reply) ->
                reply instanceof Reply.Granted granted
                        && granted.token() == tokens.getOrDefault("second", 0L)
                    ? null
                    : "the answer is not that of the first time"));
    take("a", "third", LockMode.EXCLUSIVE);
    giveBack("a", "third");
  }

  /** The one who would close the circle is refused. */
  private void waitInACircle() {
    take("a", "first", LockMode.EXCLUSIVE);
    take("b", "second", LockMode.EXCLUSIVE);
    RequestId waiting = queue("b", "first");
    RequestId closing = nextId();
    script.add(
        new Ask(
            "closes a circle of waits",
            () -> acquire(closing, "a", "second", LockMode.EXCLUSIVE, -1),
            (request, reply) ->
                reply instanceof Reply.Failed failed && failed.error() == ErrorCode.DEADLOCK
                    ? null
                    : "it was not refused"));
    script.add(
        new Ask(
            "withdraws a wait",
            () -> new Request.CancelWait(session, waiting),
            (request, reply) -> reply instanceof Reply.WaitCancelled ? null : "it was not"));
    giveBack("a", "first");
    giveBack("b", "second");
  }

  /** Who would share waits behind an earlier request that would not. */
  private void shareBehindAWaiter() {
    take("a", "first", LockMode.SHARED);
    RequestId waiting = queue("a", "second");
    RequestId passing = nextId();
    script.add(
        new Ask(
            "asks to share a lock that another waits for",
            () -> acquire(passing, "a", "third", LockMode.SHARED, 0),
            (request, reply) -> reply instanceof Reply.Busy ? null : "it was not refused"));
    script.add(
        new Ask(
            "withdraws a wait",
            () -> new Request.CancelWait(session, waiting),
            (request, reply) -> reply instanceof Reply.WaitCancelled ? null : "it was not"));
    giveBack("a", "first");
  }

  /** A hold belongs to a session, whoever knows its token. */
  private void giveBackAnothers() {
    RequestId id = nextId();
    script.add(
        new Ask(
            "gives back the lock of another",
            () ->
                cluster
                    .truth()
                    .anyHold(random)
                    .map(
                        hold ->
                            (Request)
                                new Request.Release(
                                    session,
                                    id,
                                    hold.lock().value(),
                                    hold.holder().owner(),
                                    hold.holder().token().value()))
                    .orElse(null),
            (request, reply) ->
                reply instanceof Reply.Failed failed && failed.error() == ErrorCode.NOT_HOLDER
                    ? null
                    : "it was not refused"));
  }
}
