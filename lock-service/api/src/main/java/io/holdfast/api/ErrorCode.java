package io.holdfast.api;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a request was not answered with a result. Every code but {@link #OUTCOME_UNKNOWN} is
 * definite: the request had no effect.
 */
public enum ErrorCode {
  /** A field is missing, of the wrong type or out of range, or the body is not JSON. */
  INVALID_REQUEST("invalid-request", 400, false),
  /** The request has a field that its operation does not know. */
  UNKNOWN_FIELD("unknown-field", 400, false),
  /** No valid credentials. */
  UNAUTHORIZED("unauthorized", 401, false),
  /** Valid credentials without the permission. */
  FORBIDDEN("forbidden", 403, false),
  /** There is no such thing. */
  NOT_FOUND("not-found", 404, false),
  /** Session, owner and token name no current hold. */
  NOT_HOLDER("not-holder", 409, false),
  /** The lock is in use as another kind: lock or semaphore. */
  KIND_MISMATCH("kind-mismatch", 409, false),
  /** The semaphore has another limit. */
  LIMIT_MISMATCH("limit-mismatch", 409, false),
  /** Waiting would close a cycle. */
  DEADLOCK("deadlock", 409, false),
  /** The session has ended. */
  SESSION_EXPIRED("session-expired", 410, false),
  /** The body or frame is longer than allowed. */
  BODY_TOO_LARGE("body-too-large", 413, false),
  /** A bound on a count or size is reached. */
  LIMIT_EXCEEDED("limit-exceeded", 429, false),
  /** The peer has too much to do; nothing was done. */
  OVERLOADED("overloaded", 503, true),
  /** No leader is known; nothing was done. */
  NO_LEADER("no-leader", 503, true),
  /** The peer cannot serve, for example because it is stopping; nothing was done. */
  UNAVAILABLE("unavailable", 503, true),
  /**
   * The request may or may not have taken effect; asking again with the same request id is safe.
   */
  OUTCOME_UNKNOWN("outcome-unknown", 504, true);

  private static final Map<String, ErrorCode> BY_NAME = new HashMap<>();

  static {
    for (ErrorCode code : values()) {
      BY_NAME.put(code.wireName, code);
    }
  }

  private final String wireName;
  private final int httpStatus;
  private final boolean retryable;

  ErrorCode(String wireName, int httpStatus, boolean retryable) {
    this.wireName = wireName;
    this.httpStatus = httpStatus;
    this.retryable = retryable;
  }

  /** The value of the {@code error} field. */
  public String wireName() {
    return wireName;
  }

  /** The status of an HTTP answer with this error. */
  public int httpStatus() {
    return httpStatus;
  }

  /** Whether it is certain that the request had no effect. */
  public boolean definite() {
    return this != OUTCOME_UNKNOWN;
  }

  /** Whether the same request may succeed if it is sent again, here or at another peer. */
  public boolean retryable() {
    return retryable;
  }

  static @Nullable ErrorCode byName(String wireName) {
    return BY_NAME.get(wireName);
  }
}
