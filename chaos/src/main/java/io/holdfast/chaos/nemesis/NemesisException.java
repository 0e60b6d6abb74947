package io.holdfast.chaos.nemesis;

/** A fault was not made, although nothing said so. */
public final class NemesisException extends Exception {
  private static final long serialVersionUID = 1L;

  /** The message names the fault, what was expected and what was seen. */
  public NemesisException(String message) {
    super(message);
  }
}
