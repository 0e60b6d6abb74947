package io.holdfast.client;

import io.holdfast.api.Reply;

/** The service found the request at fault; the message names field, value and fix. */
public final class InvalidRequestException extends RefusedException {
  private static final long serialVersionUID = 1L;

  InvalidRequestException(Reply.Failed detail) {
    super(detail);
  }
}
