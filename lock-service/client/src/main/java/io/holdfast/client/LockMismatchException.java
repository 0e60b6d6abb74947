package io.holdfast.client;

import io.holdfast.api.Reply;

/**
 * The lock is in use in another way: as another kind, with another semaphore limit, or by the same
 * owner in another mode.
 */
public final class LockMismatchException extends RefusedException {
  private static final long serialVersionUID = 1L;

  LockMismatchException(Reply.Failed detail) {
    super(detail);
  }
}
