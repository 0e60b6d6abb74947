package io.holdfast.server.gateway;

/**
 * How a peer is doing.
 *
 * @param live false when only a restart can help
 * @param ready whether it can serve requests now
 * @param detail why it is not ready or not live; otherwise what it is doing
 */
public record PeerHealth(boolean live, boolean ready, String detail) {}
