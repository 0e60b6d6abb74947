package io.holdfast.raft;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a peer must remember for ever, besides its log: the newest term it knows and whom it voted
 * for in that term (Raft paper, figure 2).
 */
public record HardState(long currentTerm, @Nullable PeerId vote) {
  public static final HardState INITIAL = new HardState(0, null);

  /**
   * Whom a peer votes for that must not vote at all, because it cannot know what it promised before
   * it lost its store. No member has this identity.
   */
  public static final PeerId NOBODY = new PeerId(PeerId.MAX_VALUE);

  public Optional<PeerId> votedFor() {
    return Optional.ofNullable(vote);
  }
}
