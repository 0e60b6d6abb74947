package io.holdfast.chaos.sim;

import io.holdfast.chaos.workload.ClientOptions;
import io.holdfast.chaos.workload.Environment;
import io.holdfast.chaos.workload.HttpCaller;
import io.holdfast.chaos.workload.TestClient;
import io.holdfast.client.ClientListener;
import io.holdfast.client.HoldfastClient;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/** Time, turns and clients for a guest: those of the simulated world. */
final class SimEnvironment implements Environment {
  /** Above the numbers of the simulator's own clients. */
  private static final int FIRST_CLIENT = 1_000;

  private final SimWorld world;
  private final ClientNetwork network;
  private final List<String> endpoints;
  private final RandomGenerator random;
  private int clients;

  SimEnvironment(SimWorld world, ClientNetwork network, List<String> endpoints) {
    this.world = world;
    this.network = network;
    this.endpoints = endpoints;
    this.random = world.draws().of("guest", 0);
  }

  @Override
  public long nowNanos() {
    return world.now();
  }

  @Override
  public void after(long delayNanos, Runnable task) {
    world.after(Math.max(0, delayNanos), task);
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public TestClient newClient(ClientOptions options) {
    int number = FIRST_CLIENT + clients++;
    RandomGenerator own = world.draws().of("guest-client", number);
    return new Simulated(
        new ClientHost(
            world,
            network,
            new ClientHost.Settings(
                number,
                endpoints,
                options.sessionTtl(),
                options.requestTimeout(),
                new PeerClock(own.nextInt(1_000_000), 0)),
            own,
            new ClientListener() {}));
  }

  @Override
  public Optional<HttpCaller> http() {
    return Optional.empty();
  }

  private final class Simulated implements TestClient {
    private final ClientHost host;

    private Simulated(ClientHost host) {
      this.host = host;
    }

    @Override
    public HoldfastClient api() {
      return host.client();
    }

    @Override
    public void pause(long nanos) {
      host.pauseUntil(world.now() + nanos);
    }

    @Override
    public void crash() {
      host.crash();
    }

    @Override
    public CompletableFuture<Void> close() {
      return host.client().closeAsync();
    }
  }
}
