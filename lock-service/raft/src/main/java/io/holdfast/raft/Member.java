package io.holdfast.raft;

/**
 * A peer as the configuration knows it.
 *
 * @param peerAddress host:port where the other peers reach it
 * @param clientAddress host:port where clients reach it
 */
public record Member(PeerId id, String peerAddress, String clientAddress) {}
