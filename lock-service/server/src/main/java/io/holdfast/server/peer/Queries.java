package io.holdfast.server.peer;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Grant;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.locks.FencingToken;
import io.holdfast.locks.LockName;
import io.holdfast.locks.LockStateMachine;
import io.holdfast.locks.LockValue;
import io.holdfast.locks.LockView;
import io.holdfast.locks.SessionView;
import java.util.List;
import java.util.Optional;

/** Answers reads from the local state; whether it is new enough is for the caller to know. */
final class Queries {
  private final LockStateMachine machine;

  Queries(LockStateMachine machine) {
    this.machine = machine;
  }

  /**
   * @param appliedIndex the index the state is as of
   */
  Reply answer(Request request, long appliedIndex) {
    try {
      return switch (request.op()) {
        case ATTACH -> attach((Request.Attach) request);
        case CHECK -> check((Request.Check) request);
        case GET_LOCK -> lock((Request.GetLock) request, appliedIndex);
        case LIST_LOCKS -> locks((Request.ListLocks) request, appliedIndex);
        case LIST_SESSIONS -> sessions((Request.ListSessions) request, appliedIndex);
        default -> throw new IllegalStateException(request.op() + " is no read");
      };
    } catch (IllegalArgumentException invalid) {
      return Reply.Failed.of(
          ErrorCode.INVALID_REQUEST,
          Optional.ofNullable(invalid.getMessage()).orElse("the request is not valid"));
    }
  }

  /** Whether the request allows an answer from the peer's own, possibly old, state. */
  static boolean isStale(Request request) {
    return switch (request.op()) {
      case CHECK -> ((Request.Check) request).stale();
      case GET_LOCK -> ((Request.GetLock) request).stale();
      case LIST_LOCKS -> ((Request.ListLocks) request).stale();
      case LIST_SESSIONS -> ((Request.ListSessions) request).stale();
      default -> false;
    };
  }

  private List<Grant> holds(long session) {
    return machine.holds(session).stream()
        .map(held -> new Grant(held.lock().value(), held.holder().token().value()))
        .toList();
  }

  private Reply attach(Request.Attach ask) {
    Optional<SessionView> session = machine.session(ask.session());
    if (session.isPresent()) {
      boolean tell = session.get().holds() <= io.holdfast.api.Limits.HOLDS_TOLD_MAX;
      return new Reply.Attached(ask.session(), tell ? holds(ask.session()) : null);
    }
    return Replies.sessionEnded(ask.session(), "is not open: it ended, or never was");
  }

  private Reply check(Request.Check ask) {
    LockName name = LockName.of(ask.lock());
    Optional<LockView> lock = machine.lock(name);
    boolean current = machine.isCurrent(name, new FencingToken(ask.token()));
    return new Reply.Checked(
        current,
        lock.map(LockView::lastToken).orElse(0L),
        lock.map(view -> Replies.holders(view.holders())).orElse(List.of()));
  }

  private Reply lock(Request.GetLock ask, long appliedIndex) {
    return machine
        .lock(LockName.of(ask.lock()))
        .map(view -> state(view, appliedIndex))
        .orElseGet(
            () ->
                new Reply.LockState(ask.lock(), 0, 0, List.of(), List.of(), 0, null, appliedIndex));
  }

  private static Reply.LockState state(LockView view, long appliedIndex) {
    return new Reply.LockState(
        view.name().value(),
        view.semaphoreLimit(),
        view.lastToken(),
        Replies.holders(view.holders()),
        view.waiters().stream().map(Replies::waiter).toList(),
        view.waiterCount(),
        view.value().map(LockValue::asUtf8).orElse(null),
        appliedIndex);
  }

  private Reply locks(Request.ListLocks ask, long appliedIndex) {
    List<LockView> found = machine.locks(ask.prefix(), ask.after(), ask.max() + 1);
    boolean more = found.size() > ask.max();
    List<Reply.LockRow> rows =
        found.stream()
            .limit(ask.max())
            .map(
                view ->
                    new Reply.LockRow(
                        view.name().value(),
                        view.semaphoreLimit(),
                        view.lastToken(),
                        view.holderCount(),
                        view.waiterCount()))
            .toList();
    return new Reply.LockPage(rows, more, appliedIndex);
  }

  private Reply sessions(Request.ListSessions ask, long appliedIndex) {
    List<SessionView> found = machine.sessions(ask.after(), ask.max() + 1);
    boolean more = found.size() > ask.max();
    List<Reply.SessionRow> rows =
        found.stream()
            .limit(ask.max())
            .map(
                view ->
                    new Reply.SessionRow(
                        view.id(),
                        view.ttlMillis(),
                        view.metadata(),
                        view.principal().isEmpty() ? null : view.principal(),
                        view.holds(),
                        view.waits()))
            .toList();
    return new Reply.SessionPage(rows, more, appliedIndex);
  }
}
