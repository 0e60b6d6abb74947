package io.holdfast.server.gateway;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Reply;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts what the whole gateway has open, against its bounds. Any thread. */
final class Admission {
  private final GatewaySettings.Bounds bounds;
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger requests = new AtomicInteger();

  Admission(GatewaySettings.Bounds bounds) {
    this.bounds = bounds;
  }

  /**
   * Counts a connection. False if it is one too many; it counts until it is closed all the same.
   */
  boolean connectionOpened() {
    return connections.incrementAndGet() <= bounds.connections();
  }

  void connectionClosed() {
    connections.decrementAndGet();
  }

  /** Counts a request unless it is one too many. */
  boolean requestBegan() {
    if (requests.incrementAndGet() > bounds.requestsInFlight()) {
      requests.decrementAndGet();
      return false;
    }
    return true;
  }

  void requestsEnded(int count) {
    requests.addAndGet(-count);
  }

  int connections() {
    return connections.get();
  }

  int requestsInFlight() {
    return requests.get();
  }

  Reply.Failed tooManyConnections() {
    return Reply.Failed.of(
        ErrorCode.OVERLOADED,
        "connections",
        Integer.toString(connections.get()),
        "this peer serves at most "
            + bounds.connections()
            + " connections; use another peer, or close connections that are not needed");
  }

  Reply.Failed tooManyRequests() {
    return Reply.Failed.of(
        ErrorCode.OVERLOADED,
        "requestsInFlight",
        Integer.toString(bounds.requestsInFlight()),
        "this peer has as many requests as it takes; ask again later, or another peer");
  }

  Reply.Failed tooManyOnThisConnection() {
    return Reply.Failed.of(
        ErrorCode.OVERLOADED,
        "requestsInFlight",
        Integer.toString(bounds.requestsPerConnection()),
        "this connection has as many requests without an answer as it may have; read answers first");
  }

  /** What is said when the peer's own mailbox is full. */
  static Reply.Failed peerIsBusy() {
    return Reply.Failed.of(
        ErrorCode.OVERLOADED, "the peer has too much to do; nothing was done, ask again later");
  }
}
