package io.holdfast.chaos.sim;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Event;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.RequestMessage;
import io.holdfast.api.ServerMessage;
import io.holdfast.client.spi.Connector;
import io.holdfast.server.peer.ClientChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Connections between clients and peers: bytes in order or not at all. While a client is cut off
 * from a peer nothing passes; what was sent comes after the cut, unless the connection broke.
 */
final class ClientNetwork {
  private static final long RETRY_NANOS = 40_000_000;

  private final SimWorld world;
  private final long delayNanosMin;
  private final long delayNanosMax;
  private final boolean encoded;
  private final RandomGenerator random;
  private final Map<String, PeerHost> peers = new TreeMap<>();
  private final Set<Line> lines = new LinkedHashSet<>();
  private final Set<Long> cut = new LinkedHashSet<>();
  private final Map<Integer, Hold> held = new TreeMap<>();
  private @Nullable Ambush ambush;

  ClientNetwork(SimWorld world, long delayNanosMin, long delayNanosMax, boolean encoded) {
    this.world = world;
    this.delayNanosMin = delayNanosMin;
    this.delayNanosMax = delayNanosMax;
    this.encoded = encoded;
    this.random = world.draws().of("client-network", 0);
  }

  void add(PeerHost peer) {
    peers.put(peer.clientAddress(), peer);
  }

  private static long pair(int client, PeerHost peer) {
    return client * 100_000L + peer.id().value();
  }

  void cut(int client, PeerHost peer) {
    cut.add(pair(client, peer));
  }

  void heal(int client, PeerHost peer) {
    cut.remove(pair(client, peer));
  }

  void healAll() {
    cut.clear();
    held.clear();
    ambush = null;
  }

  /**
   * Lies in wait for a keep-alive of a client of some kind: its answer comes late, and what the
   * client asks from then on waits. A later wait takes the place of an earlier one.
   */
  void delayKeepAlive(IntPredicate awaited, long untilNanos, Lateness lateness) {
    ambush = new Ambush(awaited, untilNanos, lateness);
  }

  /**
   * How an answer is late.
   *
   * @param answerNanos from the question on
   * @param questionsNanos for how long nothing can be asked after the answer
   */
  record Lateness(long answerNanos, long questionsNanos) {}

  private record Ambush(IntPredicate awaited, long untilNanos, Lateness lateness) {}

  private void keepAliveSent(int client) {
    Ambush waiting = ambush;
    if (waiting == null || !waiting.awaited().test(client)) {
      return;
    }
    ambush = null;
    if (world.now() <= waiting.untilNanos()) {
      world.coverage().mark("client: keep-alive of a holder answered late");
      world.note("nemesis", () -> "delays the answer to client-" + client);
      long answers = world.now() + waiting.lateness().answerNanos();
      held.put(client, new Hold(answers, answers + waiting.lateness().questionsNanos()));
    }
  }

  /** Answers to a client are held back until one time, and what it asks from then to another. */
  private record Hold(long answersNanos, long questionsNanos) {}

  /** Breaks the connections of a client; both ends are told. */
  void reset(int client) {
    for (Line line : List.copyOf(lines)) {
      if (line.client.number() == client) {
        line.broken("connection reset");
        line.leave();
      }
    }
  }

  /** A peer's process ended: its clients see it, unless they are cut off. */
  void died(PeerHost peer) {
    for (Line line : List.copyOf(lines)) {
      if (line.peer == peer && !line.isCut()) {
        world.after(delayNanos(), () -> line.broken("connection closed by the peer"));
      }
    }
  }

  /** A client's process ended: its kernel closes its connections. */
  void died(ClientHost client) {
    for (Line line : List.copyOf(lines)) {
      if (line.client == client) {
        line.close();
      }
    }
  }

  private long delayNanos() {
    return Draws.between(random, delayNanosMin, delayNanosMax);
  }

  Connector.Connection connect(ClientHost client, String address, Connector.Listener listener) {
    PeerHost peer = peers.get(address);
    if (peer == null) {
      return new Nowhere(client, listener);
    }
    Line line = new Line(client, peer, listener);
    lines.add(line);
    world.after(2 * delayNanos(), line::arrive);
    return line;
  }

  /** A connection to an address where no process ever listened. */
  private final class Nowhere implements Connector.Connection {
    private boolean over;

    private Nowhere(ClientHost client, Connector.Listener listener) {
      world.after(
          2 * delayNanos(),
          () ->
              client.execute(
                  () -> {
                    if (!over) {
                      over = true;
                      listener.closed("connection refused");
                    }
                  }));
    }

    @Override
    public void send(RequestMessage request) {
      // It never arrives.
    }

    @Override
    public void close() {
      over = true;
    }
  }

  /** One connection, seen from both ends. */
  private final class Line implements Connector.Connection, ClientChannel {
    private final ClientHost client;
    private final PeerHost peer;
    private final Connector.Listener listener;
    private final Way up = new Way(true);
    private final Way down = new Way(false);
    private final List<ServerMessage> leaving = new ArrayList<>();
    private int life;
    private boolean greeted;
    private boolean over;
    private boolean left;

    private Line(ClientHost client, PeerHost peer, Connector.Listener listener) {
      this.client = client;
      this.peer = peer;
      this.listener = listener;
    }

    private boolean isCut() {
      return !cut.isEmpty() && cut.contains(pair(client.number(), peer));
    }

    private boolean isPeerGone() {
      return !peer.isUp() || (life != 0 && peer.lives() != life);
    }

    private void arrive() {
      if (over || isCut()) {
        return;
      }
      if (isPeerGone()) {
        broken("connection refused");
        return;
      }
      life = peer.lives();
      client.execute(
          () -> {
            if (!over) {
              listener.connected();
            }
          });
    }

    @Override
    public void send(RequestMessage request) {
      RequestMessage carried = encoded ? Wire.carry(request) : request;
      if (request.request() instanceof Request.KeepAlive) {
        keepAliveSent(client.number());
      }
      up.put(() -> handle(carried));
    }

    private void handle(RequestMessage message) {
      world.note(
          peer.id(), () -> "<- " + client.name() + " " + message.id() + " " + message.request());
      if (isPeerGone()) {
        broken("connection reset by the peer");
        return;
      }
      if (message.request() instanceof Request.Hello && !greeted) {
        greeted = true;
        peer.service().opened(this);
      }
      if (!peer.service().submit(this, "", List.of(message))) {
        reply(message.id(), Reply.Failed.of(ErrorCode.OVERLOADED, "the peer has too much to do"));
        flush();
      }
    }

    @Override
    public void close() {
      if (!over) {
        over = true;
        up.put(this::leave);
      }
      lines.remove(this);
    }

    /** The client hears that it is over. */
    private void broken(String reason) {
      if (!over) {
        over = true;
        lines.remove(this);
        client.execute(() -> listener.closed(reason));
      }
    }

    /** The peer hears that the client is gone. */
    private void leave() {
      over = true;
      if (!left && greeted && !isPeerGone()) {
        left = true;
        peer.service().closed(this);
      }
    }

    @Override
    public void reply(long id, Reply reply) {
      leaving.add(new ServerMessage.Answer(id, reply));
    }

    @Override
    public void event(Event event) {
      leaving.add(event);
    }

    @Override
    public boolean isReady() {
      return down.waiting.size() < 64;
    }

    @Override
    public void flush() {
      if (leaving.isEmpty()) {
        return;
      }
      List<ServerMessage> messages = encoded ? Wire.carry(leaving) : List.copyOf(leaving);
      leaving.clear();
      if (!over) {
        down.put(
            () ->
                client.execute(
                    () -> {
                      if (!over) {
                        world.note(client.name(), () -> "<- " + peer.id() + " " + messages);
                        listener.received(messages);
                      }
                    }));
      }
    }

    /** One direction. */
    private final class Way {
      private final Deque<Runnable> waiting = new ArrayDeque<>();
      private final boolean carriesQuestions;
      private long lastArrivalNanos;

      private Way(boolean carriesQuestions) {
        this.carriesQuestions = carriesQuestions;
      }

      /** For how long it is held; 0 when it is not. */
      private long heldNanos() {
        Hold hold = held.isEmpty() ? null : held.get(client.number());
        if (hold == null) {
          return 0;
        }
        if (carriesQuestions) {
          return world.now() < hold.answersNanos()
              ? 0
              : Math.max(0, hold.questionsNanos() - world.now());
        }
        return Math.max(0, hold.answersNanos() - world.now());
      }

      private void put(Runnable arrival) {
        waiting.add(arrival);
        lastArrivalNanos = Math.max(lastArrivalNanos, world.now() + delayNanos());
        world.at(lastArrivalNanos, this::pump);
      }

      private void pump() {
        long heldNanos = heldNanos();
        if (isCut() || heldNanos > 0) {
          world.after(isCut() ? RETRY_NANOS : Math.min(RETRY_NANOS, heldNanos), this::pump);
          return;
        }
        Runnable next = waiting.poll();
        if (next != null) {
          next.run();
        }
      }
    }
  }
}
