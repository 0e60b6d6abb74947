package io.holdfast.client.spi;

import io.holdfast.api.RequestMessage;
import io.holdfast.api.ServerMessage;
import java.util.List;

/** Makes connections to peers. */
public interface Connector {
  /**
   * Begins to connect. Never blocks; all callbacks come as tasks of the client's runtime, none
   * before this returned.
   *
   * @param address {@code host:port} of a peer's client port
   */
  Connection connect(String address, Listener listener);

  /** A connection, or the attempt at one. Used inside tasks of the client's runtime only. */
  interface Connection {
    /**
     * Sends a request once {@link Listener#connected} was called. Never blocks; requests of one
     * task may leave together at its end, in order.
     */
    void send(RequestMessage request);

    /** Ends the connection or attempt; no callback follows. */
    void close();
  }

  /** What becomes of a connection. */
  interface Listener {
    /** Requests may be sent from now on. */
    void connected();

    /** Messages arrived, in order. */
    void received(List<ServerMessage> messages);

    /**
     * The connection could not be made, or is broken. The last callback.
     *
     * @param reason a sentence for people
     */
    void closed(String reason);
  }
}
