package io.holdfast.api;

/** A message breaks the protocol. Carries the answer that says field, value and fix. */
public final class ProtocolException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Reply.Failed failure;

  /** An exception that carries the answer to the offender. */
  public ProtocolException(Reply.Failed failure) {
    super(failure.error().wireName() + ": " + failure.message(), null, false, false);
    this.failure = failure;
  }

  /** What to answer. */
  public Reply.Failed failure() {
    return failure;
  }
}
