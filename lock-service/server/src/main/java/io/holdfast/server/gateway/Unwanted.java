package io.holdfast.server.gateway;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;

/**
 * The rest of a body that nobody wants, after the request was answered.
 *
 * <p>Closed at once, the connection would be reset when more of the body arrives, and the client
 * could lose the answer with it (RFC 9112 §9.6). So the rest is read and dropped for a moment, and
 * no longer: a client that goes on sending is cut off.
 */
final class Unwanted {
  private static final long BYTES_MAX = 4L << 20;
  private static final long MILLIS_MAX = 1_000;

  private final HttpConnection connection;
  private long dropped;

  private Unwanted(HttpConnection connection) {
    this.connection = connection;
  }

  /** Closes the request's connection once the client has sent all, or enough. On its loop. */
  static void drop(HttpServerRequest request) {
    HttpConnection connection = request.connection();
    if (request.isEnded()) {
      connection.close();
      return;
    }
    Unwanted rest = new Unwanted(connection);
    request.handler(part -> rest.take(part.length()));
    request.endHandler(unused -> connection.close());
    Vertx.currentContext().owner().setTimer(MILLIS_MAX, unused -> connection.close());
  }

  private void take(int bytes) {
    dropped += bytes;
    if (dropped > BYTES_MAX) {
      connection.close();
    }
  }
}
