package io.holdfast.client.testing;

import io.holdfast.api.Reply;
import io.holdfast.api.RequestMessage;
import io.holdfast.api.ServerMessage;
import io.holdfast.client.spi.Connector;
import java.util.List;

/** A connection to the service in memory; messages take no time but are never handled at once. */
final class FakeConnection implements Connector.Connection {
  private final ManualRuntime runtime;
  private final FakeNetwork network;
  private final FakeService service;
  private final Connector.Listener listener;
  private boolean closed;

  FakeConnection(
      ManualRuntime runtime,
      FakeNetwork network,
      FakeService service,
      Connector.Listener listener) {
    this.runtime = runtime;
    this.network = network;
    this.service = service;
    this.listener = listener;
  }

  @Override
  public void send(RequestMessage message) {
    runtime.execute(
        () -> {
          if (!closed && !network.isFrozen()) {
            Reply reply = service.handle(this, message.request());
            push(new ServerMessage.Answer(message.id(), reply));
          }
        });
  }

  void push(ServerMessage message) {
    runtime.execute(
        () -> {
          if (!closed && !network.isFrozen()) {
            listener.received(List.of(message));
          }
        });
  }

  /** The network fails. */
  void breakOff() {
    if (!closed) {
      close();
      runtime.execute(() -> listener.closed("the network is cut"));
    }
  }

  @Override
  public void close() {
    closed = true;
    network.forget(this);
    service.gone(this);
  }
}
