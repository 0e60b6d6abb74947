package io.holdfast.client.internal;

/** Told what happens inside. Called inside tasks of the runtime; must not block. */
public interface CoreListener {
  /** A connection is in use. */
  void connected(String address);

  /** The connection in use, or an attempt at one, failed. */
  void disconnected(String address, String reason);

  /** A session is open. */
  void sessionOpened(long session, long ttlMillis);

  /** A session has been without an acknowledged keep-alive for two thirds of its TTL. */
  void sessionAtRisk(long session);

  /** A session that was at risk is safe again. */
  void sessionRecovered(long session);

  /** A session is lost. */
  void sessionLost(long session, String reason);
}
