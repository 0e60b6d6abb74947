package io.holdfast.client.internal;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Event;
import io.holdfast.api.Grant;
import io.holdfast.api.Limits;
import io.holdfast.api.LockMode;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.RequestId;
import io.holdfast.client.spi.ClientRuntime;
import io.holdfast.client.spi.ClientRuntime.Cancellable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One wish for a lock, or for several at once, until it is a lease, is refused, or is withdrawn.
 * However it ends, no hold is left behind that nobody knows of: what is granted after the caller
 * has gone is given back.
 */
public final class Acquisition {
  /** How long after the end of a bounded wait the service may be silent before it is asked. */
  private static final long WAIT_GRACE_NANOS = 250_000_000L;

  /**
   * What is wanted.
   *
   * @param locks one lock, or those of an all-or-nothing wish
   * @param all whether it is all-or-nothing, and exclusive
   * @param owner owner within the session, or null for one of its own
   * @param limit permits in all of a semaphore, otherwise 0
   * @param permits permits wanted of a semaphore, otherwise 0
   * @param waitMillis as in {@link Request.Acquire}
   */
  public record Wish(
      List<String> locks,
      boolean all,
      @Nullable String owner,
      LockMode mode,
      int limit,
      int permits,
      long waitMillis) {
    /** Copies the list. */
    public Wish {
      locks = List.copyOf(locks);
    }
  }

  private final ClientRuntime runtime;
  private final CoreSettings settings;
  private final SessionCore session;
  private final Wish wish;
  private final Completion<List<LeaseCore>> completion;
  private final long startedNanos;
  private String owner = "";
  private long sequence;
  private boolean queued;
  private boolean withdrawn;
  private boolean cancelling;
  private boolean timeOver;
  private boolean done;
  private @Nullable Cancellable deadline;

  Acquisition(
      ClientRuntime runtime,
      CoreSettings settings,
      SessionCore session,
      Wish wish,
      Completion<List<LeaseCore>> completion) {
    this.runtime = runtime;
    this.settings = settings;
    this.session = session;
    this.wish = wish;
    this.completion = completion;
    this.startedNanos = runtime.nanoTime();
  }

  void start() {
    session.whenOpen(
        new Completion<>() {
          @Override
          public void succeeded(SessionCore opened) {
            if (!done) {
              ask();
            }
          }

          @Override
          public void failed(CallFailure failure) {
            finish(failure);
          }
        });
  }

  private void ask() {
    owner = wish.owner() == null ? session.newOwner() : wish.owner();
    send();
    if (wish.waitMillis() != Limits.WAIT_FOR_EVER) {
      long untilDeadline = startedNanos + waitNanos() + patienceNanos() - runtime.nanoTime();
      deadline = runtime.schedule(Math.max(0, untilDeadline), this::timeIsOver);
    }
  }

  private void send() {
    sequence = session.nextSequence();
    session.register(sequence, this);
    session.lastingCall(this::request, Call.NO_DEADLINE, new Answers());
  }

  private long waitNanos() {
    return Math.max(0, wish.waitMillis()) * 1_000_000;
  }

  /** One that does not want to wait gives the request itself its time. */
  private long patienceNanos() {
    return wish.waitMillis() == 0 ? settings.requestTimeoutNanos() : WAIT_GRACE_NANOS;
  }

  private Request request(RequestId id) {
    long waitMillis = wish.waitMillis();
    if (waitMillis > 0) {
      long spentMillis = (runtime.nanoTime() - startedNanos) / 1_000_000;
      waitMillis = Math.max(1, waitMillis - spentMillis);
    }
    if (wish.all()) {
      return new Request.AcquireAll(session.id(), id, wish.locks(), owner, waitMillis);
    }
    return new Request.Acquire(
        session.id(),
        0,
        id,
        wish.locks().get(0),
        owner,
        wish.mode(),
        wish.limit(),
        wish.permits(),
        waitMillis);
  }

  private final class Answers implements Completion<Reply> {
    @Override
    public void succeeded(Reply reply) {
      if (reply instanceof Reply.Granted granted) {
        granted(List.of(new Grant(granted.lock(), granted.token())));
      } else if (reply instanceof Reply.GrantedAll granted) {
        granted(granted.grants());
      } else if (reply instanceof Reply.Queued) {
        queued();
      } else if (reply instanceof Reply.Busy) {
        notGranted();
      } else {
        refused(CallFailure.unknown("the service answered the acquire with " + reply.kind()));
      }
    }

    @Override
    public void failed(CallFailure failure) {
      if (failure.detail().error() == ErrorCode.REQUEST_TOO_OLD && wish.owner() == null) {
        // Nobody else uses this owner, so asking anew finds the hold or the place in the queue.
        session.settled(sequence);
        send();
      } else {
        refused(failure);
      }
    }
  }

  /** The locks are held, all of them. */
  void granted(List<Grant> grants) {
    if (sequence == 0) {
      return;
    }
    settle();
    if (withdrawn || session.hasEnded()) {
      giveBack(grants);
      return;
    }
    if (done) {
      return;
    }
    List<LeaseCore> leases = new ArrayList<>(grants.size());
    for (Grant grant : grants) {
      leases.add(new LeaseCore(session, grant.lock(), owner, wish.mode(), grant.token()));
    }
    leases.forEach(session::held);
    done = true;
    completion.succeeded(leases);
  }

  private void giveBack(List<Grant> grants) {
    if (session.hasEnded()) {
      finish(CallFailure.sessionLost("the session ended before the lock was granted"));
      return;
    }
    for (Grant grant : grants) {
      session.release(grant.lock(), owner, grant.token(), Ignored.INSTANCE);
    }
  }

  private void queued() {
    queued = true;
    if (withdrawn || timeOver) {
      cancelAtService();
    }
  }

  /** The service ended the wait. */
  void waitEnded(Event.WaitEnd reason) {
    switch (reason) {
      case TIMEOUT, CANCELLED -> notGranted();
      case SESSION_ENDED ->
          refused(CallFailure.sessionLost("session " + session.id() + " ended during the wait"));
      case DEADLOCK -> refused(refusal(ErrorCode.DEADLOCK, "waiting would never have ended"));
      case FORCED -> refused(refusal(ErrorCode.UNAVAILABLE, "an administrator ended the wait"));
      case REPLACED ->
          refused(
              refusal(
                  ErrorCode.HELD_OTHERWISE,
                  "the same owner asked for the lock again; give each its own owner"));
    }
  }

  private static CallFailure refusal(ErrorCode code, String message) {
    return new CallFailure(CallFailure.Kind.REFUSED, Reply.Failed.of(code, message));
  }

  private void notGranted() {
    settle();
    if (!done) {
      done = true;
      completion.succeeded(List.of());
    }
  }

  private void refused(CallFailure failure) {
    settle();
    finish(failure);
  }

  private void finish(CallFailure failure) {
    cancel();
    if (!done) {
      done = true;
      completion.failed(failure);
    }
  }

  private void settle() {
    cancel();
    if (sequence != 0) {
      session.settled(sequence);
    }
  }

  private void cancel() {
    if (deadline != null) {
      deadline.cancel();
      deadline = null;
    }
  }

  /** The time to wait is over although the service has not said so. */
  private void timeIsOver() {
    deadline = null;
    if (done) {
      return;
    }
    if (timeOver || wish.waitMillis() == 0) {
      giveUp();
      return;
    }
    timeOver = true;
    deadline = runtime.schedule(settings.requestTimeoutNanos(), this::timeIsOver);
    if (queued) {
      cancelAtService();
    }
  }

  private void giveUp() {
    withdraw();
    completion.failed(
        CallFailure.unknown(
            "no answer about "
                + wish.locks()
                + " in time; if it is granted later it is given back at once"));
  }

  /**
   * The caller does not want the lock any more. If it is granted before the service hears of it, it
   * is given back. Without effect on what has its end.
   */
  public void withdraw() {
    if (done) {
      return;
    }
    withdrawn = true;
    done = true;
    cancel();
    if (queued) {
      cancelAtService();
    }
  }

  private void cancelAtService() {
    if (cancelling) {
      return;
    }
    cancelling = true;
    RequestId waiting = RequestId.of(sequence);
    session.lastingCall(
        id -> new Request.CancelWait(session.id(), waiting),
        Call.NO_DEADLINE,
        new Completion<>() {
          @Override
          public void succeeded(Reply reply) {
            if (reply instanceof Reply.WaitCancelled cancelled && !cancelled.grants().isEmpty()) {
              granted(cancelled.grants());
            } else {
              notGranted();
            }
          }

          @Override
          public void failed(CallFailure failure) {
            // Refused because nothing waits or the session is gone: either way the wait is over.
            notGranted();
          }
        });
  }

  /** Does not care. */
  private enum Ignored implements Completion<Reply> {
    INSTANCE;

    @Override
    public void succeeded(Reply reply) {
      // The hold is gone.
    }

    @Override
    public void failed(CallFailure failure) {
      // The hold ends with the session.
    }
  }
}
