package io.holdfast.raft.core;

/** What a peer is at the moment (Raft paper §5.1; the pre-candidate is thesis §9.6). */
public enum Role {
  /** Answers others; a learner is a follower that never campaigns. */
  FOLLOWER,
  /** Asks whether it could win an election, without raising its term. */
  PRE_CANDIDATE,
  /** Asks for votes in its current term. */
  CANDIDATE,
  /** Elected in its current term. */
  LEADER
}
