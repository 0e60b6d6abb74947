package io.holdfast.raft.core;

import io.holdfast.raft.PeerId;
import org.jspecify.annotations.Nullable;

/** The changes of role that the roles ask for. */
interface Transitions {
  /**
   * Follows from now on, in the current or a later term.
   *
   * @param leader who leads the term, if that is known
   */
  void becomeFollower(long term, @Nullable PeerId leader);

  void becomePreCandidate();

  /**
   * @param onLeadersRequest the leader handed over, so that voters need not be loyal to it
   */
  void becomeCandidate(boolean onLeadersRequest);

  void becomeLeader();
}
