package io.holdfast.server.gateway;

import io.holdfast.api.Event;
import io.holdfast.api.Op;
import io.holdfast.api.ProtocolCodec;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.RequestMessage;
import io.holdfast.api.ServerMessage;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request from its head to the end of its answer. To the peer it is a client of its own,
 * so that a watch or a wait begun by it ends with it. Lives on one event loop.
 */
final class HttpCall extends LoopClient {
  private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
  private static final CharSequence PROBLEM =
      HttpHeaders.createOptimized("application/problem+json");
  private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");

  /** The only request of this client has this id. */
  static final long REQUEST_ID = 1;

  /** What becomes of what the peer sends. */
  interface Responder {
    /** The peer's answer. */
    void answer(HttpCall call, Reply reply);

    /** An event that the peer pushed. */
    default void event(HttpCall call, Event event) {}

    /** All that crossed over together was handed over. */
    default void delivered(HttpCall call) {}

    /** An interval passed. */
    default void heartbeat(HttpCall call) {}

    /** The peer is stopping. */
    default void goAway(HttpCall call) {}

    /** The client went away before the end of the answer. */
    default void abandoned(HttpCall call) {}
  }

  /** The plain way: the answer ends the call. */
  static final Responder ANSWER_ENDS = (call, reply) -> call.end(reply);

  private enum State {
    /** The body is arriving. */
    READING,
    /** The peer has the request. */
    ASKED,
    /** The answer may take as long as it needs: a long poll or an event stream. */
    LASTING,
    ENDED
  }

  private final GatewayParts parts;
  private final HttpServerRequest request;
  private final ConnectionState connection;
  private final long beganNanos;
  private Responder responder = ANSWER_ENDS;
  private State state = State.READING;
  private boolean counted;
  private boolean unanswered;
  private boolean remembered;

  HttpCall(
      GatewayParts parts, Outbox outbox, HttpServerRequest request, ConnectionState connection) {
    super(outbox, new Unread(parts.settings().bounds().unreadBytes()), parts.peer());
    this.parts = parts;
    this.request = request;
    this.connection = connection;
    this.beganNanos = System.nanoTime();
    connection.callBegan(this);
    request.response().closeHandler(unused -> closed());
    request.response().exceptionHandler(unused -> closed());
  }

  HttpServerRequest request() {
    return request;
  }

  HttpServerResponse response() {
    return request.response();
  }

  GatewayParts parts() {
    return parts;
  }

  long beganNanos() {
    return beganNanos;
  }

  boolean isReading() {
    return state == State.READING;
  }

  boolean isLasting() {
    return state == State.LASTING;
  }

  boolean isEnded() {
    return state == State.ENDED;
  }

  String remote() {
    return String.valueOf(request.remoteAddress());
  }

  /** Counts the call as one in flight; refuses it when there are too many. */
  void admit() {
    if (!parts.admission().requestBegan()) {
      parts.metrics().add(GatewayCounter.OVERLOADED);
      parts.notices().overloaded("limit.requests-in-flight is reached");
      throw new HttpProblem(parts.admission().tooManyRequests());
    }
    counted = true;
  }

  /** Hands a request to the peer. */
  void ask(Request asked, Responder with) {
    responder = with;
    state = State.ASKED;
    unanswered = true;
    remembered = mayBeRemembered(asked.op());
    if (!parts.peer().submit(this, principal(), List.of(new RequestMessage(REQUEST_ID, asked)))) {
      unanswered = false;
      remembered = false;
      parts.metrics().add(GatewayCounter.OVERLOADED);
      parts.notices().overloaded("the peer's mailbox is full");
      end(Admission.peerIsBusy());
    }
  }

  /** Has somebody else than the peer's protocol answer, who ends the call when it is done. */
  void expect(Responder with) {
    responder = with;
    state = State.LASTING;
  }

  /** Hands over a request whose answer nobody waits for. */
  void askLast(Request asked) {
    parts.peer().submit(this, principal(), List.of(new RequestMessage(REQUEST_ID + 1, asked)));
  }

  /** From now on only the responder ends the call. */
  void last() {
    state = State.LASTING;
  }

  @Override
  void deliver(ServerMessage message) {
    if (state == State.ENDED) {
      return;
    }
    if (message instanceof ServerMessage.Answer answer) {
      if (answer.id() == REQUEST_ID) {
        unanswered = false;
        responder.answer(this, answer.reply());
      }
    } else if (message instanceof Event event) {
      responder.event(this, event);
    }
  }

  @Override
  void deliverEnd() {
    if (state != State.ENDED) {
      responder.delivered(this);
    }
  }

  /** Answers with a reply of the protocol. */
  void end(Reply reply) {
    if (reply instanceof Reply.Failed failed) {
      end(new HttpProblem(failed));
      return;
    }
    int status =
        switch (reply.kind()) {
          case QUEUED -> 202;
          case BUSY -> 409;
          default -> 200;
        };
    end(status, JSON, Buffer.buffer(ProtocolCodec.encodeBody(reply)));
  }

  /** Answers with a problem. */
  void end(HttpProblem problem) {
    parts.metrics().add(GatewayCounter.HTTP_PROBLEMS);
    int status = problem.status();
    byte[] body = ProtocolCodec.encodeProblem(problem.failure(), status);
    end(status, PROBLEM, Buffer.buffer(body));
  }

  /** Answers, and forgets the call. Does nothing the second time. */
  void end(int status, CharSequence contentType, Buffer body) {
    if (state == State.ENDED) {
      return;
    }
    boolean unread = state == State.READING && !request.isEnded();
    finish();
    HttpServerResponse response = response();
    if (response.closed() || response.ended()) {
      return;
    }
    response.setStatusCode(status);
    response.putHeader(HttpHeaders.CONTENT_TYPE, contentType);
    response.putHeader(HttpHeaders.CACHE_CONTROL, NO_STORE);
    boolean close = connection.isClosing() || unread;
    if (close && request.version() != HttpVersion.HTTP_2) {
      response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
    response
        .end(body)
        .onComplete(
            unused -> {
              // A body that is not wanted would otherwise be read to its end.
              if (close && request.version() != HttpVersion.HTTP_2) {
                Unwanted.drop(request);
              }
            });
  }

  /** Ends a response whose head is written already. */
  void endStarted() {
    if (state != State.ENDED) {
      finish();
      response().end();
    }
  }

  /** Cuts the client off. */
  void cutOff() {
    finish();
    request.connection().close();
  }

  /** The peer is stopping. */
  void goAway() {
    if (state == State.LASTING) {
      responder.goAway(this);
    }
  }

  private void closed() {
    if (state != State.ENDED) {
      responder.abandoned(this);
      finish();
    }
  }

  private void finish() {
    state = State.ENDED;
    connection.callEnded(this);
    if (counted) {
      counted = false;
      parts.admission().requestsEnded(1);
    }
    unread().onTaken(() -> {});
    if (unanswered || remembered) {
      parts.peer().closed(this);
    }
  }

  /** Whether the peer keeps the client of such a request in mind for events to come. */
  private static boolean mayBeRemembered(Op op) {
    return switch (op) {
      case OPEN_SESSION, ACQUIRE, ACQUIRE_ALL, ATTACH, WATCH -> true;
      default -> false;
    };
  }

  /** The connection becomes a stream, and the call is over. */
  ConnectionState upgrade() {
    connection.upgraded();
    finish();
    return connection;
  }

  /** An interval passed: what is silent by nature gives a sign of life. */
  void heartbeat() {
    if (state == State.LASTING) {
      responder.heartbeat(this);
    }
  }

  /** For a header that may be missing. */
  @Nullable String header(CharSequence name) {
    return request.getHeader(name);
  }
}
