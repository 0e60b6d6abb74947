package io.holdfast.api;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a request was not answered with a result. A definite code means that the request had no
 * effect; after the others it may have had.
 */
public enum ErrorCode {
  /** A field is missing, of the wrong type or out of range, or the body is not JSON. */
  INVALID_REQUEST("invalid-request", 400, true, false),
  /** The request has a field that its operation does not know. */
  UNKNOWN_FIELD("unknown-field", 400, true, false),
  /** No valid credentials. */
  UNAUTHORIZED("unauthorized", 401, true, false),
  /** Valid credentials without the permission. */
  FORBIDDEN("forbidden", 403, true, false),
  /** There is no such thing. */
  NOT_FOUND("not-found", 404, true, false),
  /** Session, owner and token name no current hold. */
  NOT_HOLDER("not-holder", 409, true, false),
  /** The lock is in use as another kind: lock or semaphore. */
  KIND_MISMATCH("kind-mismatch", 409, true, false),
  /** The semaphore has another limit. */
  LIMIT_MISMATCH("limit-mismatch", 409, true, false),
  /** The owner holds the lock, or some of the locks, in another way already. */
  HELD_OTHERWISE("held-otherwise", 409, true, false),
  /**
   * The session no longer remembers this request id and will not run it a second time; an earlier
   * attempt may have taken effect.
   */
  REQUEST_TOO_OLD("request-too-old", 409, false, false),
  /** Waiting would close a cycle. */
  DEADLOCK("deadlock", 409, true, false),
  /** The lock is held or waited for. */
  IN_USE("in-use", 409, true, false),
  /** The members cannot be changed so, as things are. */
  MEMBERSHIP_REFUSED("membership-refused", 409, true, false),
  /** The session has ended. */
  SESSION_EXPIRED("session-expired", 410, true, false),
  /** The body or frame is longer than allowed. */
  BODY_TOO_LARGE("body-too-large", 413, true, false),
  /** A bound on a count or size is reached. */
  LIMIT_EXCEEDED("limit-exceeded", 429, true, false),
  /** The peer has too much to do; nothing was done. */
  OVERLOADED("overloaded", 503, true, true),
  /** No leader is known; nothing was done. */
  NO_LEADER("no-leader", 503, true, true),
  /** The peer cannot serve, for example because it is stopping; nothing was done. */
  UNAVAILABLE("unavailable", 503, true, true),
  /**
   * The request may or may not have taken effect; asking again with the same request id is safe.
   */
  OUTCOME_UNKNOWN("outcome-unknown", 504, false, true);

  private static final Map<String, ErrorCode> BY_NAME = new HashMap<>();

  static {
    for (ErrorCode code : values()) {
      BY_NAME.put(code.wireName, code);
    }
  }

  private final String wireName;
  private final int httpStatus;
  private final boolean definite;
  private final boolean retryable;

  ErrorCode(String wireName, int httpStatus, boolean definite, boolean retryable) {
    this.wireName = wireName;
    this.httpStatus = httpStatus;
    this.definite = definite;
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
    return definite;
  }

  /** Whether the same request may succeed if it is sent again, here or at another peer. */
  public boolean retryable() {
    return retryable;
  }

  static @Nullable ErrorCode byName(String wireName) {
    return BY_NAME.get(wireName);
  }
}
