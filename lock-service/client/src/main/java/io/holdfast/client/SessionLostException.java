package io.holdfast.client;

import io.holdfast.api.Reply;

/** The session is over, and with it everything it held or waited for. */
public final class SessionLostException extends RefusedException {
  private static final long serialVersionUID = 1L;

  SessionLostException(Reply.Failed detail) {
    super(detail);
  }
}
