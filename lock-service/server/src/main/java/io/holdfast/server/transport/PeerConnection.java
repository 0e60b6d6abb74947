package io.holdfast.server.transport;

import java.io.IOException;

/** An outgoing connection. Written by one thread; aborted by any. */
interface PeerConnection {
  PeerLink link();

  /**
   * Connects, or begins to. Blocks no longer than the connect and handshake do; {@link #abort} ends
   * it.
   */
  void open() throws Exception;

  /**
   * Whether the two sides still agree on their secrets, which a busy peer may take a second for: to
   * drop such a connection for its silence would mean to start over for ever.
   */
  boolean isShakingHands();

  /**
   * Returns when the kernel has taken all bytes.
   *
   * @throws IOException if the connection is or gets closed
   */
  void write(byte[] bytes, int offset, int length) throws Exception;

  boolean isUsable();

  /** This side is about to close the connection, so that its end is no news. */
  void disown();

  /** Whether the connection was established, and this side did not mean to close it. */
  boolean isMissed();

  /** Closes without writing anything. Idempotent. */
  void abort();
}
