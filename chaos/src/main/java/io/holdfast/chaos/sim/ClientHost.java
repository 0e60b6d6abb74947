package io.holdfast.chaos.sim;

import io.holdfast.client.ClientListener;
import io.holdfast.client.HoldfastClient;
import io.holdfast.client.spi.ClientRuntime;
import io.holdfast.client.spi.Connector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One life of a client process: time, turns and connections for the production client. */
final class ClientHost implements ClientRuntime, Connector {
  private static final long TURN_NANOS = 1_000;

  /**
   * What a client process is like.
   *
   * @param number of the client, the same for all its lives
   */
  record Settings(
      int number,
      List<String> endpoints,
      Duration sessionTtl,
      Duration requestTimeout,
      PeerClock clock) {}

  private final SimWorld world;
  private final ClientNetwork network;
  private final Settings settings;
  private final RandomGenerator random;
  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private final HoldfastClient client;
  private long pausedUntilNanos;
  private EventQueue.@Nullable Planned plannedDrain;
  private boolean dead;

  ClientHost(
      SimWorld world,
      ClientNetwork network,
      Settings settings,
      RandomGenerator random,
      ClientListener listener) {
    this.world = world;
    this.network = network;
    this.settings = settings;
    this.random = new SplittableRandom(random.nextLong());
    this.client =
        HoldfastClient.builder()
            .endpoints(settings.endpoints().toArray(String[]::new))
            .sessionTtl(settings.sessionTtl())
            .requestTimeout(settings.requestTimeout())
            .ownerName(name())
            .listener(listener)
            .transport(this, this)
            .callbackExecutor(this::execute)
            .build();
  }

  HoldfastClient client() {
    return client;
  }

  String name() {
    return "client-" + settings.number();
  }

  int number() {
    return settings.number();
  }

  PeerClock clock() {
    return settings.clock();
  }

  /** Stands still until then; what falls due waits. */
  void pauseUntil(long nanos) {
    pausedUntilNanos = Math.max(pausedUntilNanos, nanos);
  }

  /** Lets a paused process go on. */
  void resume() {
    pausedUntilNanos = world.now();
    if (plannedDrain != null) {
      plannedDrain.cancel();
      planDrain();
    }
  }

  boolean isPaused() {
    return world.now() < pausedUntilNanos;
  }

  /** Ends the process; no task runs any more, its connections break. */
  void crash() {
    dead = true;
    tasks.clear();
    network.died(this);
  }

  boolean isDead() {
    return dead;
  }

  @Override
  public long nanoTime() {
    return settings.clock().local(world.now());
  }

  @Override
  public void execute(Runnable task) {
    if (dead) {
      return;
    }
    tasks.add(task);
    if (plannedDrain == null) {
      planDrain();
    }
  }

  private void planDrain() {
    plannedDrain = world.at(Math.max(world.now() + TURN_NANOS, pausedUntilNanos), this::drain);
  }

  private void drain() {
    if (world.now() < pausedUntilNanos) {
      planDrain();
      return;
    }
    Runnable next = tasks.poll();
    while (next != null && !dead) {
      next.run();
      next = tasks.poll();
    }
    plannedDrain = null;
  }

  @Override
  public Cancellable schedule(long delayNanos, Runnable task) {
    long due = settings.clock().local(world.now()) + Math.max(0, delayNanos);
    EventQueue.Planned planned = world.at(settings.clock().world(due), () -> execute(task));
    return planned::cancel;
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public void close() {
    // Nothing is held.
  }

  @Override
  public Connection connect(String address, Listener listener) {
    return network.connect(this, address, listener);
  }
}
