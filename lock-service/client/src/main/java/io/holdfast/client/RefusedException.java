package io.holdfast.client;

import io.holdfast.api.Reply;

/** A definite refusal: the request had no effect. */
public abstract sealed class RefusedException extends HoldfastException
    permits AccessDeniedException,
        AcquireTimeoutException,
        ClientClosedException,
        DeadlockException,
        InvalidRequestException,
        LeaseLostException,
        LimitExceededException,
        LockMismatchException,
        NotHolderException,
        SessionLostException,
        UnavailableException {
  private static final long serialVersionUID = 1L;

  RefusedException(Reply.Failed detail) {
    super(detail);
  }
}
