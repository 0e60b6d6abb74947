package io.holdfast.server.gateway;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Names;
import io.holdfast.api.Op;
import io.holdfast.api.ProtocolCodec;
import io.holdfast.api.ProtocolException;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.server.security.Principal;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Takes HTTP requests: finds the route, knows the client, reads the body, asks the peer. */
final class HttpFace {
  private static final byte[] NO_BODY = {};

  private final GatewayParts parts;
  private final Vertx vertx;
  private final StreamFace streams;
  private final OwnPages pages;

  HttpFace(GatewayParts parts, Vertx vertx, StreamFace streams, OwnPages pages) {
    this.parts = parts;
    this.vertx = vertx;
    this.streams = streams;
    this.pages = pages;
  }

  /** Answers a request, whatever it is. */
  void handle(HttpCall call, ConnectionState connection, boolean stopping) {
    parts.metrics().add(GatewayCounter.HTTP_REQUESTS);
    Guard.run(
        call,
        () -> {
          if (connection.isSurplus()) {
            throw new HttpProblem(parts.admission().tooManyConnections());
          }
          dispatch(call, stopping);
        });
  }

  private void dispatch(HttpCall call, boolean stopping) {
    Endpoint endpoint = route(call);
    if (stopping && !endpoint.open()) {
      throw HttpProblem.of(503, ErrorCode.UNAVAILABLE, "this peer is stopping; use another one");
    }
    Optional<Principal> principal = identify(call, endpoint);
    switch (endpoint) {
      case STREAM -> streams.open(call);
      case DIGEST -> {
        demand(parts.gatekeeper().administratorOnly(principal.orElse(null)));
        pages.digest(call);
      }
      case SNAPSHOT -> {
        demand(parts.gatekeeper().administratorOnly(principal.orElse(null)));
        SnapshotDownload.begin(call, vertx.getOrCreateContext());
      }
      case METRICS -> pages.metrics(call);
      case HEALTH_LIVE -> pages.live(call);
      case HEALTH_READY -> pages.ready(call, stopping);
      case OPENAPI -> pages.openApi(call);
      default -> read(call, endpoint, principal);
    }
  }

  private static void demand(Reply.@Nullable Failed refusal) {
    if (refusal != null) {
      throw new HttpProblem(refusal);
    }
  }

  private static Endpoint route(HttpCall call) {
    HttpServerRequest request = call.request();
    String path = request.path();
    List<HttpMethod> allowed = new ArrayList<>();
    if (path != null) {
      for (Endpoint endpoint : Endpoint.values()) {
        if (endpoint.matches(path)) {
          if (endpoint.method().equals(request.method())) {
            return endpoint;
          }
          allowed.add(endpoint.method());
        }
      }
    }
    if (allowed.isEmpty()) {
      throw HttpProblem.of(
          404, ErrorCode.NOT_FOUND, "there is nothing at this path; /openapi.json lists the paths");
    }
    String names = String.join(", ", allowed.stream().map(HttpMethod::name).distinct().toList());
    call.response().putHeader(HttpHeaders.ALLOW, names);
    throw new HttpProblem(
        405,
        Reply.Failed.of(
            ErrorCode.INVALID_REQUEST,
            "method",
            request.method().name(),
            "this path takes " + names + "; /openapi.json lists paths and methods"));
  }

  private Optional<Principal> identify(HttpCall call, Endpoint endpoint) {
    if (endpoint.open() || !parts.gatekeeper().asks()) {
      return Optional.empty();
    }
    String token = Gatekeeper.bearerToken(call.header(HttpHeaders.AUTHORIZATION));
    Optional<Principal> principal = parts.gatekeeper().identify(token, call.request().sslSession());
    if (principal.isEmpty() && endpoint != Endpoint.STREAM) {
      parts.metrics().add(GatewayCounter.UNAUTHORIZED);
      parts.notices().unauthorized(call.remote());
      call.response().putHeader("www-authenticate", "Bearer");
      throw new HttpProblem(Gatekeeper.unknown());
    }
    principal.map(Principal::name).ifPresent(call::identify);
    return principal;
  }

  private void read(HttpCall call, Endpoint endpoint, Optional<Principal> principal) {
    Map<String, String> given = Parameters.of(endpoint, call.request());
    addHeaders(call, endpoint, given);
    call.admit();
    if (endpoint.takesBody()) {
      BodyReader.read(
          call,
          parts.settings().bounds().bodyBytes(),
          body -> ask(call, endpoint, principal, decode(endpoint, body, given)));
    } else {
      ask(call, endpoint, principal, decode(endpoint, NO_BODY, given));
    }
  }

  private static void addHeaders(HttpCall call, Endpoint endpoint, Map<String, String> given) {
    String key = call.header(Parameters.IDEMPOTENCY_KEY);
    if (key != null) {
      switch (endpoint) {
        case OPEN_SESSION -> given.put("nonce", key);
        case ACQUIRE, ACQUIRE_ALL, RELEASE, PUBLISH, FORCE_RELEASE -> given.put("requestId", key);
        default -> {
          // The other requests take effect once by themselves.
        }
      }
    }
  }

  private static Request decode(Endpoint endpoint, byte[] body, Map<String, String> given) {
    Op op = endpoint.op().orElseThrow();
    if (endpoint == Endpoint.CANCEL) {
      Map<String, String> rest = new LinkedHashMap<>(given);
      String lock = rest.remove("lock");
      String problem = lock == null ? "is missing" : Names.lockProblem(lock);
      if (problem != null) {
        throw HttpProblem.invalid("lock", lock, "field 'lock' " + problem);
      }
      return ProtocolCodec.decodeBody(op, body, rest);
    }
    if (endpoint == Endpoint.OPEN_SESSION) {
      return decodeOpening(body, given);
    }
    return ProtocolCodec.decodeBody(op, body, given);
  }

  /** A caller that never retries needs no nonce, and gets one of ours. */
  private static Request decodeOpening(byte[] body, Map<String, String> given) {
    try {
      return ProtocolCodec.decodeBody(Op.OPEN_SESSION, body, given);
    } catch (ProtocolException wrong) {
      if (!"nonce".equals(wrong.failure().field()) || given.containsKey("nonce")) {
        throw wrong;
      }
      try {
        Map<String, String> more = new LinkedHashMap<>(given);
        more.put("nonce", UUID.randomUUID().toString());
        return ProtocolCodec.decodeBody(Op.OPEN_SESSION, body, more);
      } catch (ProtocolException other) {
        // Either the body has a wrong nonce, which the first attempt told best, or another fault.
        throw "nonce".equals(other.failure().field()) ? wrong : other;
      }
    }
  }

  private void ask(
      HttpCall call, Endpoint endpoint, Optional<Principal> principal, Request request) {
    Reply.Failed refusal = parts.gatekeeper().refusal(principal.orElse(null), request);
    if (refusal != null) {
      parts.metrics().add(GatewayCounter.FORBIDDEN);
      throw new HttpProblem(refusal);
    }
    switch (endpoint) {
      case ACQUIRE -> LongPoll.acquire(call, vertx, (Request.Acquire) request);
      case ACQUIRE_ALL -> LongPoll.acquireAll(call, vertx, (Request.AcquireAll) request);
      case WATCH -> watch(call, (Request.Watch) request);
      default -> call.ask(request, HttpCall.ANSWER_ENDS);
    }
  }

  private static void watch(HttpCall call, Request.Watch watch) {
    String last = call.header(Parameters.LAST_EVENT_ID);
    if (last == null || last.isEmpty()) {
      call.ask(watch, new EventStream(EventStream.Position.NONE));
      return;
    }
    // A client that comes back repeats its first URL; what it saw since counts more.
    EventStream.Position position = EventStream.Position.parse(last);
    call.ask(
        new Request.Watch(watch.lock(), watch.prefix(), position.index()),
        new EventStream(position));
  }
}
