package io.holdfast.locks.wire;

/** Bytes that are not what their reader expects; the message names place and expectation. */
public final class WireException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  public WireException(String message) {
    super(message);
  }

  public WireException(String message, Throwable cause) {
    super(message, cause);
  }
}
