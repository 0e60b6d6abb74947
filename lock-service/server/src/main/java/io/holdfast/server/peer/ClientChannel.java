package io.holdfast.server.peer;

import io.holdfast.api.Event;
import io.holdfast.api.Reply;

/**
 * One client's way back: a stream, or one HTTP request that is being answered. Implemented by the
 * gateway. All methods are called on the peer's event loop, must return at once and must not throw;
 * what they are given is to be gathered and handed to the connection's own thread in {@link
 * #flush}. Channels are compared by identity.
 */
public interface ClientChannel {
  /**
   * The answer to the request with this id. Each request that {@link PeerService#submit} took is
   * answered exactly once, unless the channel was closed before.
   */
  void reply(long id, Reply reply);

  /** Something the client did not ask for at this moment. Never dropped by the peer. */
  void event(Event event);

  /**
   * Whether the client takes watch events as fast as they are sent. While it does not, its watches
   * stand still; they go on, or tell that events were lost, when it does again.
   */
  boolean isReady();

  /** The turn in which replies or events were given is over. */
  void flush();
}
