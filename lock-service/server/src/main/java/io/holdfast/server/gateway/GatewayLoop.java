package io.holdfast.server.gateway;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.ProtocolCodec;
import io.holdfast.api.Reply;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** One event loop of the gateway with the connections it serves. */
final class GatewayLoop extends VerticleBase {
  private static final int SWEEP_MILLIS_MIN = 10;
  private static final int SWEEP_MILLIS_MAX = 1_000;

  private final GatewayParts parts;
  private final HttpServerOptions options;
  private final Optional<Supplier<String>> metricsPage;
  private final IdentityHashMap<HttpConnection, ConnectionState> connections =
      new IdentityHashMap<>();
  private HttpServer server;
  private HttpFace http;
  private StreamFace streams;
  private Outbox outbox;
  private boolean stopping;

  GatewayLoop(
      GatewayParts parts, HttpServerOptions options, Optional<Supplier<String>> metricsPage) {
    this.parts = parts;
    this.options = options;
    this.metricsPage = metricsPage;
  }

  @Override
  public Future<?> start() {
    outbox = new Outbox(context);
    streams = new StreamFace(parts, outbox);
    http = new HttpFace(parts, vertx, streams, new OwnPages(parts, vertx, metricsPage));
    GatewaySettings.Timeouts timeouts = parts.settings().timeouts();
    int shortest =
        Math.min(
            Math.min(timeouts.headerMillis(), timeouts.requestMillis()), timeouts.idleMillis());
    vertx.setPeriodic(
        Math.max(SWEEP_MILLIS_MIN, Math.min(SWEEP_MILLIS_MAX, shortest / 4)), unused -> sweep());
    vertx.setPeriodic(timeouts.heartbeatMillis(), unused -> beat());
    server =
        vertx
            .createHttpServer(options)
            .connectionHandler(this::connected)
            .invalidRequestHandler(this::malformed)
            .exceptionHandler(fault -> parts.metrics().add(GatewayCounter.MALFORMED))
            .requestHandler(this::requested);
    return server.listen();
  }

  int port() {
    return server.actualPort();
  }

  private void connected(HttpConnection connection) {
    parts.metrics().add(GatewayCounter.CONNECTIONS_OPENED);
    boolean surplus = !parts.admission().connectionOpened();
    if (surplus) {
      parts.metrics().add(GatewayCounter.CONNECTIONS_REFUSED);
      parts
          .notices()
          .tooManyConnections(
              String.valueOf(connection.remoteAddress()), parts.settings().bounds().connections());
    }
    ConnectionState state =
        new ConnectionState(
            connection,
            surplus,
            System.nanoTime(),
            () -> {
              connections.remove(connection);
              parts.admission().connectionClosed();
            });
    connections.put(connection, state);
    connection.closeHandler(unused -> state.gone());
    connection.exceptionHandler(unused -> parts.metrics().add(GatewayCounter.MALFORMED));
  }

  private void requested(HttpServerRequest request) {
    ConnectionState connection = connections.get(request.connection());
    if (connection == null) {
      // It was closed while this request was on its way to us.
      return;
    }
    HttpCall call = new HttpCall(parts, outbox, request, connection);
    http.handle(call, connection, stopping);
  }

  /** Answers what is not HTTP, or too long to be read as such. */
  private void malformed(HttpServerRequest request) {
    parts.metrics().add(GatewayCounter.MALFORMED);
    parts.metrics().add(GatewayCounter.HTTP_PROBLEMS);
    Throwable cause = request.decoderResult().cause();
    parts.notices().malformed(String.valueOf(request.remoteAddress()), String.valueOf(cause));
    HttpProblem problem = MalformedRequest.problem(cause, parts.settings().bounds());
    request
        .response()
        .setStatusCode(problem.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json")
        .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
        .end(Buffer.buffer(ProtocolCodec.encodeProblem(problem.failure(), problem.status())))
        .onComplete(unused -> request.connection().close());
  }

  private void sweep() {
    long now = System.nanoTime();
    GatewaySettings.Timeouts timeouts = parts.settings().timeouts();
    for (ConnectionState connection : List.copyOf(connections.values())) {
      for (HttpCall call : connection.briefCalls()) {
        long ageMillis = (now - call.beganNanos()) / 1_000_000;
        if (call.isReading()
            ? ageMillis > timeouts.headerMillis()
            : ageMillis > timeouts.requestMillis()) {
          parts.metrics().add(GatewayCounter.TIMED_OUT);
          call.end(call.isReading() ? bodyTooSlow(timeouts) : answerTooSlow(timeouts));
        }
      }
      if (connection.isOverdue(now, timeouts)) {
        connection.close();
      }
    }
    for (StreamConnection stream : streams.streams()) {
      if (stream.isSilent() && now - stream.openedNanos() > timeouts.headerMillis() * 1_000_000L) {
        stream.close();
      }
    }
  }

  private static HttpProblem bodyTooSlow(GatewaySettings.Timeouts timeouts) {
    return HttpProblem.of(
        408,
        ErrorCode.INVALID_REQUEST,
        "the body did not arrive within " + timeouts.headerMillis() + " ms; send it at once");
  }

  private static HttpProblem answerTooSlow(GatewaySettings.Timeouts timeouts) {
    return new HttpProblem(
        Reply.Failed.of(
            ErrorCode.OUTCOME_UNKNOWN,
            "no answer came within "
                + timeouts.requestMillis()
                + " ms; the request may or may not take effect, ask again with the same request"
                + " id"));
  }

  private void beat() {
    streams.streams().forEach(StreamConnection::tick);
    calls().forEach(HttpCall::heartbeat);
  }

  private List<HttpCall> calls() {
    List<HttpCall> calls = new ArrayList<>();
    connections.values().forEach(connection -> calls.addAll(connection.calls()));
    return calls;
  }

  /** Takes no new requests, tells clients to go elsewhere, ends what only waits. On this loop. */
  void beginStop() {
    if (stopping) {
      return;
    }
    stopping = true;
    connections.values().forEach(ConnectionState::stop);
    streams.streams().forEach(StreamConnection::goAway);
    calls().forEach(HttpCall::goAway);
  }

  /** Whether nothing accepted is without its answer. On this loop. */
  boolean isDrained() {
    return calls().isEmpty()
        && streams.streams().stream().noneMatch(StreamConnection::hasUnanswered);
  }

  /** Closes every stream and the server. On this loop. */
  Future<Void> close() {
    streams.streams().forEach(StreamConnection::close);
    return server.close();
  }

  /** Runs work on this loop. Any thread. */
  <T> Future<T> onLoop(Supplier<T> work) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(unused -> promise.complete(work.get()));
    return promise.future();
  }
}
