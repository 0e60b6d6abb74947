package io.holdfast.server.security;

/** The principals file cannot be used; the message names file, place and what was expected. */
public final class PrincipalsException extends Exception {
  private static final long serialVersionUID = 1L;

  PrincipalsException(String message, Throwable cause) {
    super(message, cause);
  }
}
