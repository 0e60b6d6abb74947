package io.holdfast.client;

import io.holdfast.api.Reply;

/** Session, owner and token name no current hold. */
public final class NotHolderException extends RefusedException {
  private static final long serialVersionUID = 1L;

  NotHolderException(Reply.Failed detail) {
    super(detail);
  }
}
