package io.holdfast.raft.spi;

import io.holdfast.raft.EntryId;
import org.jspecify.annotations.Nullable;

/**
 * The replicated state machine. All methods are called by one thread, the owner of the node's event
 * loop. The state is a pure function of the commands applied: no clock, no randomness, no order of
 * a hash table may reach it.
 *
 * @param <R> the result of a command
 */
public interface StateMachine<R> {
  /**
   * Applies a committed command. Commands arrive in the order of the log, each once; entries that
   * are not commands are left out, so that indexes may skip. Must not throw for any bytes: a
   * command that cannot be decoded has the same definite result on every peer.
   */
  R apply(EntryId id, byte[] command);

  /** Fixes the state of this moment; later commands do not show in the view. */
  SnapshotView beginSnapshot();

  /** Starts to replace the state; the old one stays until {@link Restore#finish()}. */
  Restore beginRestore();

  /** The state at one moment, read piece by piece while commands go on being applied. */
  interface SnapshotView extends AutoCloseable {
    /**
     * The next piece of the canonical snapshot, or null at its end. The concatenation of all pieces
     * is the same for every sequence of {@code bytesMax}.
     *
     * @param bytesMax 1 KiB or more; a piece is never longer
     */
    byte @Nullable [] nextChunk(int bytesMax);

    @Override
    void close();
  }

  /** A state in the making. */
  interface Restore {
    /** Takes the next piece of a snapshot; pieces may be cut anywhere. */
    void accept(byte[] chunk);

    /**
     * Puts the new state in force.
     *
     * @throws IllegalArgumentException if the pieces were not one whole snapshot; the old state
     *     stays
     */
    void finish();
  }
}
