package io.holdfast.server.gateway;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Reply;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import org.jspecify.annotations.Nullable;

/** What to answer to bytes that are no HTTP request, or one beyond the bounds. */
final class MalformedRequest {
  private MalformedRequest() {}

  static HttpProblem problem(@Nullable Throwable cause, GatewaySettings.Bounds bounds) {
    if (cause instanceof TooLongHttpLineException) {
      return new HttpProblem(
          414,
          Reply.Failed.of(
              ErrorCode.INVALID_REQUEST,
              "uri",
              "more than " + bounds.uriBytes() + " bytes",
              "the URI is too long; send long values in the body"));
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return new HttpProblem(
          431,
          Reply.Failed.of(
              ErrorCode.INVALID_REQUEST,
              "headers",
              "more than " + bounds.headerBytes() + " bytes",
              "the header section is too long; send fewer or shorter headers"));
    }
    return HttpProblem.of(400, ErrorCode.INVALID_REQUEST, "this is not a well-formed HTTP request");
  }
}
