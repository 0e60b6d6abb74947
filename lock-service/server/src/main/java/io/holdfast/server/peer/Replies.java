package io.holdfast.server.peer;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Grant;
import io.holdfast.api.Holder;
import io.holdfast.api.LockMode;
import io.holdfast.api.Op;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.Waiter;
import io.holdfast.locks.AcquireMode;
import io.holdfast.locks.CommandResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Results of the log as replies to clients. */
final class Replies {
  private Replies() {}

  /**
   * The reply to a request whose command was applied.
   *
   * @param session the session the command acted for; 0 if none
   */
  static Reply of(Request request, long session, CommandResult result) {
    if (request.op() == Op.CANCEL_WAIT) {
      return ofCancel(result);
    }
    if (result instanceof CommandResult.Refusal refusal) {
      return ofRefusal(refusal);
    }
    Reply reply = ofAcquire(request, session, result);
    return reply != null ? reply : ofOther(result);
  }

  private static @Nullable Reply ofAcquire(Request request, long session, CommandResult result) {
    if (result instanceof CommandResult.Granted granted) {
      return new Reply.Granted(
          granted.lock().value(), granted.token().value(), session, granted.index());
    }
    if (result instanceof CommandResult.GrantedAll all) {
      return new Reply.GrantedAll(grants(all), session, indexOf(all));
    }
    if (result instanceof CommandResult.Queued queued) {
      return new Reply.Queued(lockOf(request), queued.position() + 1, session);
    }
    if (result instanceof CommandResult.Busy busy) {
      return new Reply.Busy(busy.lock().value(), holders(busy.holders()), session);
    }
    if (result instanceof CommandResult.WaitCancelled) {
      return new Reply.Busy(lockOf(request), List.of(), session);
    }
    return null;
  }

  private static Reply ofOther(CommandResult result) {
    if (result instanceof CommandResult.Released released) {
      return new Reply.Released(released.lock().value());
    }
    if (result instanceof CommandResult.SessionOpened opened) {
      return new Reply.SessionOpened(opened.session(), opened.ttlMillis());
    }
    if (result instanceof CommandResult.SessionClosed closed) {
      return new Reply.SessionClosed(closed.session());
    }
    if (result instanceof CommandResult.Published published) {
      return new Reply.Published(published.lock().value());
    }
    if (result instanceof CommandResult.Forgotten forgotten) {
      return new Reply.Forgotten(forgotten.lock().value(), forgotten.tokenFloor());
    }
    if (result instanceof CommandResult.ForceReleased forced) {
      return new Reply.ForceReleased(forced.lock().value(), forced.holders());
    }
    throw new IllegalStateException("no client asks for what results in " + result);
  }

  private static Reply ofCancel(CommandResult result) {
    if (result instanceof CommandResult.Granted granted) {
      return new Reply.WaitCancelled(Reply.CancelOutcome.GRANTED, List.of(grant(granted)));
    }
    if (result instanceof CommandResult.GrantedAll all) {
      return new Reply.WaitCancelled(Reply.CancelOutcome.GRANTED, grants(all));
    }
    if (result instanceof CommandResult.WaitCancelled cancelled
        && cancelled.reason() == io.holdfast.locks.WaitEnd.CANCELLED) {
      return new Reply.WaitCancelled(Reply.CancelOutcome.WITHDRAWN, List.of());
    }
    if (result instanceof CommandResult.Refusal refusal
        && !(result instanceof CommandResult.NoSuchWait)) {
      return ofRefusal(refusal);
    }
    return new Reply.WaitCancelled(Reply.CancelOutcome.ENDED, List.of());
  }

  private static Reply.Failed ofRefusal(CommandResult.Refusal refusal) {
    if (refusal instanceof CommandResult.SessionExpired expired) {
      return sessionEnded(expired.session(), "ended (" + lower(expired.reason()) + ")");
    }
    if (refusal instanceof CommandResult.UnknownSession unknown) {
      return sessionEnded(unknown.session(), "is not open: it ended, or never was");
    }
    if (refusal instanceof CommandResult.NotHolder not) {
      return Reply.Failed.of(
          ErrorCode.NOT_HOLDER,
          "token",
          not.token().toString(),
          "lock "
              + not.lock()
              + " is not held by this session and owner under token "
              + not.token()
              + "; "
              + heldBy(not));
    }
    if (refusal instanceof CommandResult.LimitExceeded exceeded) {
      return Reply.Failed.of(
          ErrorCode.LIMIT_EXCEEDED,
          exceeded.field(),
          Long.toString(exceeded.value()),
          exceeded.field()
              + " would be "
              + exceeded.value()
              + "; at most "
              + exceeded.limit()
              + " is allowed");
    }
    if (refusal instanceof CommandResult.Deadlock deadlock) {
      return new Reply.Failed(
          ErrorCode.DEADLOCK,
          "waiting would close a cycle of "
              + deadlock.cycle().size()
              + " in which everybody waits for the next; release a lock and ask again",
          "lock",
          null,
          null,
          deadlock.cycle().stream().map(Replies::link).toList());
    }
    return ofMismatch(refusal);
  }

  private static Reply.Failed ofMismatch(CommandResult.Refusal refusal) {
    if (refusal instanceof CommandResult.LimitMismatch mismatch) {
      return Reply.Failed.of(
          ErrorCode.LIMIT_MISMATCH,
          "limit",
          Integer.toString(mismatch.limitAsked()),
          "semaphore "
              + mismatch.lock()
              + " has the limit "
              + mismatch.limitInForce()
              + ", not "
              + mismatch.limitAsked());
    }
    if (refusal instanceof CommandResult.KindMismatch mismatch) {
      return Reply.Failed.of(
          ErrorCode.KIND_MISMATCH,
          "mode",
          null,
          mismatch.lock()
              + " is in use as "
              + switch (mismatch.kindInForce()) {
                case READ_WRITE -> "a lock";
                case SEMAPHORE -> "a semaphore";
              }
              + "; use another name");
    }
    if (refusal instanceof CommandResult.HeldOtherwise otherwise) {
      return Reply.Failed.of(
          ErrorCode.HELD_OTHERWISE,
          "mode",
          null,
          "this owner holds "
              + otherwise.lock()
              + " under token "
              + otherwise.token()
              + " in another mode; release it first");
    }
    if (refusal instanceof CommandResult.PartlyHeld partly) {
      return Reply.Failed.of(
          ErrorCode.HELD_OTHERWISE,
          "locks",
          partly.lock().value(),
          "this owner holds "
              + partly.lock()
              + " already, but not all of the locks; release it "
              + "first");
    }
    if (refusal instanceof CommandResult.InUse use) {
      return Reply.Failed.of(
          ErrorCode.IN_USE,
          "lock",
          use.lock().value(),
          use.lock()
              + " has "
              + use.holders()
              + " holder(s) and "
              + use.waiters()
              + " waiter(s); only an idle lock can be forgotten");
    }
    return ofRequestId(refusal);
  }

  private static Reply.Failed ofRequestId(CommandResult.Refusal refusal) {
    if (refusal instanceof CommandResult.RequestTooOld old) {
      // Not a definite refusal: an attempt before it may have taken effect.
      return Reply.Failed.of(
          ErrorCode.REQUEST_TOO_OLD,
          "requestId",
          old.request().toString(),
          "request "
              + old.request()
              + " is below "
              + old.acknowledgedBelow()
              + ", up to which answers were acknowledged or dropped; it is not run again");
    }
    if (refusal instanceof CommandResult.RequestIdReused reused) {
      return Reply.Failed.of(
          ErrorCode.INVALID_REQUEST,
          "requestId",
          reused.request().toString(),
          "requestId "
              + reused.request()
              + " belongs to another request of the session; use a new "
              + "one");
    }
    return Reply.Failed.of(ErrorCode.INVALID_REQUEST, "the log refused the request: " + refusal);
  }

  static Reply.Failed sessionEnded(long session, String how) {
    return Reply.Failed.of(
        ErrorCode.SESSION_EXPIRED,
        "session",
        Long.toString(session),
        "session " + session + " " + how + "; open a new one");
  }

  static List<Grant> grants(CommandResult.GrantedAll all) {
    return all.grants().stream().map(Replies::grant).toList();
  }

  static long indexOf(CommandResult.GrantedAll all) {
    return all.grants().stream().mapToLong(CommandResult.Granted::index).max().orElse(0);
  }

  private static Grant grant(CommandResult.Granted granted) {
    return new Grant(granted.lock().value(), granted.token().value());
  }

  static List<Holder> holders(List<io.holdfast.locks.Holder> holders) {
    return holders.stream()
        .map(
            holder ->
                new Holder(
                    holder.session(),
                    holder.owner(),
                    holder.token().value(),
                    mode(holder.mode()),
                    permits(holder.mode())))
        .toList();
  }

  static Waiter waiter(io.holdfast.locks.Waiter waiter) {
    return new Waiter(
        waiter.session(), waiter.owner(), mode(waiter.mode()), permits(waiter.mode()));
  }

  private static LockMode mode(AcquireMode mode) {
    if (mode == AcquireMode.exclusive()) {
      return LockMode.EXCLUSIVE;
    }
    return mode == AcquireMode.shared() ? LockMode.SHARED : LockMode.SEMAPHORE;
  }

  private static int permits(AcquireMode mode) {
    return mode instanceof AcquireMode.Semaphore semaphore ? semaphore.permits() : 1;
  }

  private static String lockOf(Request request) {
    return request instanceof Request.AcquireAll all
        ? all.locks().stream().min(String::compareTo).orElse("")
        : ((Request.Acquire) request).lock();
  }

  private static String heldBy(CommandResult.NotHolder not) {
    if (not.holderCount() == 0) {
      return "nobody holds it";
    }
    io.holdfast.locks.Holder first = not.holders().get(0);
    return "session "
        + first.session()
        + ", owner "
        + first.owner()
        + " holds it under token "
        + first.token()
        + (not.holderCount() == 1 ? "" : ", and others");
  }

  private static String link(CommandResult.WaitLink link) {
    return "session " + link.session() + ", owner " + link.owner() + " waits for " + link.lock();
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(java.util.Locale.ROOT);
  }
}
