package io.holdfast.client;

import io.holdfast.api.Reply;

/** A bound of the service or of the client is reached; the message names it. */
public final class LimitExceededException extends RefusedException {
  private static final long serialVersionUID = 1L;

  LimitExceededException(Reply.Failed detail) {
    super(detail);
  }
}
