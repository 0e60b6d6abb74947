package io.holdfast.locks;

import io.holdfast.raft.EntryId;
import io.holdfast.raft.spi.StateMachine;
import java.util.List;
import java.util.Optional;

/**
 * Sessions and locks as a pure function of the log. One thread owns it; no method blocks. {@link
 * #apply} never throws for any bytes. Queries see the state after the latest applied command.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class LockStateMachine implements StateMachine<CommandResult> {
  /** Events kept for {@link #drainEvents} at most. */
  public static final int UNDRAINED_EVENTS_MAX = 1 << 20;

  public LockStateMachine() {}

  @Override
  public CommandResult apply(EntryId id, byte[] command) {
    throw new UnsupportedOperationException();
  }

  /** Applies a decoded command; the same as applying its encoding. */
  public CommandResult apply(EntryId id, Command command) {
    throw new UnsupportedOperationException();
  }

  /**
   * The events since the last call, oldest first. When more than {@link #UNDRAINED_EVENTS_MAX} pile
   * up all are dropped for one {@link LockEvent.EventsLost}. Restoring a snapshot drops them too.
   */
  public List<LockEvent> drainEvents() {
    throw new UnsupportedOperationException();
  }

  /** The lock, if it is remembered. */
  public Optional<LockView> lock(LockName name) {
    throw new UnsupportedOperationException();
  }

  /**
   * Remembered locks in the order of names.
   *
   * @param prefix what names must begin with; empty for all
   * @param after only names behind this one, which need not exist; empty for the beginning
   * @param max 1 to 10,000
   */
  public List<LockView> locks(String prefix, String after, int max) {
    throw new UnsupportedOperationException();
  }

  /** Whether the token is that of a present holder of the lock. */
  public boolean isCurrent(LockName lock, FencingToken token) {
    throw new UnsupportedOperationException();
  }

  /** The session, if it lives. */
  public Optional<SessionView> session(long id) {
    throw new UnsupportedOperationException();
  }

  /** Why the session ended, as long as it is remembered; empty as well if it lives. */
  public Optional<SessionEnd> sessionEnd(long id) {
    throw new UnsupportedOperationException();
  }

  /**
   * Live sessions in the order of ids.
   *
   * @param after only ids above this one
   * @param max 1 to 10,000
   */
  public List<SessionView> sessions(long after, int max) {
    throw new UnsupportedOperationException();
  }

  /** What a session holds, by lock name, then owner. */
  public List<HeldLock> holds(long session) {
    throw new UnsupportedOperationException();
  }

  /** Requests of the session that wait, in the order they were queued. */
  public List<PendingWait> waits(long session) {
    throw new UnsupportedOperationException();
  }

  /**
   * The answer to a request as a retry of it would get it now: the final one, {@link
   * CommandResult.Queued} while it waits, or empty when nothing is remembered of it.
   */
  public Optional<CommandResult> answer(long session, RequestId request) {
    throw new UnsupportedOperationException();
  }

  /** The limits in force. */
  public Limits limits() {
    throw new UnsupportedOperationException();
  }

  public MachineCounts counts() {
    throw new UnsupportedOperationException();
  }

  @Override
  public SnapshotView beginSnapshot() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Restore beginRestore() {
    throw new UnsupportedOperationException();
  }

  /** SHA-256 of the canonical snapshot, in hexadecimal: equal on peers that applied as much. */
  public String stateDigest() {
    throw new UnsupportedOperationException();
  }

  /**
   * Checks what must hold after every command: no lock has holders that exclude each other, tokens
   * increase, sessions, holds and queues refer to each other, and no waiter that could be granted
   * waits. Costs time linear in the state.
   *
   * @throws IllegalStateException naming what is broken
   */
  public void checkInvariants() {
    throw new UnsupportedOperationException();
  }
}
