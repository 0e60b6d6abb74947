package io.holdfast.server.peer;

/**
 * How a peer is doing, for health checks.
 *
 * @param live false when only a restart can help
 * @param ready whether requests can be served here now: this peer leads, or knows who does
 * @param detail why it is not ready or not live; otherwise what it is doing
 */
public record PeerState(boolean live, boolean ready, String detail) {
  static final PeerState STARTING = new PeerState(true, false, "starting");
}
