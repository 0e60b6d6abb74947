package io.holdfast.locks;

import io.holdfast.raft.EntryId;
import java.util.List;

/** A machine with a log position, and commands in few words. Invariants hold after each. */
final class Machine {
  final LockStateMachine machine;
  long term = 1;
  long index;
  private long sequence;

  Machine() {
    this(new LockStateMachine());
  }

  Machine(LockStateMachine machine) {
    this.machine = machine;
  }

  CommandResult apply(Command command) {
    CommandResult result = machine.apply(new EntryId(term, ++index), CommandCodec.encode(command));
    machine.checkInvariants();
    return result;
  }

  long open() {
    apply(new Command.OpenSession("nonce" + index, 10_000, "test", ""));
    return index;
  }

  Request next(long session) {
    return Request.of(session, ++sequence);
  }

  CommandResult acquire(long session, String lock, AcquireMode mode) {
    return acquire(next(session), lock, mode);
  }

  CommandResult acquire(Request request, String lock, AcquireMode mode) {
    return apply(new Command.Acquire(request, LockName.of(lock), "o", mode, true));
  }

  CommandResult lock(long session, String lock) {
    return acquire(session, lock, AcquireMode.exclusive());
  }

  CommandResult attempt(long session, String lock) {
    return apply(
        new Command.Acquire(next(session), LockName.of(lock), "o", AcquireMode.exclusive(), false));
  }

  CommandResult lockAll(long session, String... locks) {
    List<Command.Item> items =
        java.util.Arrays.stream(locks)
            .map(lock -> new Command.Item(LockName.of(lock), AcquireMode.exclusive()))
            .toList();
    return apply(new Command.AcquireAll(next(session), "o", items, true));
  }

  CommandResult release(long session, String lock, long token) {
    return apply(
        new Command.Release(next(session), LockName.of(lock), "o", new FencingToken(token)));
  }

  CommandResult close(long session) {
    return apply(new Command.CloseSession(session));
  }

  CommandResult expire(Long... sessions) {
    return apply(new Command.ExpireSessions(term, List.of(sessions)));
  }

  CommandResult limit(Limit limit, long value) {
    return apply(Command.Configure.of(limit, value));
  }

  List<Long> holders(String lock) {
    return machine.lock(LockName.of(lock)).stream()
        .flatMap(view -> view.holders().stream())
        .map(Holder::session)
        .toList();
  }

  static CommandResult.Granted granted(String lock, long token, long index) {
    return new CommandResult.Granted(LockName.of(lock), new FencingToken(token), index);
  }
}
