package io.holdfast.client.testing;

import io.holdfast.client.spi.Connector;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What lies between one client and the service in memory. */
final class FakeNetwork implements Connector {
  private final ManualRuntime runtime;
  private final FakeService service;
  private final Set<FakeConnection> connections = new LinkedHashSet<>();
  private boolean cut;
  private boolean frozen;

  FakeNetwork(ManualRuntime runtime, FakeService service) {
    this.runtime = runtime;
    this.service = service;
  }

  @Override
  public Connection connect(String address, Listener listener) {
    FakeConnection connection = new FakeConnection(runtime, this, service, listener);
    connections.add(connection);
    runtime.execute(
        () -> {
          if (cut) {
            connection.breakOff();
          } else if (!frozen && connections.contains(connection)) {
            listener.connected();
          }
        });
    return connection;
  }

  boolean isFrozen() {
    return frozen;
  }

  void forget(FakeConnection connection) {
    connections.remove(connection);
  }

  /** Breaks all connections and lets none be made. */
  void cut() {
    cut = true;
    List.copyOf(connections).forEach(FakeConnection::breakOff);
  }

  /** Swallows everything without a sign. */
  void freeze() {
    frozen = true;
  }

  void heal() {
    cut = false;
    if (frozen) {
      frozen = false;
      // What was swallowed is gone, so the connections are of no more use.
      List.copyOf(connections).forEach(FakeConnection::breakOff);
    }
  }
}
