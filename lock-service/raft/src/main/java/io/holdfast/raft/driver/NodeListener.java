package io.holdfast.raft.driver;

import io.holdfast.raft.EntryId;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.core.Role;
import java.util.Optional;

/**
 * Hears what happens to a peer. All methods are called on the loop and may call the node back.
 *
 * @param <R> the result of a command
 */
public interface NodeListener<R> {
  /** A command was applied; called on every peer in the order of the log, after the callback. */
  void applied(EntryId id, R result);

  /** Role, term and leader changed together (the pair of term and leader is never torn). */
  void roleChanged(Role role, long term, Optional<PeerId> leader);

  /** This peer leads and has applied an entry of its own term: it may serve. */
  void leaderReady(long term, long nowNanos);

  void applicationMessage(PeerId from, byte[] payload);

  /** The state machine was replaced by a snapshot that ends with this entry. */
  void restored(EntryId snapshotLast);

  /** Storage failed: the peer takes no part until it is restarted. */
  void degraded(String reason);

  /**
   * The loop was not run when it should have been (paused process, suspended machine, slow step).
   * Called before anything else of the turn that ends the gap.
   *
   * @param gapNanos the time between the starts of the two turns around the gap
   */
  default void stalled(long gapNanos) {}
}
