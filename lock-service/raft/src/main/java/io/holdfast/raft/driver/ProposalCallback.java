package io.holdfast.raft.driver;

import io.holdfast.raft.EntryId;

/**
 * Learns the outcome of one proposal; exactly one method is called, once, on the loop.
 *
 * @param <R> the result of a command
 */
public interface ProposalCallback<R> {
  /** The command is durable on a majority and was applied here with this result. */
  void applied(EntryId id, R result);

  void failed(ProposalFailure why);
}
