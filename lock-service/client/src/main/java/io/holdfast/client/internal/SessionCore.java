package io.holdfast.client.internal;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Event;
import io.holdfast.api.Grant;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.RequestId;
import io.holdfast.client.internal.LeaseCore.Loss;
import io.holdfast.client.spi.ClientRuntime;
import io.holdfast.client.spi.ClientRuntime.Cancellable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A session: opened once, kept alive, lost or closed for good.
 *
 * <p>Its life is counted on the local clock from the <em>sending</em> of the last acknowledged
 * keep-alive; the service counts from a later moment, so the client knows of the loss first,
 * whatever became of the network. At two thirds of the TTL the session is at risk, at nineteen
 * twentieths it is lost; what is heard afterwards does not bring it back.
 */
public final class SessionCore {
  private static final int KEEP_ALIVES_PER_TTL = 3;

  /** A keep-alive without an answer for this part of the TTL is taken for lost. */
  private static final int ANSWER_PARTS_PER_TTL = 6;

  /** After a refusal for the moment the keep-alive is sent again after this part of the TTL. */
  private static final int RETRY_PARTS_PER_TTL = 24;

  /** The part of the TTL by which the client gives up before the service may. */
  private static final int MARGIN_PARTS_PER_TTL = 20;

  private enum State {
    OPENING,
    OPEN,
    ENDED
  }

  private final ClientRuntime runtime;
  private final Link link;
  private final CoreSettings settings;
  private final CoreListener listener;
  private final List<Completion<SessionCore>> waitingForOpen = new ArrayList<>();
  private final List<Consumer<CallFailure>> endWatchers = new ArrayList<>(1);
  private final Set<LeaseCore> leases = new LinkedHashSet<>();
  private final Map<Long, Call> openCalls = new LinkedHashMap<>();
  private final Map<Long, Acquisition> acquisitions = new LinkedHashMap<>();
  private State state = State.OPENING;
  private volatile long id;
  private volatile long ttlNanos;

  /** When the last acknowledged keep-alive was sent. */
  private long acknowledgedNanos;

  /** The moment from which on the session counts as lost; valid while {@link #alive}. */
  private volatile long lostAtNanos;

  private volatile boolean alive;
  private boolean atRisk;
  private long lastSequence;
  private long lastOwner;
  private @Nullable Cancellable lifeTimer;
  private @Nullable Cancellable keepAliveTimer;
  private @Nullable Runnable onEnd;
  private CallFailure endedBy = CallFailure.closed();

  SessionCore(ClientRuntime runtime, Link link, CoreSettings settings, CoreListener listener) {
    this.runtime = runtime;
    this.link = link;
    this.settings = settings;
    this.listener = listener;
  }

  /** The service's number for the session; 0 until it is open. Any thread. */
  public long id() {
    return id;
  }

  /** The TTL in force; 0 until the session is open. Any thread. */
  public long ttlNanos() {
    return ttlNanos;
  }

  /** How long the session lives for certain if nothing more is heard. Any thread. */
  public long remainingNanos() {
    return alive ? lostAtNanos - runtime.nanoTime() : 0;
  }

  boolean isAtRisk() {
    return atRisk;
  }

  public boolean hasEnded() {
    return state == State.ENDED;
  }

  /** Adds one to be told why the session is over; told at once if it is. */
  public void onLost(Consumer<CallFailure> watcher) {
    if (state == State.ENDED) {
      watcher.accept(endedBy);
    } else {
      endWatchers.add(watcher);
    }
  }

  void onEnd(Runnable action) {
    onEnd = action;
  }

  void open() {
    long random = runtime.random().nextLong();
    String nonce = Long.toHexString(random) + "-" + Long.toHexString(runtime.random().nextLong());
    Request.OpenSession request =
        new Request.OpenSession(nonce, settings.sessionTtlMillis(), settings.ownerName());
    OpenCompletion completion = new OpenCompletion();
    Call call =
        new Call(
            () -> request, true, runtime.nanoTime(), settings.requestTimeoutNanos(), completion);
    completion.call = call;
    link.submit(call);
  }

  /** There will be no session. */
  void refuse(CallFailure failure) {
    end(Loss.CLOSED, failure);
  }

  private final class OpenCompletion implements Completion<Reply> {
    private @Nullable Call call;

    @Override
    public void succeeded(Reply reply) {
      if (!(reply instanceof Reply.SessionOpened opened) || call == null) {
        failed(CallFailure.unknown("the service answered the opening with " + reply.kind()));
      } else if (state == State.ENDED) {
        link.sendOnce(new Request.CloseSession(opened.session()), ignored -> {});
      } else {
        // A retry finds the session that the first attempt opened: its life counts from there.
        opened(opened, call.firstSentNanos);
      }
    }

    @Override
    public void failed(CallFailure failure) {
      // Perhaps there is a session now, but it holds nothing: for those who wait nothing was done.
      boolean refused = failure.kind() == CallFailure.Kind.REFUSED;
      end(
          Loss.CLOSED,
          refused || failure.kind() == CallFailure.Kind.CLOSED
              ? failure
              : CallFailure.unavailable("no session: " + failure.detail().message()));
    }
  }

  private void opened(Reply.SessionOpened opened, long sentNanos) {
    id = opened.session();
    ttlNanos = opened.ttlMillis() * 1_000_000;
    state = State.OPEN;
    acknowledge(sentNanos);
    alive = true;
    listener.sessionOpened(id, opened.ttlMillis());
    if (checkClock()) {
      return;
    }
    attach();
    scheduleKeepAlive(Math.max(0, sentNanos + keepAliveNanos() - runtime.nanoTime()));
    watchLife();
    List<Completion<SessionCore>> waiting = List.copyOf(waitingForOpen);
    waitingForOpen.clear();
    waiting.forEach(completion -> completion.succeeded(this));
  }

  /** Tells when the session is open, or that it is not to be. */
  public void whenOpen(Completion<SessionCore> completion) {
    switch (state) {
      case OPENING -> waitingForOpen.add(completion);
      case OPEN -> completion.succeeded(this);
      case ENDED -> completion.failed(endedBy);
    }
  }

  /** A new line is ready: have the events sent there, and renew. */
  void reattach() {
    if (state == State.OPEN && !checkClock()) {
      attach();
      keepAlive();
    }
  }

  private void attach() {
    List<LeaseCore> believed = List.copyOf(leases);
    link.sendOnce(
        new Request.Attach(id),
        reply -> {
          if (!refusedIfEnded(reply) && reply instanceof Reply.Attached attached) {
            compare(believed, attached.holds());
          }
        });
  }

  /**
   * The word that an administrator took a lock may have been sent to a connection that was gone.
   * What was believed to be held when the answer was asked for, and is not, was taken.
   */
  private void compare(List<LeaseCore> believed, @Nullable List<Grant> holds) {
    if (holds == null) {
      return;
    }
    Set<Grant> held = Set.copyOf(holds);
    for (LeaseCore lease : believed) {
      if (!held.contains(new Grant(lease.lock(), lease.token())) && leases.remove(lease)) {
        lease.lost(Loss.REVOKED);
      }
    }
  }

  private long keepAliveNanos() {
    return ttlNanos / KEEP_ALIVES_PER_TTL;
  }

  private void scheduleKeepAlive(long delayNanos) {
    cancel(keepAliveTimer);
    keepAliveTimer = runtime.schedule(delayNanos, this::keepAlive);
  }

  private void keepAlive() {
    if (state != State.OPEN) {
      return;
    }
    long sentNanos = runtime.nanoTime();
    boolean sent =
        link.sendOnce(new Request.KeepAlive(id), reply -> keepAliveAnswered(reply, sentNanos));
    cancel(keepAliveTimer);
    keepAliveTimer =
        sent
            ? runtime.schedule(
                ttlNanos / ANSWER_PARTS_PER_TTL, () -> keepAliveUnanswered(sentNanos))
            : null; // A new line begins with a keep-alive.
  }

  private void keepAliveUnanswered(long sentNanos) {
    if (state != State.OPEN) {
      return;
    }
    if (link.isReady() && link.lastReceivedNanos() - sentNanos < 0) {
      link.drop("a keep-alive was not answered");
    }
    keepAlive();
  }

  private void keepAliveAnswered(Reply reply, long sentNanos) {
    if (state != State.OPEN || refusedIfEnded(reply)) {
      return;
    }
    if (!(reply instanceof Reply.KeptAlive kept)) {
      scheduleKeepAlive(ttlNanos / RETRY_PARTS_PER_TTL);
      return;
    }
    if (checkClock()) {
      return;
    }
    if (sentNanos - acknowledgedNanos > 0) {
      ttlNanos = kept.ttlMillis() * 1_000_000;
      acknowledge(sentNanos);
    }
    scheduleKeepAlive(Math.max(0, acknowledgedNanos + keepAliveNanos() - runtime.nanoTime()));
    if (atRisk && runtime.nanoTime() - atRiskNanos() < 0) {
      atRisk = false;
      listener.sessionRecovered(id);
      watchLife();
    }
  }

  private void acknowledge(long sentNanos) {
    acknowledgedNanos = sentNanos;
    lostAtNanos = sentNanos + ttlNanos - ttlNanos / MARGIN_PARTS_PER_TTL;
  }

  private long atRiskNanos() {
    return acknowledgedNanos + ttlNanos / 3 * 2;
  }

  /** One timer follows the session's life; it finds out what has become of it when it rings. */
  private void watchLife() {
    cancel(lifeTimer);
    long next = atRisk ? lostAtNanos : atRiskNanos();
    lifeTimer =
        runtime.schedule(
            Math.max(0, next - runtime.nanoTime()),
            () -> {
              if (!checkClock()) {
                watchLife();
              }
            });
  }

  /** Draws the consequences of the time. Returns whether the session is over. */
  boolean checkClock() {
    if (state != State.OPEN) {
      return state == State.ENDED;
    }
    long now = runtime.nanoTime();
    if (!atRisk && now - atRiskNanos() >= 0) {
      atRisk = true;
      listener.sessionAtRisk(id);
      List.copyOf(leases).forEach(LeaseCore::atRisk);
    }
    if (now - lostAtNanos < 0) {
      return false;
    }
    end(Loss.EXPIRED, CallFailure.sessionLost("session " + id + " was not kept alive in time"));
    return true;
  }

  private boolean refusedIfEnded(Reply reply) {
    boolean ended =
        reply instanceof Reply.Failed failed && failed.error() == ErrorCode.SESSION_EXPIRED;
    if (ended) {
      end(Loss.SESSION_ENDED, CallFailure.sessionLost("the service ended session " + id));
    }
    return ended;
  }

  void event(Event event) {
    if (event instanceof Event.Granted granted) {
      List<Grant> grants = List.of(new Grant(granted.lock(), granted.token()));
      acquisition(granted.requestId(), it -> it.granted(grants));
    } else if (event instanceof Event.GrantedAll granted) {
      acquisition(granted.requestId(), it -> it.granted(granted.grants()));
    } else if (event instanceof Event.WaitEnded ended) {
      acquisition(ended.requestId(), it -> it.waitEnded(ended.reason()));
    } else if (event instanceof Event.Revoked revoked) {
      revoked(revoked);
    } else if (event instanceof Event.SessionEnded) {
      end(Loss.SESSION_ENDED, CallFailure.sessionLost("the service ended session " + id));
    }
  }

  private void acquisition(RequestId id, Consumer<Acquisition> action) {
    if (id instanceof RequestId.Sequence number) {
      Acquisition acquisition = acquisitions.get(number.sequence());
      if (acquisition != null) {
        action.accept(acquisition);
      }
    }
  }

  private void revoked(Event.Revoked revoked) {
    for (LeaseCore lease : List.copyOf(leases)) {
      if (lease.lock().equals(revoked.lock()) && lease.token() == revoked.token()) {
        leases.remove(lease);
        lease.lost(Loss.REVOKED);
      }
    }
  }

  /** An owner that no other hold of this session has. */
  String newOwner() {
    return "h" + Long.toString(++lastOwner, Character.MAX_RADIX);
  }

  /** Sends a request of the session's sequence. */
  Call call(Function<RequestId, Request> request, Completion<Reply> completion) {
    return submit(request, settings.requestTimeoutNanos(), completion, false);
  }

  /** Sends a request of the session's sequence until it is answered or the session has ended. */
  Call lastingCall(
      Function<RequestId, Request> request, long timeoutNanos, Completion<Reply> completion) {
    return submit(request, timeoutNanos, completion, true);
  }

  private Call submit(
      Function<RequestId, Request> request,
      long timeoutNanos,
      Completion<Reply> completion,
      boolean lasting) {
    long sequence = ++lastSequence;
    Call call =
        new Call(
            () -> request.apply(new RequestId.Sequence(sequence, acknowledgedBelow(sequence))),
            true,
            runtime.nanoTime(),
            timeoutNanos,
            new Settling(sequence, completion));
    if (lasting) {
      call.lasting();
    }
    openCalls.put(sequence, call);
    link.submit(call);
    return call;
  }

  /** Sequences below the first that is still open will never be asked for again. */
  private long acknowledgedBelow(long sequence) {
    return openCalls.isEmpty()
        ? sequence
        : Math.min(sequence, openCalls.keySet().iterator().next());
  }

  private final class Settling implements Completion<Reply> {
    private final long sequence;
    private final Completion<Reply> completion;

    Settling(long sequence, Completion<Reply> completion) {
      this.sequence = sequence;
      this.completion = completion;
    }

    @Override
    public void succeeded(Reply reply) {
      if (!(reply instanceof Reply.Queued)) {
        openCalls.remove(sequence);
      }
      completion.succeeded(reply);
    }

    @Override
    public void failed(CallFailure failure) {
      Call call = openCalls.get(sequence);
      if (call == null || !link.isOpen(call)) {
        openCalls.remove(sequence);
      }
      completion.failed(failure);
      if (failure.kind() == CallFailure.Kind.SESSION_LOST) {
        end(Loss.SESSION_ENDED, failure);
      }
    }
  }

  /** The number the next request of the sequence will have. */
  long nextSequence() {
    return lastSequence + 1;
  }

  void register(long sequence, Acquisition acquisition) {
    acquisitions.put(sequence, acquisition);
  }

  /** The acquisition has its end; its request is not sent any more. */
  void settled(long sequence) {
    acquisitions.remove(sequence);
    Call call = openCalls.remove(sequence);
    if (call != null) {
      link.forget(call);
    }
  }

  void held(LeaseCore lease) {
    leases.add(lease);
  }

  void released(LeaseCore lease) {
    leases.remove(lease);
  }

  /** Gives a hold back, however long it takes. */
  void release(String lock, String owner, long token, Completion<Reply> completion) {
    lastingCall(
        requestId -> new Request.Release(id, requestId, lock, owner, token),
        settings.requestTimeoutNanos(),
        completion);
  }

  /** Ends the session here at once, and at the service as soon as it hears of it. */
  public void close(Completion<Reply> completion) {
    boolean wasOpen = state == State.OPEN;
    end(Loss.CLOSED, CallFailure.sessionLost("the session was closed"));
    if (!wasOpen) {
      completion.succeeded(new Reply.SessionClosed(Math.max(1, id)));
      return;
    }
    Request request = new Request.CloseSession(id);
    link.submit(
        new Call(
            () -> request, true, runtime.nanoTime(), settings.requestTimeoutNanos(), completion));
  }

  private void end(Loss why, CallFailure failure) {
    if (state == State.ENDED) {
      return;
    }
    boolean wasOpen = state == State.OPEN;
    state = State.ENDED;
    endedBy = failure;
    alive = false;
    cancel(lifeTimer);
    cancel(keepAliveTimer);
    if (wasOpen && why != Loss.CLOSED) {
      listener.sessionLost(id, failure.detail().message());
    }
    if (onEnd != null) {
      onEnd.run();
    }
    List.copyOf(leases).forEach(lease -> lease.lost(why));
    List.copyOf(endWatchers).forEach(watcher -> watcher.accept(failure));
    endWatchers.clear();
    leases.clear();
    List<Call> calls = List.copyOf(openCalls.values());
    openCalls.clear();
    acquisitions.clear();
    for (Call call : calls) {
      link.forget(call);
      call.fail(failure);
    }
    List<Completion<SessionCore>> waiting = List.copyOf(waitingForOpen);
    waitingForOpen.clear();
    waiting.forEach(completion -> completion.failed(failure));
  }

  private static void cancel(@Nullable Cancellable timer) {
    if (timer != null) {
      timer.cancel();
    }
  }
}
