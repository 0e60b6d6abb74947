package io.holdfast.server.peer;

/**
 * The replicated state of one peer, in short: peers that applied as much have the same.
 *
 * @param peer name of the peer
 * @param appliedIndex log index the state is as of
 * @param digest SHA-256 of the canonical snapshot, in hexadecimal
 */
public record StateDigest(String peer, long appliedIndex, String digest) {}
