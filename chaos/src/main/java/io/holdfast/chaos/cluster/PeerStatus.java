package io.holdfast.chaos.cluster;

import org.jspecify.annotations.Nullable;

/**
 * What a peer says of itself.
 *
 * @param role as {@code GET /v1/cluster} has it
 * @param leader name of the peer it takes for the leader, or null
 * @param degraded why it takes no part, or null
 */
public record PeerStatus(
    int peer,
    String role,
    long term,
    @Nullable String leader,
    long commitIndex,
    long appliedIndex,
    @Nullable String degraded) {
  /** Whether it says it leads. */
  public boolean leads() {
    return role.equals("leader");
  }
}
