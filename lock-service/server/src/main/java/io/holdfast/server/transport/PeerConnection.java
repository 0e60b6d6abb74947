package io.holdfast.server.transport;

import java.io.IOException;

/** An outgoing connection. Written by one thread at a time; aborted by any. */
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

  /**
   * Writes what the kernel takes at once, and never waits. The caller is the only writer.
   *
   * @param bytes not changed before all of them are taken
   */
  Taken offer(byte[] bytes, int length) throws Exception;

  /**
   * Returns when the kernel has taken what an {@link #offer} began with.
   *
   * @throws IOException if the connection is or gets closed
   */
  void finish() throws Exception;

  /** How far an {@link #offer} came. */
  enum Taken {
    NOTHING,
    BEGUN,
    ALL
  }

  boolean isUsable();

  /** This side is about to close the connection, so that its end is no news. */
  void disown();

  /** Whether the connection was established, and this side did not mean to close it. */
  boolean isMissed();

  /** Closes without writing anything. Idempotent. */
  void abort();
}
