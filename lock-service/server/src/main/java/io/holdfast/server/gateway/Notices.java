package io.holdfast.server.gateway;

import io.holdfast.server.log.RepeatedEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the gateway tells the log about its clients: loud, because somebody should look at it, and
 * seldom, because a client must not be able to fill the log. Credentials and bodies never appear.
 */
final class Notices {
  private static final Logger LOG = LoggerFactory.getLogger("io.holdfast.gateway");

  private final RepeatedEvent malformed = new RepeatedEvent();
  private final RepeatedEvent slow = new RepeatedEvent();
  private final RepeatedEvent connections = new RepeatedEvent();
  private final RepeatedEvent overloaded = new RepeatedEvent();
  private final RepeatedEvent unauthorized = new RepeatedEvent();
  private final RepeatedEvent broken = new RepeatedEvent();

  void malformed(String from, String what) {
    malformed.happened(
        more -> LOG.warn("client {} broke the protocol: {}{}", from, clean(what), others(more)));
  }

  void slow(String from, long unreadBytes) {
    slow.happened(
        more ->
            LOG.warn(
                "client {} was cut off: it left more than {} bytes unread{}",
                from,
                unreadBytes,
                others(more)));
  }

  void tooManyConnections(String from, int bound) {
    connections.happened(
        more ->
            LOG.warn(
                "client {} was refused: {} connections are open, which is limit.connections{}",
                from,
                bound,
                others(more)));
  }

  void overloaded(String what) {
    overloaded.happened(more -> LOG.warn("requests are refused: {}{}", what, others(more)));
  }

  void unauthorized(String from) {
    unauthorized.happened(
        more -> LOG.warn("client {} has no valid credentials{}", from, others(more)));
  }

  /** A fault of our own. */
  void broken(String where, Throwable fault) {
    broken.happened(more -> LOG.error("unexpected fault {}{}", where, others(more), fault));
  }

  private static String clean(String text) {
    return text.length() <= 200 ? text : text.substring(0, 200) + "...";
  }

  private static String others(long more) {
    return more == 0 ? "" : " (and " + more + " more like it)";
  }
}
