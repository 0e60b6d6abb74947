package io.holdfast.checker.history;

/** A history that cannot be: the message says what was found and what was expected. */
public final class HistoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int line;

  /** Makes the exception with its message. */
  public HistoryException(String message) {
    this(message, 0);
  }

  /** Makes the exception for a line, counted from 1; 0 when no single line is to blame. */
  public HistoryException(String message, int line) {
    super(message);
    this.line = line;
  }

  /** The line to blame, counted from 1; 0 when there is none. */
  public int line() {
    return line;
  }
}
