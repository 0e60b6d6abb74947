package io.holdfast.server.gateway;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.holdfast.api.ErrorCode;
import io.holdfast.server.peer.StateDigest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.Supplier;

/** What the gateway answers by itself: health, metrics, the description of its interface. */
final class OwnPages {
  private static final String OPEN_API_RESOURCE = "openapi.json";
  private static final String JSON = "application/json";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final GatewayParts parts;
  private final Vertx vertx;
  private final Optional<Supplier<String>> metrics;
  private final Buffer openApi;

  /**
   * @param metrics in the text format of Prometheus; empty where metrics are switched off
   */
  OwnPages(GatewayParts parts, Vertx vertx, Optional<Supplier<String>> metrics) {
    this.parts = parts;
    this.vertx = vertx;
    this.metrics = metrics;
    this.openApi = Buffer.buffer(openApiDocument());
  }

  /** The description of the HTTP interface, as /openapi.json serves it. */
  static byte[] openApiDocument() {
    try (InputStream resource = OwnPages.class.getResourceAsStream(OPEN_API_RESOURCE)) {
      if (resource == null) {
        throw new IllegalStateException("the jar lacks its resource " + OPEN_API_RESOURCE);
      }
      return resource.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void openApi(HttpCall call) {
    call.end(200, JSON, openApi);
  }

  void live(HttpCall call) {
    PeerHealth health = parts.peer().health();
    health(call, health.live(), health.detail());
  }

  void ready(HttpCall call, boolean stopping) {
    PeerHealth health = parts.peer().health();
    health(call, health.ready() && !stopping, stopping ? "stopping" : health.detail());
  }

  private static void health(HttpCall call, boolean good, String detail) {
    if (!good) {
      throw HttpProblem.of(503, ErrorCode.UNAVAILABLE, detail);
    }
    call.end(200, JSON, Buffer.buffer("{\"status\":\"up\",\"detail\":" + quoted(detail) + "}"));
  }

  /**
   * Health is often the first thing a peer is asked, and Vert.x's own JSON takes a second or two to
   * load on a busy machine, during which the loop would serve nobody.
   */
  private static String quoted(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }

  /** The digest comes from the peer's loop; the answer leaves on the connection's own. */
  void digest(HttpCall call) {
    Future.fromCompletionStage(parts.peer().stateDigest(), vertx.getOrCreateContext())
        .onComplete(
            result -> {
              if (result.succeeded()) {
                StateDigest state = result.result();
                String body =
                    "{\"peer\":"
                        + quoted(state.peer())
                        + ",\"appliedIndex\":"
                        + state.appliedIndex()
                        + ",\"digest\":"
                        + quoted(state.digest())
                        + "}";
                call.end(200, JSON, Buffer.buffer(body));
              } else {
                call.end(
                    HttpProblem.of(
                        503, ErrorCode.OVERLOADED, "the peer has too much to do; ask again later"));
              }
            });
  }

  void metrics(HttpCall call) {
    if (metrics.isEmpty()) {
      throw HttpProblem.of(
          404, ErrorCode.NOT_FOUND, "metrics are switched off; set metrics.enabled = true");
    }
    Supplier<String> scrape = metrics.get();
    vertx
        .executeBlocking(scrape::get)
        .onComplete(
            result -> {
              if (result.succeeded()) {
                call.end(200, PROMETHEUS, Buffer.buffer(result.result()));
              } else {
                parts.notices().broken("while collecting metrics", result.cause());
                call.end(HttpProblem.of(500, ErrorCode.UNAVAILABLE, "metrics cannot be collected"));
              }
            });
  }
}
