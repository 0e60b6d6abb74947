package io.holdfast.raft.driver;

import io.holdfast.raft.Configuration;

/** Learns how a change of members ended; exactly one method is called, once, on the loop. */
public interface MembershipCallback {
  /**
   * The change is committed and complete.
   *
   * @param configuration in force now; never joint
   */
  void changed(Configuration configuration);

  /**
   * The change was refused, which is definite, or this peer lost leadership before it was complete:
   * then it may still be completed by the next leader, or be undone.
   */
  void failed(ProposalFailure why);
}
