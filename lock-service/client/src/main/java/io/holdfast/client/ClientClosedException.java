package io.holdfast.client;

import io.holdfast.api.Reply;

/** The client is closed. */
public final class ClientClosedException extends RefusedException {
  private static final long serialVersionUID = 1L;

  ClientClosedException(Reply.Failed detail) {
    super(detail);
  }
}
