package io.holdfast.server.gateway;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Event;
import io.holdfast.api.Limits;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.RequestId;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An acquire over HTTP that waits. The wait itself is a place in the session's queue; this only
 * keeps the answer back until the place has come up, or until the poll has lasted long enough.
 */
final class LongPoll implements HttpCall.Responder {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Vertx vertx;
  private final RequestId requestId;
  private final boolean withdrawnWhenAbandoned;
  private final long patienceMillis;
  private Reply.@Nullable Queued queued;
  private long timer = -1;

  private LongPoll(Vertx vertx, RequestId requestId, boolean ownId, long patienceMillis) {
    this.vertx = vertx;
    this.requestId = requestId;
    this.withdrawnWhenAbandoned = ownId;
    this.patienceMillis = patienceMillis;
  }

  /** Hands over an acquire that may wait. */
  static void acquire(HttpCall call, Vertx vertx, Request.Acquire asked) {
    long waitMillis = asked.waitMillis();
    if (waitMillis == 0) {
      call.ask(asked, HttpCall.ANSWER_ENDS);
      return;
    }
    RequestId given = asked.requestId();
    RequestId id = given == null ? idFor(call, waitMillis) : given;
    Request.Acquire named =
        new Request.Acquire(
            asked.session(),
            asked.ttlMillis(),
            id,
            asked.lock(),
            asked.owner(),
            asked.mode(),
            asked.limit(),
            asked.permits(),
            waitMillis);
    call.ask(named, new LongPoll(vertx, id, given == null, patience(call, waitMillis)));
  }

  /** Hands over an all-or-nothing acquire that may wait. */
  static void acquireAll(HttpCall call, Vertx vertx, Request.AcquireAll asked) {
    long waitMillis = asked.waitMillis();
    if (waitMillis == 0) {
      call.ask(asked, HttpCall.ANSWER_ENDS);
      return;
    }
    RequestId given = asked.requestId();
    RequestId id = given == null ? idFor(call, waitMillis) : given;
    call.ask(
        new Request.AcquireAll(asked.session(), id, asked.locks(), asked.owner(), waitMillis),
        new LongPoll(vertx, id, given == null, patience(call, waitMillis)));
  }

  private static RequestId idFor(HttpCall call, long waitMillis) {
    long pollMillis = call.parts().settings().timeouts().longPollMillis();
    if (waitMillis < 0 || waitMillis > pollMillis) {
      throw HttpProblem.invalid(
          "requestId",
          null,
          "is needed to wait longer than "
              + pollMillis
              + " ms, because the request then has to be repeated; add it, or an Idempotency-Key"
              + " header");
    }
    byte[] random = new byte[16];
    RANDOM.nextBytes(random);
    return RequestId.of("http-" + HexFormat.of().formatHex(random));
  }

  /**
   * A wait that ends by itself within the poll is ended by the peer; only if that word does not
   * come is the poll ended here.
   */
  private static long patience(HttpCall call, long waitMillis) {
    GatewaySettings.Timeouts timeouts = call.parts().settings().timeouts();
    boolean endsByItself =
        waitMillis != Limits.WAIT_FOR_EVER && waitMillis <= timeouts.longPollMillis();
    return endsByItself ? waitMillis + timeouts.requestMillis() : timeouts.longPollMillis();
  }

  @Override
  public void answer(HttpCall call, Reply reply) {
    if (reply instanceof Reply.Queued place) {
      queued = place;
      call.last();
      call.parts().metrics().add(GatewayCounter.LONG_POLLS);
      timer = vertx.setTimer(patienceMillis, unused -> call.end(place));
    } else {
      call.end(reply);
    }
  }

  @Override
  public void event(HttpCall call, Event event) {
    switch (event.type()) {
      case GRANTED -> {
        Event.Granted granted = (Event.Granted) event;
        if (isMine(granted.session(), granted.requestId())) {
          finish(
              call,
              new Reply.Granted(
                  granted.lock(), granted.token(), granted.session(), granted.index()));
        }
      }
      case GRANTED_ALL -> {
        Event.GrantedAll granted = (Event.GrantedAll) event;
        if (isMine(granted.session(), granted.requestId())) {
          finish(call, new Reply.GrantedAll(granted.grants(), granted.session(), granted.index()));
        }
      }
      case WAIT_ENDED -> {
        Event.WaitEnded ended = (Event.WaitEnded) event;
        if (isMine(ended.session(), ended.requestId())) {
          finish(call, end(ended));
        }
      }
      case SESSION_ENDED -> {
        Event.SessionEnded ended = (Event.SessionEnded) event;
        if (queued != null && queued.session() == ended.session()) {
          finish(call, sessionEnded(ended.session()));
        }
      }
      case LOCK_CHANGED, WATCH_RESET, LEADER_CHANGED, GOING_AWAY, REVOKED -> {
        // Nothing that a wait depends on.
      }
    }
  }

  private static Reply end(Event.WaitEnded ended) {
    return switch (ended.reason()) {
      case TIMEOUT, CANCELLED, FORCED, REPLACED ->
          new Reply.Busy(ended.lock(), List.of(), ended.session());
      case SESSION_ENDED -> sessionEnded(ended.session());
      case DEADLOCK ->
          Reply.Failed.of(
              ErrorCode.DEADLOCK,
              "lock",
              ended.lock(),
              "waiting closed a cycle; release what is held before asking again");
    };
  }

  private static Reply.Failed sessionEnded(long session) {
    return Reply.Failed.of(
        ErrorCode.SESSION_EXPIRED,
        "session",
        Long.toString(session),
        "the session ended while the request waited; open a new one");
  }

  private boolean isMine(long session, RequestId id) {
    if (queued == null || queued.session() != session) {
      return false;
    }
    if (id instanceof RequestId.Sequence number && requestId instanceof RequestId.Sequence own) {
      return number.sequence() == own.sequence();
    }
    return id.equals(requestId);
  }

  private void finish(HttpCall call, Reply reply) {
    vertx.cancelTimer(timer);
    call.end(reply);
  }

  @Override
  public void goAway(HttpCall call) {
    if (queued != null) {
      finish(call, queued);
    }
  }

  @Override
  public void abandoned(HttpCall call) {
    vertx.cancelTimer(timer);
    if (withdrawnWhenAbandoned && queued != null) {
      call.askLast(new Request.CancelWait(queued.session(), requestId));
    }
  }
}
