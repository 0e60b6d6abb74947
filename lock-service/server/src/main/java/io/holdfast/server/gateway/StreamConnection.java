package io.holdfast.server.gateway;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Event;
import io.holdfast.api.Limits;
import io.holdfast.api.Op;
import io.holdfast.api.ProtocolCodec;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.RequestMessage;
import io.holdfast.api.ServerMessage;
import io.holdfast.server.security.Principal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * One client's stream: the first request has to be {@code hello}, then many requests may be in
 * flight, and answers and events come as they are ready. Lives on one event loop.
 */
final class StreamConnection extends LoopClient implements ProtocolCodec.RequestSink {
  private enum State {
    EXPECTING_HELLO,
    OPEN,
    CLOSED
  }

  private final GatewayParts parts;
  private final StreamSocket socket;
  private final @Nullable SSLSession tls;
  private final @Nullable String tokenOfUpgrade;
  private final Consumer<StreamConnection> whenClosed;
  private final long openedNanos = System.nanoTime();
  private final List<RequestMessage> arrived = new ArrayList<>();
  private final List<ServerMessage> leaving = new ArrayList<>();
  private final Set<Long> unanswered = new HashSet<>();
  private State state = State.EXPECTING_HELLO;
  private @Nullable Principal permitted;
  private int watches;
  private boolean wroteSinceLastTick;
  private boolean closing;

  StreamConnection(
      GatewayParts parts,
      Outbox outbox,
      StreamSocket socket,
      Credentials credentials,
      Consumer<StreamConnection> whenClosed) {
    super(outbox, socket.unread(), parts.peer());
    this.parts = parts;
    this.socket = socket;
    this.tls = credentials.tls();
    this.tokenOfUpgrade = credentials.token();
    this.whenClosed = whenClosed;
  }

  /**
   * What the connection knows of the client before it says hello.
   *
   * @param token of the upgrade request's Authorization header
   */
  record Credentials(@Nullable SSLSession tls, @Nullable String token) {}

  /** Reads requests of a frame or text; {@link #received} hands them over. */
  void read(byte[] bytes, int offset, int length) {
    if (state != State.CLOSED && !closing) {
      ProtocolCodec.decodeRequests(bytes, offset, length, this);
    }
  }

  /** Everything that arrived together was read: hands it to the peer in one go. */
  void received() {
    if (!arrived.isEmpty()) {
      List<RequestMessage> batch = List.copyOf(arrived);
      arrived.clear();
      if (!parts.peer().submit(this, principal(), batch)) {
        parts.metrics().add(GatewayCounter.OVERLOADED, batch.size());
        parts.notices().overloaded("the peer's mailbox is full");
        batch.forEach(request -> answer(request.id(), Admission.peerIsBusy()));
      }
    }
    deliverEnd();
  }

  @Override
  public void request(long id, Request request) {
    parts.metrics().add(GatewayCounter.STREAM_REQUESTS);
    Reply.Failed refusal = admit(id, request);
    if (refusal == null) {
      arrived.add(new RequestMessage(id, request));
    } else {
      leaving.add(new ServerMessage.Answer(id, refusal));
    }
  }

  @Override
  public void rejected(long id, Reply.Failed failure) {
    parts.metrics().add(GatewayCounter.MALFORMED);
    parts.notices().malformed(socket.remote(), failure.message());
    leaving.add(new ServerMessage.Answer(id, failure));
    if (id == 0 || state == State.EXPECTING_HELLO) {
      closing = true;
    }
  }

  private Reply.@Nullable Failed admit(long id, Request request) {
    if (closing) {
      return Reply.Failed.of(ErrorCode.UNAVAILABLE, "this connection is being closed");
    }
    Reply.Failed refusal =
        request.op() == Op.HELLO ? greet((Request.Hello) request) : authorize(request);
    if (refusal != null) {
      return refusal;
    }
    if (unanswered.contains(id)) {
      return Reply.Failed.of(
          ErrorCode.INVALID_REQUEST,
          "id",
          Long.toString(id),
          "a request with this id has no answer yet; give each request an id of its own");
    }
    if (unanswered.size() >= parts.settings().bounds().requestsPerConnection()) {
      parts.metrics().add(GatewayCounter.OVERLOADED);
      return parts.admission().tooManyOnThisConnection();
    }
    if (!parts.admission().requestBegan()) {
      parts.metrics().add(GatewayCounter.OVERLOADED);
      parts.notices().overloaded("limit.requests-in-flight is reached");
      return parts.admission().tooManyRequests();
    }
    unanswered.add(id);
    return null;
  }

  private Reply.@Nullable Failed greet(Request.Hello hello) {
    if (state != State.EXPECTING_HELLO) {
      return Reply.Failed.of(
          ErrorCode.INVALID_REQUEST, "op", "hello", "hello was said already; say it once");
    }
    if (hello.protocol() != Limits.PROTOCOL_VERSION) {
      closing = true;
      return Reply.Failed.of(
          ErrorCode.INVALID_REQUEST,
          "protocol",
          Integer.toString(hello.protocol()),
          "this peer speaks protocol " + Limits.PROTOCOL_VERSION + "; use a client that does");
    }
    if (parts.gatekeeper().asks()) {
      String token = hello.token() == null ? tokenOfUpgrade : hello.token();
      permitted = parts.gatekeeper().identify(token, tls).orElse(null);
      if (permitted == null) {
        closing = true;
        parts.metrics().add(GatewayCounter.UNAUTHORIZED);
        parts.notices().unauthorized(socket.remote());
        return Gatekeeper.unknown();
      }
      identify(permitted.name());
    }
    state = State.OPEN;
    parts.peer().opened(this);
    return null;
  }

  private Reply.@Nullable Failed authorize(Request request) {
    if (state == State.EXPECTING_HELLO) {
      closing = true;
      return Reply.Failed.of(
          ErrorCode.INVALID_REQUEST,
          "op",
          request.op().wireName(),
          "the first request of a stream has to be hello");
    }
    Reply.Failed refusal = parts.gatekeeper().refusal(permitted, request);
    if (refusal != null) {
      parts.metrics().add(GatewayCounter.FORBIDDEN);
      return refusal;
    }
    if (request.op() == Op.WATCH && watches >= parts.settings().bounds().watchesPerConnection()) {
      return Reply.Failed.of(
          ErrorCode.LIMIT_EXCEEDED,
          "watches",
          Integer.toString(watches),
          "this connection has as many watches as it may have; end one with unwatch, or watch a"
              + " prefix");
    }
    return null;
  }

  @Override
  void deliver(ServerMessage message) {
    if (state == State.CLOSED) {
      return;
    }
    if (message instanceof ServerMessage.Answer answer) {
      answer(answer.id(), answer.reply());
    } else {
      leaving.add(message);
    }
  }

  private void answer(long id, Reply reply) {
    if (unanswered.remove(id)) {
      parts.admission().requestsEnded(1);
    }
    switch (reply.kind()) {
      case WATCHING -> watches++;
      case UNWATCHED -> watches--;
      default -> {
        // Nothing else changes what the connection may do.
      }
    }
    leaving.add(new ServerMessage.Answer(id, reply));
  }

  @Override
  void deliverEnd() {
    if (state == State.CLOSED) {
      return;
    }
    if (!leaving.isEmpty()) {
      parts.metrics().add(GatewayCounter.STREAM_WRITES);
      parts.metrics().add(GatewayCounter.STREAM_MESSAGES, leaving.size());
      socket.write(leaving);
      leaving.clear();
      wroteSinceLastTick = true;
    }
    if (unread().isOverfull()) {
      parts.metrics().add(GatewayCounter.SLOW_CLIENTS);
      parts.notices().slow(socket.remote(), parts.settings().bounds().unreadBytes());
      close();
    } else if (closing) {
      close();
    }
  }

  /** Called once an interval: a stream that was silent for one gets a sign of life. */
  void tick() {
    if (!wroteSinceLastTick && state == State.OPEN) {
      socket.writeSignOfLife();
    }
    wroteSinceLastTick = false;
  }

  /** Whether it has opened without ever saying hello; such a stream is closed by its loop. */
  boolean isSilent() {
    return state == State.EXPECTING_HELLO;
  }

  long openedNanos() {
    return openedNanos;
  }

  boolean hasUnanswered() {
    return !unanswered.isEmpty();
  }

  /** Tells the client to go elsewhere. */
  void goAway() {
    if (state == State.OPEN) {
      leaving.add(new Event.GoingAway());
      deliverEnd();
    }
  }

  /** Closes from our side, or notes that the other side has. Does nothing the second time. */
  void close() {
    if (state == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    parts.admission().requestsEnded(unanswered.size());
    unanswered.clear();
    leaving.clear();
    unread().onTaken(() -> {});
    parts.peer().closed(this);
    whenClosed.accept(this);
    socket.close();
  }

  String remote() {
    return socket.remote();
  }
}
