package io.holdfast.server.gateway;

/** The client port cannot be opened; the message says why and what to do. */
public final class GatewayException extends Exception {
  private static final long serialVersionUID = 1L;

  GatewayException(String message, Throwable cause) {
    super(message, cause);
  }
}
