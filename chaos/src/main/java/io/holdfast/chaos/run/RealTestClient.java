package io.holdfast.chaos.run;

import io.holdfast.chaos.workload.ClientOptions;
import io.holdfast.chaos.workload.TestClient;
import io.holdfast.client.ClientListener;
import io.holdfast.client.HoldfastClient;
import io.holdfast.client.internal.net.NioConnector;
import io.holdfast.client.internal.net.NioRuntime;
import io.holdfast.client.spi.Connector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;

/** A client with its real network code, which can be stopped and killed from outside. */
final class RealTestClient implements TestClient {
  private final NioRuntime runtime;
  private final Tracking connector;
  private final HoldfastClient client;
  private volatile long pausedUntilNanos;
  private volatile boolean dead;

  RealTestClient(List<String> endpoints, ClientOptions options, Executor callbacks) {
    this.runtime = NioRuntime.start("chaos-" + options.name());
    this.connector = new Tracking(new NioConnector(runtime, null));
    this.client =
        HoldfastClient.builder()
            .endpoints(endpoints.toArray(String[]::new))
            .sessionTtl(options.sessionTtl())
            .requestTimeout(options.requestTimeout())
            .ownerName(options.name())
            .listener(new ClientListener() {})
            .callbackExecutor(callbacks)
            .transport(runtime, connector)
            .build();
  }

  /** Remembers the connections, for a process that dies takes them along. */
  private static final class Tracking implements Connector {
    private final Connector actual;
    private final List<Connection> connections = new ArrayList<>();

    private Tracking(Connector actual) {
      this.actual = actual;
    }

    @Override
    public Connection connect(String address, Listener listener) {
      Connection connection = actual.connect(address, listener);
      connections.add(connection);
      return connection;
    }

    private void closeAll() {
      connections.forEach(Connection::close);
      connections.clear();
    }
  }

  @Override
  public HoldfastClient api() {
    return client;
  }

  /** A task that does not end keeps the client's every other one from running, timers included. */
  @Override
  public void pause(long nanos) {
    long until = System.nanoTime() + nanos;
    boolean paused = pausedUntilNanos - System.nanoTime() > 0;
    pausedUntilNanos = until;
    if (paused) {
      return;
    }
    Thread pausing = new Thread(() -> runtime.execute(this::sleep), "chaos-pause");
    pausing.setDaemon(true);
    pausing.start();
  }

  private void sleep() {
    long left = pausedUntilNanos - System.nanoTime();
    while (left > 0 && !dead) {
      LockSupport.parkNanos(this, left);
      left = pausedUntilNanos - System.nanoTime();
    }
  }

  @Override
  public void crash() {
    dead = true;
    runtime.execute(
        () -> {
          connector.closeAll();
          runtime.close();
        });
  }

  @Override
  public CompletableFuture<Void> close() {
    return dead ? CompletableFuture.completedFuture(null) : client.closeAsync();
  }
}
