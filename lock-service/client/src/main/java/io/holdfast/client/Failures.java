package io.holdfast.client;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Reply;
import io.holdfast.client.internal.CallFailure;

/** What the core says of a failure, as an exception. */
final class Failures {
  private Failures() {}

  static HoldfastException exception(CallFailure failure) {
    Reply.Failed detail = failure.detail();
    return switch (failure.kind()) {
      case UNKNOWN -> new OutcomeUnknownException(detail);
      case UNAVAILABLE -> new UnavailableException(detail);
      case SESSION_LOST -> new SessionLostException(detail);
      case CLOSED -> new ClientClosedException(detail);
      case REFUSED -> refused(detail);
    };
  }

  private static HoldfastException refused(Reply.Failed detail) {
    return switch (detail.error()) {
      case INVALID_REQUEST, UNKNOWN_FIELD, NOT_FOUND, MEMBERSHIP_REFUSED, IN_USE ->
          new InvalidRequestException(detail);
      case UNAUTHORIZED, FORBIDDEN -> new AccessDeniedException(detail);
      case NOT_HOLDER -> new NotHolderException(detail);
      case KIND_MISMATCH, LIMIT_MISMATCH, HELD_OTHERWISE -> new LockMismatchException(detail);
      case DEADLOCK -> new DeadlockException(detail);
      case SESSION_EXPIRED -> new SessionLostException(detail);
      case BODY_TOO_LARGE, LIMIT_EXCEEDED -> new LimitExceededException(detail);
      case OVERLOADED, NO_LEADER, UNAVAILABLE -> new UnavailableException(detail);
      case REQUEST_TOO_OLD, OUTCOME_UNKNOWN -> new OutcomeUnknownException(detail);
    };
  }

  static AcquireTimeoutException timeout(String lock) {
    return new AcquireTimeoutException(
        Reply.Failed.of(
            ErrorCode.UNAVAILABLE, "lock '" + lock + "' was not granted within the time to wait"));
  }

  /** The same exception, with the stack of this thread. */
  static RuntimeException here(Throwable cause) {
    if (cause instanceof HoldfastException failure) {
      // Made where the answer came in; the application wants to see where it asked.
      failure.setStackTrace(new Throwable().getStackTrace());
      return failure;
    }
    return cause instanceof RuntimeException unchecked
        ? unchecked
        : new IllegalStateException("unexpected failure", cause);
  }
}
