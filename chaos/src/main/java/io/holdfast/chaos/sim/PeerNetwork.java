package io.holdfast.chaos.sim;

import io.holdfast.raft.Member;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.message.FrameCodec;
import io.holdfast.raft.message.Message;
import io.holdfast.raft.spi.Transport;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The links between peers: delay, loss, duplication, overtaking, cuts, clogs. */
final class PeerNetwork {
  /** Hears every message when it leaves, lost or not, and when it reaches a process. */
  interface Watcher {
    void leaving(PeerId from, PeerId to, Message message);

    void arrived(PeerId from, PeerId to, Message message);
  }

  /**
   * How the links behave.
   *
   * @param lateRate part of the messages that come up to two seconds late
   * @param ordered whether messages of one link keep their order
   * @param encoded whether each message passes through its wire format
   */
  record Law(
      long delayNanosMin,
      long delayNanosMax,
      double loss,
      double duplication,
      double lateRate,
      boolean ordered,
      boolean encoded) {
    Law healed() {
      return new Law(delayNanosMin, delayNanosMax, 0, 0, 0, true, encoded);
    }
  }

  private static final String CLUSTER = "simulated";

  private final SimWorld world;
  private final Watcher watcher;
  private final Link[][] links;
  private final Map<PeerId, Port> ports = new TreeMap<>();
  private Law law;
  private @Nullable Ambush ambush;

  /** Something that happens when a message of some kind leaves, if one does in time. */
  private record Ambush(Predicate<Message> awaited, long untilNanos, Consumer<PeerId> strike) {}

  /** One direction between two peers. */
  private static final class Link {
    private final RandomGenerator random;
    private boolean cut;
    private long cloggedUntilNanos;
    private long lastArrivalNanos;

    private Link(RandomGenerator random) {
      this.random = random;
    }
  }

  PeerNetwork(SimWorld world, int peersMax, Law law, Watcher watcher) {
    this.world = world;
    this.law = law;
    this.watcher = watcher;
    this.links = new Link[peersMax + 1][peersMax + 1];
    for (int from = 1; from <= peersMax; from++) {
      for (int to = 1; to <= peersMax; to++) {
        links[from][to] = new Link(world.draws().of("link", from * 100L + to));
      }
    }
  }

  private Link link(PeerId from, PeerId to) {
    return links[from.value()][to.value()];
  }

  /** A transport for one life of a peer; the one of its former life hears nothing any more. */
  Transport open(PeerId self, long epoch) {
    Port port = new Port(self, new FrameCodec(CLUSTER, self, epoch));
    ports.put(self, port);
    return port;
  }

  /**
   * Lies in wait for a message; a later wait takes the place of an earlier one.
   *
   * @param strike is told who sends it, just after it left
   */
  void lieInWait(Predicate<Message> awaited, long untilNanos, Consumer<PeerId> strike) {
    ambush = new Ambush(awaited, untilNanos, strike);
  }

  private void strike(PeerId from, Message message) {
    Ambush waiting = ambush;
    if (waiting != null && waiting.awaited().test(message)) {
      ambush = null;
      if (world.now() <= waiting.untilNanos()) {
        world.after(0, () -> waiting.strike().accept(from));
      }
    }
  }

  void setLaw(Law newLaw) {
    law = newLaw;
  }

  Law law() {
    return law;
  }

  void cut(PeerId from, PeerId to) {
    link(from, to).cut = true;
  }

  void heal(PeerId from, PeerId to) {
    link(from, to).cut = false;
  }

  void clog(PeerId from, PeerId to, long untilNanos) {
    link(from, to).cloggedUntilNanos = untilNanos;
  }

  boolean isCut(PeerId from, PeerId to) {
    return link(from, to).cut;
  }

  void healAll() {
    for (Link[] row : links) {
      for (Link link : row) {
        if (link != null) {
          link.cut = false;
          link.cloggedUntilNanos = 0;
        }
      }
    }
  }

  /** The kernel of the dead peer's machine closes its connections; who is cut off does not see. */
  void died(PeerId gone) {
    ports.remove(gone);
    for (Port port : ports.values()) {
      Link link = link(gone, port.self);
      if (!link.cut) {
        world.after(
            delayNanos(link),
            () -> {
              Transport.Listener listener = port.listener;
              if (listener != null && ports.get(port.self) == port) {
                listener.disconnected(gone);
              }
            });
      }
    }
  }

  private long delayNanos(Link link) {
    return Draws.between(link.random, law.delayNanosMin(), law.delayNanosMax());
  }

  private void transmit(Port from, PeerId to, Message message) {
    watcher.leaving(from.self, to, message);
    strike(from.self, message);
    Link link = link(from.self, to);
    if (link.cut) {
      return;
    }
    if (law.loss() > 0 && Draws.chance(link.random, law.loss())) {
      return;
    }
    deliverLater(link, from.self, to, message);
    if (law.duplication() > 0 && Draws.chance(link.random, law.duplication())) {
      deliverLater(link, from.self, to, message);
    }
  }

  private void deliverLater(Link link, PeerId from, PeerId to, Message message) {
    long at = Math.max(world.now(), link.cloggedUntilNanos) + delayNanos(link);
    if (law.lateRate() > 0 && Draws.chance(link.random, law.lateRate())) {
      double skewed = link.random.nextDouble();
      at += 5_000_000L + (long) (skewed * skewed * 2_000_000_000L);
    }
    if (law.ordered()) {
      at = Math.max(at, link.lastArrivalNanos);
      link.lastArrivalNanos = at;
    }
    world.at(
        at,
        () -> {
          Port target = ports.get(to);
          Transport.Listener listener = target == null ? null : target.listener;
          if (listener != null && !link.cut) {
            world.mix(MessageText.kind(message) * 1_000_003L + message.term());
            world.note(to, () -> "<- " + from + " " + MessageText.of(message));
            watcher.arrived(from, to, message);
            listener.received(from, message);
          }
        });
  }

  private final class Port implements Transport {
    private final PeerId self;
    private final FrameCodec codec;
    private @Nullable Listener listener;
    private boolean closed;

    private Port(PeerId self, FrameCodec codec) {
      this.self = self;
      this.codec = codec;
    }

    @Override
    public void start(Listener newListener) {
      listener = newListener;
    }

    @Override
    public void connect(Collection<Member> peers) {}

    @Override
    public void send(List<PeerId> receivers, Message message) {
      if (closed) {
        return;
      }
      Message carried = message;
      if (law.encoded()) {
        byte[] frame = codec.encode(receivers, message);
        carried = codecOf(receivers.get(0)).decode(frame, 0, frame.length).message();
      }
      for (PeerId to : receivers) {
        transmit(this, to, carried);
      }
    }

    /** Frames are read by a receiver. */
    private FrameCodec codecOf(PeerId receiver) {
      Port port = ports.get(receiver);
      return port == null ? new FrameCodec(CLUSTER, receiver, 1) : port.codec;
    }

    @Override
    public void drop(PeerId peer) {
      world.coverage().mark("network: connection to a silent peer dropped");
    }

    @Override
    public void close() {
      closed = true;
      listener = null;
    }
  }
}
