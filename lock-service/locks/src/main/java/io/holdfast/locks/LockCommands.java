package io.holdfast.locks;

import io.holdfast.locks.Answers.Answer;
import io.holdfast.locks.LockEvent.FreeCause;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The commands of sessions on locks, each taking effect once. */
final class LockCommands {
  private final Step step;
  private final Acquiring acquiring;

  LockCommands(Step step) {
    this.step = step;
    this.acquiring = new Acquiring(step);
  }

  CommandResult acquire(Command.Acquire acquire) {
    int fingerprint = Fingerprint.of(acquire);
    return once(
        acquire.request(),
        fingerprint,
        session ->
            acquiring.acquire(
                new Asking(
                    asker(session, acquire.owner()),
                    List.of(new Command.Item(acquire.lock(), acquire.mode())),
                    false,
                    acquire.waitMillis(),
                    fingerprint),
                acquire.request().id(),
                acquire.mayWait()));
  }

  CommandResult acquireAll(Command.AcquireAll acquire) {
    int fingerprint = Fingerprint.of(acquire);
    return once(
        acquire.request(),
        fingerprint,
        session ->
            acquiring.acquire(
                new Asking(
                    asker(session, acquire.owner()),
                    acquire.items(),
                    true,
                    acquire.waitMillis(),
                    fingerprint),
                acquire.request().id(),
                acquire.mayWait()));
  }

  /** One whose holds and waits keep no text of their own. */
  private Asker asker(SessionRecord session, String owner) {
    return new Asker(session, step.state().texts.share(owner));
  }

  CommandResult release(Command.Release release) {
    return once(release.request(), Fingerprint.of(release), session -> release(release, session));
  }

  private CommandResult release(Command.Release release, SessionRecord session) {
    Hold hold = hold(release.lock(), new Asker(session, release.owner()), release.token());
    if (hold == null) {
      return notHolder(release.lock(), release.token());
    }
    step.free(hold, FreeCause.RELEASED);
    step.handOver(hold.lock);
    return new CommandResult.Released(release.lock(), release.token());
  }

  CommandResult publish(Command.Publish publish) {
    return once(publish.request(), Fingerprint.of(publish), session -> publish(publish, session));
  }

  private CommandResult publish(Command.Publish publish, SessionRecord session) {
    Hold hold = hold(publish.lock(), new Asker(session, publish.owner()), publish.token());
    if (hold == null) {
      return notHolder(publish.lock(), publish.token());
    }
    if (hold.demand != Demand.EXCLUSIVE) {
      return new CommandResult.HeldOtherwise(hold.lock.name, publish.token(), hold.view().mode());
    }
    CommandResult refusal = step.state().over(Limit.VALUE_BYTES, publish.value().size());
    if (refusal != null) {
      return refusal;
    }
    step.state().change(hold.lock);
    hold.value = publish.value();
    step.emit(
        new LockEvent.ValueChanged(
            step.index(), hold.lock.name, publish.token(), Optional.of(publish.value())));
    return new CommandResult.Published(hold.lock.name, publish.token());
  }

  CommandResult cancel(Command.CancelWait cancel) {
    SessionRecord session = step.state().sessions.get(cancel.session());
    if (session == null) {
      return step.state().absent(cancel.session());
    }
    Wait wait = session.waitOf(cancel.waiting());
    if (wait != null) {
      WaitEnd reason =
          cancel.reason() == Command.CancelReason.TIMEOUT ? WaitEnd.TIMEOUT : WaitEnd.CANCELLED;
      step.withdraw(wait, reason);
      step.handOver(wait);
      return new CommandResult.WaitCancelled(cancel.waiting(), reason);
    }
    Answer answer = session.answers.get(cancel.waiting());
    return answer == null ? new CommandResult.NoSuchWait(cancel.waiting()) : answer.result();
  }

  CommandResult forceRelease(Command.ForceRelease force) {
    State state = step.state();
    CommandResult before = state.adminAnswers.get(force.nonce());
    if (before != null) {
      return before;
    }
    LockRecord lock = state.locks.get(force.lock());
    List<Hold> holds = new ArrayList<>();
    for (Hold hold = lock == null ? null : lock.firstHold; hold != null; hold = hold.nextOfLock) {
      holds.add(hold);
    }
    holds.forEach(hold -> step.free(hold, FreeCause.FORCED));
    if (lock != null) {
      step.handOver(lock);
    }
    CommandResult result = new CommandResult.ForceReleased(force.lock(), holds.size());
    state.adminAnswers.add(
        new AdminAnswers.AdminAnswer(force.nonce(), result), state.limits.get(Limit.ADMIN_ANSWERS));
    return result;
  }

  CommandResult forget(LockName name) {
    LockRecord lock = step.state().locks.get(name);
    if (lock != null) {
      if (!lock.isIdle()) {
        return new CommandResult.InUse(name, lock.holdCount, lock.waiterCount);
      }
      step.state().removeLock(lock);
      step.emit(new LockEvent.LockForgotten(step.index(), name, lock.lastToken));
    }
    return new CommandResult.Forgotten(name, step.state().tokenFloor);
  }

  /**
   * Runs the request unless it ran before. A request that waits is found in its session; final
   * answers are remembered; what the client acknowledged is refused rather than run again.
   */
  private CommandResult once(
      Request request, int fingerprint, Function<SessionRecord, CommandResult> run) {
    State state = step.state();
    SessionRecord session = state.sessions.get(request.session());
    if (session == null) {
      return state.absent(request.session());
    }
    state.change(session);
    session.answers.acknowledge(request.acknowledgedBelow());
    Wait waiting = session.waitOf(request.id());
    if (waiting != null) {
      return waiting.fingerprint == fingerprint
          ? new CommandResult.Queued(waiting.position())
          : new CommandResult.RequestIdReused(request.id());
    }
    Answer before = session.answers.get(request.id());
    if (before != null) {
      return before.fingerprint() == fingerprint
          ? before.result()
          : new CommandResult.RequestIdReused(request.id());
    }
    if (session.answers.isTooOld(request.id())) {
      return new CommandResult.RequestTooOld(request.id(), session.answers.acknowledgedBelow());
    }
    CommandResult result = run.apply(session);
    if (!(result instanceof CommandResult.Queued)) {
      session.answers.put(request.id(), new Answer(result, fingerprint), state.limits);
    }
    return result;
  }

  private @Nullable Hold hold(LockName name, Asker asker, FencingToken token) {
    LockRecord lock = step.state().locks.get(name);
    Hold hold = lock == null ? null : lock.holdOf(asker);
    return hold != null && hold.token == token.value() ? hold : null;
  }

  private CommandResult notHolder(LockName name, FencingToken token) {
    LockRecord lock = step.state().locks.get(name);
    return lock == null
        ? new CommandResult.NotHolder(name, token, List.of(), 0)
        : new CommandResult.NotHolder(
            name, token, lock.holders(CommandResult.HOLDERS_MAX), lock.holdCount);
  }
}
