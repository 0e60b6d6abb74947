package io.holdfast.client;

import io.holdfast.api.Reply;

/** No peer could serve in time; nothing was done and it may be tried again. */
public final class UnavailableException extends RefusedException {
  private static final long serialVersionUID = 1L;

  UnavailableException(Reply.Failed detail) {
    super(detail);
  }
}
