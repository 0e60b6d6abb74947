package io.holdfast.client.internal;

import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.client.spi.ClientRuntime.Cancellable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One request from its submission to its final answer, over as many attempts and connections as it
 * takes. All attempts carry the same request id, so that they take effect once.
 */
final class Call {
  /** A deadline that never comes. */
  static final long NO_DEADLINE = Long.MAX_VALUE;

  private final Supplier<Request> request;
  private final Completion<Reply> completion;
  private final long startedNanos;
  private final long timeoutNanos;
  private final boolean effect;
  private boolean lasting;
  private boolean callerTold;

  /** Whether an attempt was sent whose outcome is not known. */
  boolean maybeEffective;

  /** Number of the attempt that is under way on the connection, or 0. */
  long wireId;

  long attemptSentNanos;
  long firstSentNanos;
  int attempts;

  /** Whether the service answered that the request stands in a queue. */
  boolean waiting;

  @Nullable Cancellable retry;

  /**
   * @param request makes the request anew for each attempt
   * @param effect whether the request may change something, so that without an answer the outcome
   *     is unknown
   * @param timeoutNanos how long the caller waits, or {@link #NO_DEADLINE}
   */
  Call(
      Supplier<Request> request,
      boolean effect,
      long startedNanos,
      long timeoutNanos,
      Completion<Reply> completion) {
    this.request = request;
    this.effect = effect;
    this.startedNanos = startedNanos;
    this.timeoutNanos = timeoutNanos;
    this.completion = completion;
  }

  /**
   * Keeps trying after the caller was told that time is over, until there is an answer; the
   * completion is then told of the answer as well.
   */
  Call lasting() {
    lasting = true;
    return this;
  }

  boolean isLasting() {
    return lasting;
  }

  Request request() {
    return request.get();
  }

  boolean overdue(long nowNanos) {
    return !callerTold && timeoutNanos != NO_DEADLINE && nowNanos - startedNanos >= timeoutNanos;
  }

  void succeed(Reply reply) {
    settle();
    callerTold = true;
    completion.succeeded(reply);
  }

  /** The request stands in a queue; the final answer is to come. */
  void queued(Reply.Queued reply) {
    waiting = true;
    completion.succeeded(reply);
  }

  void fail(CallFailure failure) {
    settle();
    if (!callerTold || lasting) {
      callerTold = true;
      completion.failed(failure);
    }
  }

  /** Tells the caller that time is over. */
  void timeOut() {
    if (callerTold) {
      return;
    }
    callerTold = true;
    completion.failed(
        effect && maybeEffective
            ? CallFailure.unknown("no answer in time; the request may or may not take effect")
            : CallFailure.unavailable("no peer answered in time; nothing was done"));
  }

  CallFailure failure(Reply.Failed failed) {
    return CallFailure.of(failed, effect && maybeEffective);
  }

  private void settle() {
    if (retry != null) {
      retry.cancel();
      retry = null;
    }
  }
}
