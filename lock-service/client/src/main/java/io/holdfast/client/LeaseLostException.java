package io.holdfast.client;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Reply;

/** The lease was lost before; somebody else may hold the lock. */
public final class LeaseLostException extends RefusedException {
  private static final long serialVersionUID = 1L;

  private final String lock;
  private final long token;

  LeaseLostException(String lock, long token, String why) {
    super(
        Reply.Failed.of(
            ErrorCode.SESSION_EXPIRED,
            "the lease of '" + lock + "' with token " + token + " is lost: " + why));
    this.lock = lock;
    this.token = token;
  }

  /** The lock's name. */
  public String lock() {
    return lock;
  }

  /** The token of the lost lease. */
  public long token() {
    return token;
  }
}
