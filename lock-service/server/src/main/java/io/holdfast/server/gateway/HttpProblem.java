package io.holdfast.server.gateway;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Reply;
import org.jspecify.annotations.Nullable;

/**
 * A refusal with the HTTP status it leaves with. Most statuses follow from the error code; those
 * that HTTP itself defines (405, 415 and the like) have no code of their own in the protocol.
 */
final class HttpProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient Reply.Failed failure;

  HttpProblem(Reply.Failed failure) {
    this(failure.error().httpStatus(), failure);
  }

  HttpProblem(int status, Reply.Failed failure) {
    super(failure.message(), null, false, false);
    this.status = status;
    this.failure = failure;
  }

  static HttpProblem of(int status, ErrorCode code, String message) {
    return new HttpProblem(status, Reply.Failed.of(code, message));
  }

  static HttpProblem invalid(String field, @Nullable String value, String message) {
    return new HttpProblem(Reply.Failed.of(ErrorCode.INVALID_REQUEST, field, value, message));
  }

  int status() {
    return status;
  }

  Reply.Failed failure() {
    return failure;
  }
}
