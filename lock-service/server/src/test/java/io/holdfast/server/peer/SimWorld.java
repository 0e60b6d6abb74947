package io.holdfast.server.peer;

import io.holdfast.raft.PeerId;
import io.holdfast.raft.spi.Transport;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Virtual time and a network whose links can be cut, and lose, double and delay messages. */
final class SimWorld {
  private final Random random;
  private final PriorityQueue<Happening> happenings =
      new PriorityQueue<>(
          Comparator.comparingLong(Happening::atNanos).thenComparingLong(Happening::sequence));
  private final Map<PeerId, Port> ports = new HashMap<>();
  private final Set<Link> cut = new HashSet<>();
  private long now = 1_000_000_000L;
  private long sequence;
  private double lossRate;
  private double doubleRate;
  private double lateRate;

  SimWorld(long seed) {
    this.random = new Random(seed);
  }

  private record Happening(long atNanos, long sequence, Runnable action) {}

  private record Link(PeerId from, PeerId to) {}

  long now() {
    return now;
  }

  Random random() {
    return random;
  }

  long syncNanos() {
    return 100_000L + random.nextInt(900_000);
  }

  void at(long nanos, Runnable action) {
    happenings.add(new Happening(Math.max(nanos, now), sequence++, action));
  }

  void unreliable(double loss, double doubled, double late) {
    lossRate = loss;
    doubleRate = doubled;
    lateRate = late;
  }

  void cut(PeerId from, PeerId to) {
    cut.add(new Link(from, to));
  }

  void isolate(PeerId peer, Collection<PeerId> others) {
    for (PeerId other : others) {
      if (!other.equals(peer)) {
        cut(peer, other);
        cut(other, peer);
      }
    }
  }

  void heal() {
    cut.clear();
  }

  /** Lets the next thing happen; false when nothing is left to happen before this time. */
  boolean step(long untilNanos) {
    Happening next = happenings.peek();
    if (next == null || next.atNanos() > untilNanos) {
      return false;
    }
    happenings.poll();
    now = next.atNanos();
    next.action().run();
    return true;
  }

  void runMillis(long millis) {
    long until = now + millis * 1_000_000;
    boolean more = true;
    while (more) {
      more = step(until);
    }
    now = until;
  }

  /** Runs until the condition holds; false when it does not within this virtual time. */
  boolean runUntil(BooleanSupplier condition, long millisMax) {
    long until = now + millisMax * 1_000_000;
    while (!condition.getAsBoolean()) {
      if (!step(until)) {
        now = until;
        return condition.getAsBoolean();
      }
    }
    return true;
  }

  Transport open(PeerId self) {
    Port port = new Port(self);
    ports.put(self, port);
    return port;
  }

  private final class Port implements Transport {
    private final PeerId self;
    private @Nullable Listener listener;
    private boolean closed;

    private Port(PeerId self) {
      this.self = self;
    }

    @Override
    public void start(Listener to) {
      listener = to;
    }

    @Override
    public void connect(Collection<io.holdfast.raft.Member> peers) {}

    @Override
    public void send(List<PeerId> receivers, io.holdfast.raft.message.Message message) {
      if (closed) {
        return;
      }
      for (PeerId to : receivers) {
        if (random.nextDouble() < lossRate || cut.contains(new Link(self, to))) {
          continue;
        }
        deliver(to, message);
        if (random.nextDouble() < doubleRate) {
          deliver(to, message);
        }
      }
    }

    private void deliver(PeerId to, io.holdfast.raft.message.Message message) {
      long delay = 100_000L + random.nextInt(400_000);
      if (random.nextDouble() < lateRate) {
        delay += random.nextInt(300) * 1_000_000L;
      }
      at(
          now + delay,
          () -> {
            Port port = ports.get(to);
            if (port != null && !port.closed && port.listener != null) {
              port.listener.received(self, message);
            }
          });
    }

    @Override
    public void drop(PeerId peer) {}

    @Override
    public void close() {
      closed = true;
    }
  }

  /** The given things in a random order. */
  <T> List<T> shuffled(Collection<T> things) {
    List<T> list = new ArrayList<>(things);
    java.util.Collections.shuffle(list, random);
    return list;
  }
}
