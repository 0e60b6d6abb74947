package io.holdfast.checker.history;

/** A history that cannot be: the message says what was found and what was expected. */
public final class HistoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Makes the exception with its message. */
  public HistoryException(String message) {
    super(message);
  }
}
