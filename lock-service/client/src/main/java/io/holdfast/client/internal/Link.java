package io.holdfast.client.internal;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Event;
import io.holdfast.api.LeaderHint;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.client.spi.ClientRuntime;
import io.holdfast.client.spi.ClientRuntime.Cancellable;
import io.holdfast.client.spi.Connector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gets requests to the service and answers back, over whichever peer can be reached, the leader if
 * possible. One line is active; a second one is opened beside it to move to the leader or away from
 * a peer that stops, and takes over when it is ready. A call that has no answer is sent again on
 * the next line with the same request id.
 */
final class Link implements Line.Owner {
  /** Most calls without an answer; more are refused. */
  static final int CALLS_MAX = 1 << 16;

  private static final long RETRY_FIRST_NANOS = 20_000_000L;
  private static final long RETRY_MAX_NANOS = 1_000_000_000L;
  private static final long RECONNECT_FIRST_NANOS = 50_000_000L;
  private static final long RECONNECT_MAX_NANOS = 1_000_000_000L;
  private static final long CONNECT_TIMEOUT_NANOS = 2_000_000_000L;
  private static final int CONNECT_TIMEOUT_DOUBLINGS_MAX = 4;
  private static final long REFUSING_PATIENCE_NANOS = 1_000_000_000L;
  private static final long RECONNECT_FIRST_ROUND_NANOS = 10_000_000L;

  /** How long an address that was hinted at and could not be reached is left alone. */
  private static final long AVOIDED_HINT_NANOS = 30_000_000_000L;

  private static final long AVOIDED_BROKEN_NANOS = 1_000_000_000L;
  private static final long AVOIDED_STOPPING_NANOS = 5_000_000_000L;
  private static final int SWEEPS_PER_ATTEMPT = 8;

  /** Of what the peer allows in flight, this many are left for keep-alives and attachments. */
  private static final int RESERVED_IN_FLIGHT = 8;

  /** Connections are kept for what the client as a whole wants. */
  interface Owner {
    /** Whether sessions or watches need a connection even without calls. */
    boolean wantsConnection();

    /** A line is ready; open calls are sent after this returns. */
    void ready();

    /** An event came. */
    void event(Event event);
  }

  private final ClientRuntime runtime;
  private final Connector connector;
  private final CoreSettings settings;
  private final CoreListener listener;
  private final Owner owner;
  private final Endpoints endpoints;
  private final Set<Call> open = new LinkedHashSet<>();
  private final ArrayDeque<Call> unsent = new ArrayDeque<>();
  private final Map<Long, Call> underWay = new HashMap<>();
  private final Map<Long, Consumer<Reply>> oneShots = new HashMap<>();
  private long lastId = 1;
  private @Nullable Line active;
  private @Nullable Line candidate;
  private @Nullable Cancellable reconnect;
  private @Nullable Cancellable sweep;
  private int failures;
  private boolean closed;

  Link(
      ClientRuntime runtime,
      Connector connector,
      CoreSettings settings,
      CoreListener listener,
      Owner owner) {
    this.runtime = runtime;
    this.connector = connector;
    this.settings = settings;
    this.listener = listener;
    this.owner = owner;
    this.endpoints = new Endpoints(settings.endpoints());
  }

  boolean isReady() {
    return active != null && active.isReady();
  }

  /** When something was last heard on the line in use; only while {@link #isReady}. */
  long lastReceivedNanos() {
    return active == null ? 0 : active.lastReceivedNanos;
  }

  /** Takes a call until it has an answer, its caller runs out of time, or it is forgotten. */
  void submit(Call call) {
    if (closed) {
      call.fail(CallFailure.closed());
      return;
    }
    if (open.size() >= CALLS_MAX) {
      call.fail(
          new CallFailure(
              CallFailure.Kind.REFUSED,
              Reply.Failed.of(
                  ErrorCode.LIMIT_EXCEEDED,
                  CALLS_MAX + " requests of this client have no answer yet; send fewer at once")));
      return;
    }
    open.add(call);
    unsent.add(call);
    pump();
    connectIfWanted();
    sweepIfNeeded();
  }

  /** Gives a call up without a word. */
  void forget(Call call) {
    open.remove(call);
    unsent.remove(call);
    if (call.wireId != 0) {
      underWay.remove(call.wireId);
      call.wireId = 0;
      pump();
    }
  }

  /** Whether a call is still on its way. */
  boolean isOpen(Call call) {
    return open.contains(call);
  }

  /**
   * Sends a request once, on the line in use; no answer comes if the line breaks.
   *
   * @return false if there is no line
   */
  boolean sendOnce(Request request, Consumer<Reply> answer) {
    Line line = active;
    if (line == null || !line.isReady()) {
      return false;
    }
    long id = ++lastId;
    oneShots.put(id, answer);
    line.send(id, request);
    return true;
  }

  /** Gives the line in use up and connects anew, elsewhere if there is an elsewhere. */
  void drop(String reason) {
    if (active != null) {
      endpoints.leader(null);
      active.die(reason, null);
    }
  }

  /** Connects if somebody needs it. */
  void connectIfWanted() {
    if (closed || active != null || reconnect != null) {
      return;
    }
    if (open.isEmpty() && !owner.wantsConnection()) {
      return;
    }
    active =
        new Line(endpoints.next(runtime.nanoTime(), runtime.random()), runtime, settings, this);
    active.open(connector, connectTimeoutNanos());
  }

  void close() {
    closed = true;
    for (Line line : new Line[] {active, candidate}) {
      if (line != null) {
        line.close();
      }
    }
    active = null;
    candidate = null;
    cancel(reconnect);
    cancel(sweep);
    failAll(CallFailure.closed());
  }

  /** Short at first, so that a dead peer costs little of a session's life; longer each round. */
  private long connectTimeoutNanos() {
    long byTtl = Math.max(200, settings.sessionTtlMillis() / 8) * 1_000_000;
    long first = Math.min(Math.min(byTtl, settings.attemptTimeoutNanos()), CONNECT_TIMEOUT_NANOS);
    int rounds = Math.min(failures / endpoints.size(), CONNECT_TIMEOUT_DOUBLINGS_MAX);
    return Math.min(first << rounds, settings.requestTimeoutNanos());
  }

  @Override
  public void ready(Line line) {
    if (line == candidate) {
      takeOver(line);
    }
    failures = 0;
    endpoints.reached(line.address);
    endpoints.leader(line.leader());
    listener.connected(line.address);
    owner.ready();
    unsent.clear();
    for (Call call : open) {
      if (call.retry == null) {
        unsent.add(call);
      }
    }
    pump();
    followLeader();
  }

  private void takeOver(Line line) {
    Line old = active;
    active = line;
    candidate = null;
    cancel(reconnect);
    reconnect = null;
    if (old != null) {
      old.close();
    }
    interrupted();
  }

  /** Nothing that was sent will be answered any more. */
  private void interrupted() {
    for (Call call : underWay.values()) {
      call.maybeEffective = true;
      call.wireId = 0;
    }
    underWay.clear();
    oneShots.clear();
  }

  @Override
  public void dead(Line line, String reason, Reply.@Nullable Failed refused) {
    listener.disconnected(line.address, reason);
    long now = runtime.nanoTime();
    if (line == candidate) {
      candidate = null;
      endpoints.avoidHint(line.address, now, AVOIDED_HINT_NANOS);
      return;
    }
    if (line != active) {
      return;
    }
    active = null;
    endpoints.avoid(line.address, now, AVOIDED_BROKEN_NANOS);
    LeaderHint hint = endpoints.leader();
    if (hint != null && hint.peer().equals(line.peer())) {
      endpoints.leader(null);
    }
    interrupted();
    failures++;
    if (refused != null) {
      failAll(new CallFailure(CallFailure.Kind.REFUSED, refused));
    }
    if (candidate == null) {
      connectLater();
    } else {
      active = candidate;
      candidate = null;
    }
  }

  private void connectLater() {
    if (closed || reconnect != null) {
      return;
    }
    // The first round over all peers goes nearly without pauses: each may be the one that lives.
    int rounds = failures / endpoints.size();
    long delay =
        rounds == 0
            ? Backoff.nanos(
                1, RECONNECT_FIRST_ROUND_NANOS, RECONNECT_FIRST_ROUND_NANOS, runtime.random())
            : Backoff.nanos(rounds, RECONNECT_FIRST_NANOS, RECONNECT_MAX_NANOS, runtime.random());
    reconnect =
        runtime.schedule(
            delay,
            () -> {
              reconnect = null;
              connectIfWanted();
            });
  }

  @Override
  public void event(Line line, Event event) {
    if (line != active) {
      return;
    }
    if (event instanceof Event.GoingAway) {
      moveAway(line);
    } else if (event instanceof Event.LeaderChanged changed) {
      endpoints.leader(changed.leader());
      followLeader();
    } else {
      owner.event(event);
    }
  }

  private void moveAway(Line line) {
    endpoints.avoid(line.address, runtime.nanoTime(), AVOIDED_STOPPING_NANOS);
    String address = endpoints.next(runtime.nanoTime(), runtime.random());
    if (candidate == null && !address.equals(line.address)) {
      openCandidate(address);
    }
  }

  /** Opens a line to the leader beside the one in use, which carries on until that is ready. */
  private void followLeader() {
    LeaderHint hint = endpoints.leader();
    if (hint == null || active == null || !active.isReady() || candidate != null) {
      return;
    }
    if (hint.peer().equals(active.peer())
        || hint.clientAddress().equals(active.address)
        || endpoints.isHintAvoided(hint.clientAddress(), runtime.nanoTime())) {
      return;
    }
    openCandidate(hint.clientAddress());
  }

  private void openCandidate(String address) {
    Line line = new Line(address, runtime, settings, this);
    candidate = line;
    line.open(connector, connectTimeoutNanos());
  }

  @Override
  public void answer(Line line, long id, Reply reply) {
    if (line != active) {
      return;
    }
    noteHealth(line, reply);
    Call call = underWay.remove(id);
    if (call != null) {
      answeredOn(call, id, reply);
      pump();
    } else {
      Consumer<Reply> oneShot = oneShots.remove(id);
      if (oneShot != null) {
        oneShot.accept(reply);
      }
    }
  }

  /** A peer that can do nothing for long, for instance cut off from the others, is left. */
  private void noteHealth(Line line, Reply reply) {
    if (!(reply instanceof Reply.Failed failed)) {
      line.refusingSinceNanos = 0;
      return;
    }
    if (failed.leader() != null) {
      endpoints.leader(failed.leader());
      followLeader();
    }
    boolean refusing =
        failed.error() == ErrorCode.NO_LEADER || failed.error() == ErrorCode.UNAVAILABLE;
    long now = runtime.nanoTime();
    if (!refusing) {
      line.refusingSinceNanos = 0;
    } else if (line.refusingSinceNanos == 0) {
      line.refusingSinceNanos = now;
    } else if (now - line.refusingSinceNanos >= REFUSING_PATIENCE_NANOS && endpoints.size() > 1) {
      runtime.execute(
          () -> {
            if (line == active) {
              drop("the peer cannot serve: " + failed.message());
            }
          });
    }
  }

  /** An earlier attempt's answer is as good as the last one's, unless it asks for another. */
  private void answeredOn(Call call, long id, Reply reply) {
    boolean latest = call.wireId == id;
    boolean conclusive = !(reply instanceof Reply.Failed failed && failed.error().retryable());
    if (!open.contains(call) || !(latest || conclusive)) {
      return;
    }
    if (!latest) {
      underWay.remove(call.wireId);
      unsent.remove(call);
    }
    call.wireId = 0;
    answered(call, reply);
  }

  private void answered(Call call, Reply reply) {
    if (reply instanceof Reply.Failed failed && failed.error().retryable()) {
      if (!failed.error().definite()) {
        call.maybeEffective = true;
      }
      retryLater(call);
      return;
    }
    if (reply instanceof Reply.Queued queued) {
      call.queued(queued);
      return;
    }
    open.remove(call);
    call.waiting = false;
    if (reply instanceof Reply.Failed failed) {
      call.fail(call.failure(failed));
    } else {
      call.succeed(reply);
    }
  }

  private void retryLater(Call call) {
    long delay = Backoff.nanos(call.attempts, RETRY_FIRST_NANOS, RETRY_MAX_NANOS, runtime.random());
    call.retry =
        runtime.schedule(
            delay,
            () -> {
              call.retry = null;
              if (open.contains(call)) {
                unsent.add(call);
                pump();
              }
            });
  }

  private void pump() {
    Line line = active;
    while (line != null
        && line.isReady()
        && !unsent.isEmpty()
        && underWay.size() < Math.max(1, line.requestsInFlightMax() - RESERVED_IN_FLIGHT)) {
      send(line, unsent.poll());
    }
  }

  private void send(Line line, Call call) {
    long now = runtime.nanoTime();
    call.wireId = ++lastId;
    call.attemptSentNanos = now;
    if (call.attempts++ == 0) {
      call.firstSentNanos = now;
    }
    underWay.put(call.wireId, call);
    line.send(call.wireId, call.request());
  }

  private void sweepIfNeeded() {
    if (sweep == null && !open.isEmpty() && !closed) {
      sweep = runtime.schedule(settings.attemptTimeoutNanos() / SWEEPS_PER_ATTEMPT, this::sweep);
    }
  }

  /** Looks for calls whose callers have waited long enough and for attempts without an answer. */
  private void sweep() {
    sweep = null;
    long now = runtime.nanoTime();
    List<Call> overdue = new ArrayList<>();
    List<Call> unanswered = new ArrayList<>();
    for (Call call : open) {
      if (call.overdue(now)) {
        overdue.add(call);
      } else if (call.wireId != 0
          && now - call.attemptSentNanos >= settings.attemptTimeoutNanos()) {
        unanswered.add(call);
      }
    }
    for (Call call : overdue) {
      if (call.wireId != 0) {
        call.maybeEffective = true;
      }
      if (!call.isLasting()) {
        forget(call);
      }
      call.timeOut();
    }
    if (!unanswered.isEmpty()) {
      sendAgain(unanswered, now);
    }
    sweepIfNeeded();
  }

  private void sendAgain(List<Call> unanswered, long now) {
    if (active != null && now - active.lastReceivedNanos >= settings.attemptTimeoutNanos()) {
      drop("nothing heard of the peer while it owes answers");
      return;
    }
    for (Call call : unanswered) {
      call.wireId = 0;
      call.maybeEffective = true;
      unsent.add(call);
    }
    pump();
  }

  private void failAll(CallFailure failure) {
    List<Call> calls = new ArrayList<>(open);
    open.clear();
    unsent.clear();
    underWay.clear();
    oneShots.clear();
    for (Call call : calls) {
      call.fail(
          call.maybeEffective && failure.kind() == CallFailure.Kind.CLOSED
              ? CallFailure.unknown("the client was closed before the answer came")
              : failure);
    }
  }

  private static void cancel(@Nullable Cancellable timer) {
    if (timer != null) {
      timer.cancel();
    }
  }
}
