package io.holdfast.client;

import io.holdfast.api.Reply;

/** The lock was not granted within the time the caller would wait; the caller waits no more. */
public final class AcquireTimeoutException extends RefusedException {
  private static final long serialVersionUID = 1L;

  AcquireTimeoutException(Reply.Failed detail) {
    super(detail);
  }
}
