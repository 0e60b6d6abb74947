package io.holdfast.raft.spi;

import io.holdfast.raft.Entry;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.HardState;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.SnapshotId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The durable half of a peer: hard state, log and snapshots. Except for {@link #recover()} and
 * {@link #close()} no method blocks; what was asked for is answered through the {@link Listener}.
 * Methods are called by one thread, the owner of the node's event loop.
 */
public interface LogStorage extends AutoCloseable {
  /**
   * Reads what is stored, and makes what it found durable before it answers. Called once, before
   * any other method.
   *
   * @throws StorageException if the stored data is damaged or foreign; nothing was changed
   */
  Recovered recover();

  /** Starts to accept batches. Called once, after {@link #recover()}. */
  void start(Listener listener);

  /**
   * Makes a batch durable. Batches become durable in the order of the calls, each wholly or not at
   * all; several may share one synchronous write, and then only the last one may be acknowledged.
   */
  void persist(Batch batch);

  /** Reads entries that are no longer in memory. Answered by {@link Listener#fetched}. */
  void fetch(Fetch request);

  /** Starts to write a snapshot; it counts for nothing until it is finished and durable. */
  SnapshotWriter writeSnapshot(SnapshotDescriptor.Draft draft);

  /**
   * Reads bytes of a stored snapshot. Answered by {@link Listener#snapshotRead}, with fewer bytes
   * only at its end.
   *
   * @param lengthMax 1 to 1,048,576 bytes
   */
  void readSnapshot(SnapshotId id, long offset, int lengthMax);

  /** Finishes what was handed over, then closes the files. Blocks. */
  @Override
  void close();

  /**
   * What was found at the start.
   *
   * @param head the position just before the first entry; equal to or before the snapshot's last
   *     entry
   * @param entries the whole log after {@code head}, without gaps
   */
  record Recovered(
      HardState hardState,
      EntryId head,
      List<Entry> entries,
      Optional<SnapshotDescriptor> snapshot) {}

  /**
   * Changes that become durable together, applied in the order of the components.
   *
   * @param number increasing by one from 1; acknowledged by {@link Listener#durable}
   * @param hardState the new hard state, or null when unchanged
   * @param head the log now starts after this position: everything up to it may be forgotten. A
   *     durable snapshot covers it. Null when unchanged
   * @param truncateFrom entries with this index and above are dropped; 0 when none are
   * @param entries follow the end of the log without a gap, or follow {@code head}
   */
  record Batch(
      long number,
      @Nullable HardState hardState,
      @Nullable EntryId head,
      long truncateFrom,
      List<Entry> entries) {}

  /**
   * @param ticket comes back with the answer
   * @param fromIndex the first index wanted
   * @param toIndexExclusive the first index not wanted
   * @param bytesMax payload bytes after which the answer may stop early; it holds at least one
   *     entry
   */
  record Fetch(long ticket, long fromIndex, long toIndexExclusive, long bytesMax) {}

  /** Takes the bytes of one snapshot in order. Called by the owner of the node's event loop. */
  interface SnapshotWriter {
    /** Hands over the next bytes; the array must not be changed afterwards. */
    void write(byte[] chunk);

    /** Bytes handed over and not yet written: the caller slows down while they are many. */
    long backlogBytes();

    /**
     * Ends the snapshot. Answered by {@link Listener#snapshotSaved} when it is durable under its
     * name, or, when {@code expected} is given and differs from what was written, by {@link
     * Listener#snapshotRejected} after its bytes were removed.
     */
    void finish(@Nullable SnapshotId expected);

    /** Gives up and removes what was written. */
    void abort();
  }

  /** Receives the answers. Called from any thread; must return at once and must not throw. */
  interface Listener {
    /** Every batch up to and including {@code batchNumber} is durable. */
    void durable(long batchNumber);

    /** Entries for a {@link Fetch}; empty when they are no longer stored. */
    void fetched(long ticket, List<Entry> entries);

    void snapshotSaved(SnapshotDescriptor snapshot);

    void snapshotRejected(SnapshotDescriptor.Draft draft, String reason);

    /** Bytes of a stored snapshot; null when it is no longer stored. */
    void snapshotRead(SnapshotId id, long offset, byte @Nullable [] bytes);

    /**
     * Storage failed and will accept nothing more. Final for the peer: no batch after the last one
     * acknowledged may be taken as durable, or as not durable.
     */
    void failed(StorageException failure);
  }
}
