package io.holdfast.client.testing;

import io.holdfast.client.ClientBuilder;
import io.holdfast.client.ClientListener;
import io.holdfast.client.HoldfastClient;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * A Holdfast for the tests of applications: real clients, a service in memory, and a clock that
 * moves when the test says so.
 *
 * <pre>{@code
 * InMemoryHoldfast holdfast = new InMemoryHoldfast();
 * HoldfastClient client = holdfast.newClient();
 * Lease lease = client.lock("orders/42").acquire();
 * holdfast.cutOff(client);
 * holdfast.advance(Duration.ofSeconds(10));
 * assertThat(lease.isValid()).isFalse();
 * }</pre>
 *
 * <p>With one thread everything that can happen has happened when a method returns, callbacks
 * included. A blocking acquire of a lock that is not free blocks for real, until another thread
 * releases it or moves the clock. Safe for use by many threads.
 */
public final class InMemoryHoldfast {
  private static final String ADDRESS = "memory:1";

  private final ManualRuntime runtime = new ManualRuntime(1);
  private final FakeService service = new FakeService(runtime);
  private final Map<HoldfastClient, FakeNetwork> networks = new ConcurrentHashMap<>();

  /** A service that knows nothing yet, at time zero. */
  public InMemoryHoldfast() {}

  /** A client of this service with a session TTL of 10 s. */
  public HoldfastClient newClient() {
    return newClient(options -> options);
  }

  /**
   * A client of this service.
   *
   * @param options sets what a test wants to be different: TTL, timeouts, listener
   */
  public HoldfastClient newClient(UnaryOperator<ClientBuilder> options) {
    FakeNetwork network = new FakeNetwork(runtime, service);
    ClientBuilder builder =
        HoldfastClient.builder()
            .endpoints(ADDRESS)
            .listener(new ClientListener() {})
            .callbackExecutor(runtime.callbacks())
            .transport(runtime, network);
    HoldfastClient client = options.apply(builder).build();
    networks.put(client, network);
    return client;
  }

  /** Lets time pass; what falls due on the way happens at its time. */
  public void advance(Duration time) {
    runtime.advance(time);
  }

  /** Time since the beginning. */
  public Duration now() {
    return Duration.ofNanos(runtime.nanoTime());
  }

  /** Breaks a client's connection and lets it make none until {@link #heal}. */
  public void cutOff(HoldfastClient client) {
    runtime.execute(network(client)::cut);
  }

  /** Swallows all a client sends and is sent, without a sign, until {@link #heal}. */
  public void freeze(HoldfastClient client) {
    runtime.execute(network(client)::freeze);
  }

  /** Lets a client reach the service again. */
  public void heal(HoldfastClient client) {
    runtime.execute(network(client)::heal);
  }

  /** Ends a session at the service as if its TTL were over. */
  public void expire(long session) {
    runtime.execute(() -> service.expire(session));
  }

  private FakeNetwork network(HoldfastClient client) {
    FakeNetwork network = networks.get(client);
    if (network == null) {
      throw new IllegalArgumentException("the client is not one of this service");
    }
    return network;
  }
}
