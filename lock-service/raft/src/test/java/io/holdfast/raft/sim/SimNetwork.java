package io.holdfast.raft.sim;

import io.holdfast.raft.Member;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.message.Message;
import io.holdfast.raft.message.Message.AppendEntries;
import io.holdfast.raft.message.Message.InstallSnapshot;
import io.holdfast.raft.spi.Transport;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** Links between peers: delay, loss, duplication, reordering, cuts in one or both directions. */
public final class SimNetwork {
  /** Hears every message when it leaves, lost or not. */
  public interface Watcher {
    void leaving(PeerId from, PeerId to, Message message);
  }

  private record Link(PeerId from, PeerId to) implements Comparable<Link> {
    @Override
    public int compareTo(Link other) {
      int byFrom = from.compareTo(other.from);
      return byFrom != 0 ? byFrom : to.compareTo(other.to);
    }
  }

  private final SimClock clock;
  private final Random random;
  private final Watcher watcher;
  private final Map<PeerId, Endpoint> endpoints = new TreeMap<>();
  private final Set<Link> cut = new TreeSet<>();
  private final Map<Link, Long> lastArrival = new TreeMap<>();
  private long delayMinNanos = TimeUnit.MICROSECONDS.toNanos(100);
  private long delayMaxNanos = TimeUnit.MICROSECONDS.toNanos(500);
  private double loss;
  private double duplication;
  private double longDelay;
  private boolean ordered = true;
  private @Nullable BiPredicate<PeerId, Message> dropRule;
  private long messages;
  private long requests;
  private long payloadBytes;

  SimNetwork(SimClock clock, Random random, Watcher watcher) {
    this.clock = clock;
    this.random = random;
    this.watcher = watcher;
  }

  Transport endpoint(PeerId self) {
    Endpoint endpoint = new Endpoint(self);
    endpoints.put(self, endpoint);
    return endpoint;
  }

  public void delayMillis(long min, long max) {
    delayMinNanos = TimeUnit.MILLISECONDS.toNanos(min);
    delayMaxNanos = TimeUnit.MILLISECONDS.toNanos(max);
  }

  /** Datagrams: lost, doubled and overtaken with these probabilities. */
  public void unreliable(double lossRate, double duplicationRate, double longDelayRate) {
    loss = lossRate;
    duplication = duplicationRate;
    longDelay = longDelayRate;
    ordered = false;
  }

  public void reliable() {
    loss = 0;
    duplication = 0;
    longDelay = 0;
    ordered = true;
    dropRule = null;
  }

  /** Drops messages by (receiver, message). */
  public void dropWhen(BiPredicate<PeerId, Message> rule) {
    dropRule = rule;
  }

  public void cutOneWay(PeerId from, PeerId to) {
    cut.add(new Link(from, to));
  }

  public void cut(PeerId one, PeerId other) {
    cutOneWay(one, other);
    cutOneWay(other, one);
  }

  public void heal(PeerId one, PeerId other) {
    cut.remove(new Link(one, other));
    cut.remove(new Link(other, one));
  }

  public void healAll() {
    cut.clear();
  }

  /** Messages handed to the network since the start, one per receiver. */
  public long messages() {
    return messages;
  }

  /** Messages that ask something of another peer, one per receiver. */
  public long requests() {
    return requests;
  }

  /** Payload bytes of entries and chunks since the start, once per receiver. */
  public long payloadBytes() {
    return payloadBytes;
  }

  void disconnected(PeerId gone) {
    for (Endpoint endpoint : endpoints.values()) {
      Transport.Listener listener = endpoint.listener;
      if (!endpoint.self.equals(gone) && listener != null) {
        clock.after(delayNanos(), () -> listener.disconnected(gone));
      }
    }
  }

  private long delayNanos() {
    return delayMinNanos + (long) (random.nextDouble() * (delayMaxNanos - delayMinNanos));
  }

  private void transmit(PeerId from, PeerId to, Message message) {
    watcher.leaving(from, to, message);
    messages++;
    if (!message.getClass().getSimpleName().endsWith("Reply")) {
      requests++;
    }
    if (message instanceof AppendEntries append) {
      append.entries().forEach(entry -> payloadBytes += entry.payload().length);
    } else if (message instanceof InstallSnapshot install) {
      payloadBytes += install.chunk().length;
    }
    boolean dropped =
        cut.contains(new Link(from, to))
            || random.nextDouble() < loss
            || (dropRule != null && dropRule.test(to, message));
    if (dropped) {
      return;
    }
    deliverLater(from, to, message);
    if (random.nextDouble() < duplication) {
      deliverLater(from, to, message);
    }
  }

  private void deliverLater(PeerId from, PeerId to, Message message) {
    long at = clock.now() + delayNanos();
    if (random.nextDouble() < longDelay) {
      at += TimeUnit.MILLISECONDS.toNanos(200 + random.nextInt(1 + random.nextInt(2_000)));
    }
    if (ordered) {
      Link link = new Link(from, to);
      at = Math.max(at, lastArrival.getOrDefault(link, 0L));
      lastArrival.put(link, at);
    }
    clock.at(
        at,
        () -> {
          Endpoint target = endpoints.get(to);
          Transport.Listener listener = target == null ? null : target.listener;
          if (listener != null && !cut.contains(new Link(from, to))) {
            listener.received(from, message);
          }
        });
  }

  private final class Endpoint implements Transport {
    private final PeerId self;
    private @Nullable Listener listener;

    private Endpoint(PeerId self) {
      this.self = self;
    }

    @Override
    public void start(Listener newListener) {
      listener = newListener;
    }

    @Override
    public void connect(Collection<Member> peers) {}

    @Override
    public void send(List<PeerId> receivers, Message message) {
      for (PeerId to : receivers) {
        transmit(self, to, message);
      }
    }

    @Override
    public void drop(PeerId peer) {}

    @Override
    public void close() {
      listener = null;
    }
  }
}
