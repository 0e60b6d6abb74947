package io.holdfast.client;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;

/** Writes what happens to the platform's logger: danger loudly, the rest quietly. */
final class LoggingListener implements ClientListener {
  private final Logger logger = System.getLogger("io.holdfast.client");

  @Override
  public void connected(String address) {
    logger.log(Level.DEBUG, "connected to {0}", address);
  }

  @Override
  public void disconnected(String address, String reason) {
    logger.log(Level.DEBUG, "disconnected from {0}: {1}", address, reason);
  }

  @Override
  public void sessionOpened(long session, Duration ttl) {
    logger.log(Level.DEBUG, "session {0} is open with a TTL of {1}", id(session), ttl);
  }

  @Override
  public void sessionAtRisk(long session) {
    logger.log(Level.WARNING, "session {0} is at risk: no keep-alive acknowledged", id(session));
  }

  @Override
  public void sessionRecovered(long session) {
    logger.log(Level.INFO, "session {0} is safe again", id(session));
  }

  @Override
  public void sessionLost(long session, String reason) {
    logger.log(Level.WARNING, "session {0} is over: {1}", id(session), reason);
  }

  /** Without the grouping that the logger's formatter would put into a number. */
  private static String id(long session) {
    return Long.toString(session);
  }
}
