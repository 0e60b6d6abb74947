package io.holdfast.server.transport;

import io.holdfast.raft.PeerId;

/**
 * Decides which links are cut: the seam through which tests and fault injection take the network
 * away. Asked for every message; called from any thread.
 */
public interface LinkFilter {
  /** Cuts nothing: what a peer runs with unless fault injection is asked for. */
  LinkFilter NONE =
      new LinkFilter() {
        @Override
        public boolean dropsFrom(PeerId sender) {
          return false;
        }

        @Override
        public boolean dropsTo(PeerId receiver) {
          return false;
        }
      };

  /** Whether messages that arrive from the sender are lost. */
  boolean dropsFrom(PeerId sender);

  /** Whether messages to the receiver are lost before they are sent. */
  boolean dropsTo(PeerId receiver);
}
