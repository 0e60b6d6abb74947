package io.holdfast.client;

import io.holdfast.api.Reply;

/** It is not known whether the request took effect: no answer came in time. */
public final class OutcomeUnknownException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  OutcomeUnknownException(Reply.Failed detail) {
    super(detail);
  }
}
