package io.holdfast.raft.driver;

/**
 * Learns the outcome of one read index request; exactly one method is called, once, on the loop.
 */
public interface ReadCallback {
  /**
   * A majority followed this leader in a round begun after the request, and the state machine holds
   * every command that was acknowledged before the request.
   *
   * @param index the applied index is at least this
   */
  void confirmed(long index);

  /** Never {@link ProposalFailure.OutcomeUnknown}: a read has no effect. */
  void failed(ProposalFailure why);
}
