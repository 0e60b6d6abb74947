package io.holdfast.api;

/**
 * Who leads.
 *
 * @param peer the peer's name
 * @param clientAddress {@code host:port} of its client port
 */
public record LeaderHint(String peer, String clientAddress) {}
