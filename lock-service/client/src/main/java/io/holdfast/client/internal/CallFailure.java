package io.holdfast.client.internal;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Reply;

/**
 * Why a call has no result.
 *
 * @param kind what the caller may assume
 * @param detail code, message and field at fault
 */
public record CallFailure(Kind kind, Reply.Failed detail) {
  /** What the caller may assume. */
  public enum Kind {
    /** The service refused; nothing was done. */
    REFUSED,
    /** The service could not be reached or asked in time; nothing was done. */
    UNAVAILABLE,
    /** Perhaps done, perhaps not. */
    UNKNOWN,
    /** The session was lost or closed, and with it whatever the call was about. */
    SESSION_LOST,
    /** The client is closed. */
    CLOSED
  }

  static CallFailure unavailable(String why) {
    return new CallFailure(Kind.UNAVAILABLE, Reply.Failed.of(ErrorCode.UNAVAILABLE, why));
  }

  static CallFailure unknown(String why) {
    return new CallFailure(Kind.UNKNOWN, Reply.Failed.of(ErrorCode.OUTCOME_UNKNOWN, why));
  }

  static CallFailure sessionLost(String why) {
    return new CallFailure(Kind.SESSION_LOST, Reply.Failed.of(ErrorCode.SESSION_EXPIRED, why));
  }

  static CallFailure closed() {
    return new CallFailure(
        Kind.CLOSED, Reply.Failed.of(ErrorCode.UNAVAILABLE, "the client is closed"));
  }

  /** What a final refusal by the service means. */
  static CallFailure of(Reply.Failed failed, boolean maybeEffective) {
    if (failed.error() == ErrorCode.SESSION_EXPIRED) {
      return new CallFailure(Kind.SESSION_LOST, failed);
    }
    if (!failed.error().definite()) {
      return new CallFailure(Kind.UNKNOWN, failed);
    }
    if (failed.error().retryable()) {
      return new CallFailure(maybeEffective ? Kind.UNKNOWN : Kind.UNAVAILABLE, failed);
    }
    return new CallFailure(Kind.REFUSED, failed);
  }
}
