package io.holdfast.server.transport;

import java.io.DataInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jgroups.Address;
import org.jgroups.blocks.cs.BaseServer;
import org.jgroups.blocks.cs.Connection;

/** What the two stacks do with bytes that arrive and with connections that come and go. */
final class ConnectionEvents {
  /** Incoming connections; beyond it, those that never brought a good frame are shed. */
  static final int INCOMING_MAX = 256;

  /** JGroups keeps a lock for every address it ever saw; after this many they are thrown away. */
  private static final int CLOSINGS_UNTIL_TIDIED = 4_096;

  private final FrameInbox inbox;
  private final AtomicInteger closings = new AtomicInteger();
  private volatile boolean closing;

  ConnectionEvents(FrameInbox inbox) {
    this.inbox = inbox;
  }

  void packet(Address source, byte[] bytes, int offset, int length) {
    inbox.packet(source, bytes, offset, length);
  }

  void packet(Address source, ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    inbox.packet(source, bytes, 0, bytes.length);
  }

  /**
   * @param length checked against the upper bound by the server
   * @throws IOException to have the connection closed
   */
  void packet(Address source, DataInput in, int length) throws IOException {
    if (length < 0) {
      throw new IOException("negative packet length " + length + " from " + source);
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    inbox.packet(source, bytes, 0, length);
  }

  /** From now on incoming connections are closed as they come. */
  void refuseNew() {
    closing = true;
  }

  /** An incoming connection; outgoing ones are not announced. */
  void established(BaseServer server, Connection fresh) {
    if (closing) {
      close(fresh);
    } else if (server.getNumConnections() >= INCOMING_MAX) {
      server.forAllConnections(
          (source, incoming) -> {
            if (!inbox.knows(source)) {
              close(incoming);
              server.removeConnectionIfPresent(source, incoming);
            }
          });
    }
  }

  void closed(BaseServer server, Connection ended) {
    if (ended instanceof PeerConnection outgoing) {
      outgoing.link().closed(outgoing);
      outgoing.abort();
      if (outgoing.isMissed()) {
        inbox.outgoingClosed(outgoing.link());
      }
      return;
    }
    inbox.incomingClosed(ended.peerAddress());
    if (closings.incrementAndGet() % CLOSINGS_UNTIL_TIDIED == 0) {
      Set<Address> open = ConcurrentHashMap.newKeySet();
      server.forAllConnections((source, incoming) -> open.add(source));
      server.retainAll(open);
    }
  }

  private static void close(Connection connection) {
    try {
      connection.close(false);
    } catch (IOException e) {
      // It is closed as far as it can be.
    }
  }
}
