package io.holdfast.locks;

import io.holdfast.raft.EntryId;
import io.holdfast.raft.spi.StateMachine;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sessions and locks as a pure function of the log. One thread owns it; no method blocks. {@link
 * #apply} never throws for any bytes. Queries see the state after the latest applied command.
 */
public final class LockStateMachine implements StateMachine<CommandResult> {
  /** Events kept for {@link #drainEvents} at most. */
  public static final int UNDRAINED_EVENTS_MAX = 1 << 20;

  /** Locks or sessions that one query lists at most. */
  public static final int QUERY_MAX = 10_000;

  private static final int DIGEST_CHUNK_BYTES = 64 * 1024;
  private static final int PROBLEM_CHARACTERS_MAX = ResultCodec.PROBLEM_BYTES_MAX / 4;

  private final EventLog events = new EventLog();
  private final Step step;
  private final SessionCommands sessionCommands;
  private final LockCommands lockCommands;
  private final AdminCommands adminCommands;
  private State state = new State();

  public LockStateMachine() {
    step = new Step(state, events);
    sessionCommands = new SessionCommands(step);
    lockCommands = new LockCommands(step);
    adminCommands = new AdminCommands(step);
  }

  @Override
  public CommandResult apply(EntryId id, byte[] command) {
    Command decoded;
    try {
      decoded = CommandCodec.decode(command);
    } catch (IllegalArgumentException malformed) {
      return malformed(String.valueOf(malformed.getMessage()));
    }
    return apply(id, decoded);
  }

  private static CommandResult malformed(String problem) {
    return new CommandResult.Malformed(
        problem.length() <= PROBLEM_CHARACTERS_MAX
            ? problem
            : problem.substring(0, PROBLEM_CHARACTERS_MAX).replaceAll("[\\ud800-\\udfff]", "?"));
  }

  /** Applies a decoded command; the same as applying its encoding. */
  public CommandResult apply(EntryId id, Command command) {
    step.begin(id.index());
    CommandResult result = run(id, command);
    state.finishStep();
    return result;
  }

  private CommandResult run(EntryId id, Command command) {
    if (command instanceof Command.Acquire acquire) {
      return lockCommands.acquire(acquire);
    } else if (command instanceof Command.Release release) {
      return lockCommands.release(release);
    } else if (command instanceof Command.AcquireAll acquireAll) {
      return lockCommands.acquireAll(acquireAll);
    } else if (command instanceof Command.CancelWait cancel) {
      return lockCommands.cancel(cancel);
    } else if (command instanceof Command.Publish publish) {
      return lockCommands.publish(publish);
    } else if (command instanceof Command.OpenSession open) {
      return sessionCommands.open(open);
    } else if (command instanceof Command.CloseSession close) {
      return sessionCommands.close(close.session());
    } else if (command instanceof Command.ExpireSessions expire) {
      return sessionCommands.expire(expire, id.term());
    } else if (command instanceof Command.ForceRelease force) {
      return lockCommands.forceRelease(force);
    } else if (command instanceof Command.Forget forget) {
      return lockCommands.forget(forget.lock());
    } else if (command instanceof Command.Configure configure) {
      return adminCommands.configure(configure);
    } else if (command instanceof Command.RaiseTokenFloor raise) {
      return adminCommands.raiseTokenFloor(raise.by());
    }
    throw new IllegalStateException("no such command: " + command);
  }

  /**
   * The events since the last call, oldest first. When more than {@link #UNDRAINED_EVENTS_MAX} pile
   * up all are dropped for one {@link LockEvent.EventsLost}. Restoring a snapshot drops them too.
   */
  public List<LockEvent> drainEvents() {
    return events.drain();
  }

  /** The lock, if it is remembered. */
  public Optional<LockView> lock(LockName name) {
    return Optional.ofNullable(state.locks.get(name)).map(LockRecord::view);
  }

  /**
   * Remembered locks in the order of names.
   *
   * @param prefix what names must begin with; empty for all
   * @param after only names behind this one, which need not exist; empty for the beginning
   * @param max 1 to {@link #QUERY_MAX}
   */
  public List<LockView> locks(String prefix, String after, int max) {
    requireMax(max);
    List<LockView> found = new ArrayList<>();
    LockRecord lock =
        after.compareTo(prefix) >= 0 ? state.locks.above(after) : state.locks.atOrAbove(prefix);
    while (lock != null && found.size() < max && lock.name.value().startsWith(prefix)) {
      found.add(lock.view());
      lock = state.locks.above(lock.name.value());
    }
    return found;
  }

  private static void requireMax(int max) {
    if (max < 1 || max > QUERY_MAX) {
      throw new IllegalArgumentException("max is " + max + "; allowed are 1 to " + QUERY_MAX);
    }
  }

  /** Whether the token is that of a present holder of the lock. */
  public boolean isCurrent(LockName name, FencingToken token) {
    LockRecord lock = state.locks.get(name);
    for (Hold hold = lock == null ? null : lock.firstHold; hold != null; hold = hold.nextOfLock) {
      if (hold.token == token.value()) {
        return true;
      }
    }
    return false;
  }

  /** Whether an exclusive request of somebody new would have to wait for the lock. */
  public boolean isTaken(LockName name) {
    LockRecord lock = state.locks.get(name);
    return lock != null && !lock.isIdle();
  }

  /** The session, if it lives. */
  public Optional<SessionView> session(long id) {
    return Optional.ofNullable(state.sessions.get(id)).map(SessionRecord::view);
  }

  /** Why the session ended, as long as it is remembered; empty as well if it lives. */
  public Optional<SessionEnd> sessionEnd(long id) {
    return Optional.ofNullable(state.ended.get(id)).map(EndedSessions.Ended::reason);
  }

  /**
   * Live sessions in the order of ids.
   *
   * @param after only ids above this one
   * @param max 1 to {@link #QUERY_MAX}
   */
  public List<SessionView> sessions(long after, int max) {
    requireMax(max);
    List<SessionView> found = new ArrayList<>();
    SessionRecord session = state.sessions.above(after);
    while (session != null && found.size() < max) {
      found.add(session.view());
      session = state.sessions.above(session.id);
    }
    return found;
  }

  /** What a session holds, by lock name, then owner; empty if it does not live. */
  public List<HeldLock> holds(long session) {
    SessionRecord live = state.sessions.get(session);
    return live == null
        ? List.of()
        : live.holdsByLock().stream()
            .map(hold -> new HeldLock(hold.lock.name, hold.view()))
            .toList();
  }

  /** Requests of the session that wait, in the order they were queued. */
  public List<PendingWait> waits(long session) {
    SessionRecord live = state.sessions.get(session);
    return live == null ? List.of() : live.waitsByPlace().stream().map(Wait::view).toList();
  }

  /**
   * The answer to a request as a retry of it would get it now: the final one, {@link
   * CommandResult.Queued} while it waits, or empty when nothing is remembered of it.
   */
  public Optional<CommandResult> answer(long session, RequestId request) {
    SessionRecord live = state.sessions.get(session);
    if (live == null) {
      return Optional.empty();
    }
    Wait wait = live.waitOf(request);
    if (wait != null) {
      return Optional.of(new CommandResult.Queued(wait.position()));
    }
    return Optional.ofNullable(live.answers.get(request)).map(Answers.Answer::result);
  }

  /** The limits in force. */
  public Limits limits() {
    return state.limits;
  }

  /** Totals of the state. */
  public MachineCounts counts() {
    return new MachineCounts(
        state.sessions.size(),
        state.locks.size(),
        state.locks.idleCount(),
        state.holdCount,
        state.waitCount,
        state.tokenFloor);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Opening a view costs little whatever the size of the state; while it is open the first
   * change of a lock or session it has not yet read costs the encoding of that one. Views of a
   * state that a restore replaced stay readable.
   */
  @Override
  public SnapshotView beginSnapshot() {
    return new StateView(state);
  }

  /** {@inheritDoc} Pieces that are damaged, foreign or cut off are reported by finish(). */
  @Override
  public Restore beginRestore() {
    return new StateRestore(
        restored -> {
          state = restored;
          step.replaceState(restored);
          events.drain();
        });
  }

  /** SHA-256 of the canonical snapshot, in hexadecimal: equal on peers that applied as much. */
  public String stateDigest() {
    try (SnapshotView view = beginSnapshot()) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte @Nullable [] chunk = view.nextChunk(DIGEST_CHUNK_BYTES);
      while (chunk != null) {
        digest.update(chunk);
        chunk = view.nextChunk(DIGEST_CHUNK_BYTES);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  /**
   * Checks what must hold after every command: no lock has holders that exclude each other, tokens
   * increase, sessions, holds and queues refer to each other, and no waiter that could be granted
   * waits. Costs time linear in the state.
   *
   * @throws IllegalStateException naming what is broken
   */
  public void checkInvariants() {
    new Invariants(state).check();
  }
}
