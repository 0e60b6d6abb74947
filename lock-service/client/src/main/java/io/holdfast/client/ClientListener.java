package io.holdfast.client;

import java.time.Duration;

/**
 * Told what happens to a client. Called by the client's callback executor, in order where the
 * executor keeps order. Every method does nothing unless overridden.
 */
public interface ClientListener {
  /** A connection is in use. */
  default void connected(String address) {}

  /** The connection in use, or an attempt at one, failed. */
  default void disconnected(String address, String reason) {}

  /** A session is open; the TTL is the one in force. */
  default void sessionOpened(long session, Duration ttl) {}

  /** No keep-alive of the session was acknowledged for two thirds of its TTL. */
  default void sessionAtRisk(long session) {}

  /** A session that was at risk is safe again. */
  default void sessionRecovered(long session) {}

  /** The session is over, though nobody closed it; every lease of it is lost. */
  default void sessionLost(long session, String reason) {}

  /** A listener that writes to {@code System.Logger} under the name {@code io.holdfast.client}. */
  static ClientListener logging() {
    return new LoggingListener();
  }
}
