package io.holdfast.server.gateway;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Reply;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the body of a request up to its bound. */
final class BodyReader {
  private static final String JSON = "application/json";

  private final HttpCall call;
  private final int bytesMax;
  private final Buffer body = Buffer.buffer();

  private BodyReader(HttpCall call, int bytesMax) {
    this.call = call;
    this.bytesMax = bytesMax;
  }

  /**
   * Reads a body and hands it over whole. Refuses another media type, and a body that is announced
   * too long, before any of it is read.
   *
   * @param consumer may throw what {@link HttpFace} answers
   */
  static void read(HttpCall call, int bytesMax, Consumer<byte[]> consumer) {
    HttpServerRequest request = call.request();
    requireJson(call.header(HttpHeaders.CONTENT_TYPE));
    String length = call.header(HttpHeaders.CONTENT_LENGTH);
    if (length != null && isLonger(length, bytesMax)) {
      throw tooLong(length, bytesMax);
    }
    if (call.header(HttpHeaders.EXPECT) != null) {
      request.response().writeContinue();
    }
    BodyReader reader = new BodyReader(call, bytesMax);
    request.handler(reader::take);
    request.endHandler(
        unused -> {
          if (call.isReading()) {
            Guard.run(call, () -> consumer.accept(reader.body.getBytes()));
          }
        });
  }

  private void take(Buffer part) {
    if (!call.isReading()) {
      return;
    }
    if (body.length() + part.length() > bytesMax) {
      call.end(tooLong("more than " + bytesMax, bytesMax));
      return;
    }
    body.appendBuffer(part);
  }

  private static void requireJson(@Nullable String contentType) {
    if (contentType == null) {
      return;
    }
    int semicolon = contentType.indexOf(';');
    String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
    String parameters = semicolon < 0 ? "" : contentType.substring(semicolon + 1);
    String charset = parameters.toLowerCase(Locale.ROOT).replace(" ", "").replace("\"", "");
    if (!type.strip().equalsIgnoreCase(JSON)
        || !(charset.isEmpty() || charset.equals("charset=utf-8"))) {
      throw new HttpProblem(
          415,
          Reply.Failed.of(
              ErrorCode.INVALID_REQUEST,
              "Content-Type",
              contentType.length() > 100 ? contentType.substring(0, 100) : contentType,
              "a body has to be JSON in UTF-8; send it with content type application/json"));
    }
  }

  private static boolean isLonger(String length, int bytesMax) {
    try {
      return Long.parseLong(length.strip()) > bytesMax;
    } catch (NumberFormatException e) {
      throw HttpProblem.invalid("Content-Length", length, "is not a number of bytes");
    }
  }

  private static HttpProblem tooLong(String length, int bytesMax) {
    return new HttpProblem(
        Reply.Failed.of(
            ErrorCode.BODY_TOO_LARGE,
            "body",
            length + " bytes",
            "the body is too long; send at most " + bytesMax + " bytes"));
  }
}
