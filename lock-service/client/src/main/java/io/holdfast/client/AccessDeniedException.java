package io.holdfast.client;

import io.holdfast.api.Reply;

/** The credentials are missing, wrong, or do not allow this. */
public final class AccessDeniedException extends RefusedException {
  private static final long serialVersionUID = 1L;

  AccessDeniedException(Reply.Failed detail) {
    super(detail);
  }
}
