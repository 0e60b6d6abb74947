package io.holdfast.server.peer;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Reply;
import io.holdfast.locks.LockEvent.RequestRef;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The requests without an answer: each is answered once, at the latest when its time is over. A
 * request that nobody took is held and offered again until its hold time is over; one that may have
 * had an effect ends with an unknown outcome.
 */
final class CallDesk implements CallSink {
  private final PeerContext context;
  private final Consumer<Call> router;
  private final ReplyTaker replyTaker;
  private final Set<Call> calls = new LinkedHashSet<>();
  private final Map<ClientChannel, Set<Call>> callsOf = new HashMap<>();
  private final DeadlineQueue<Call> deadlines = new DeadlineQueue<>();
  private final Set<Call> held = new LinkedHashSet<>();
  private final DeadlineQueue<Call> offers = new DeadlineQueue<>();
  private @Nullable Forwarder forwarder;
  private boolean leadershipChanged;
  private boolean stopping;

  /** Takes the reply to a client of this peer. */
  interface ReplyTaker {
    void replied(Call call, Call.Origin.Client client, Reply reply, long appliedIndex);
  }

  /**
   * @param router finds out who serves a call
   */
  CallDesk(PeerContext context, Consumer<Call> router, ReplyTaker replyTaker) {
    this.context = context;
    this.router = router;
    this.replyTaker = replyTaker;
  }

  void bind(Forwarder value) {
    forwarder = value;
  }

  private Forwarder forwarder() {
    Forwarder bound = forwarder;
    if (bound == null) {
      throw new IllegalStateException("the desk has no forwarder yet");
    }
    return bound;
  }

  /** Takes a call in: from now on it will be answered. */
  void track(Call call) {
    calls.add(call);
    if (call.origin() instanceof Call.Origin.Client client) {
      callsOf.computeIfAbsent(client.channel(), key -> new LinkedHashSet<>()).add(call);
      setDeadline(call, context.nowNanos() + context.settings().times().answerNanos());
    }
  }

  int count() {
    return calls.size();
  }

  int heldCount() {
    return held.size();
  }

  @Override
  public void finish(Call call, Reply reply, long appliedIndex) {
    if (call.isDone()) {
      return;
    }
    drop(call);
    if (reply instanceof Reply.Failed failed) {
      boolean unknown = failed.error() == ErrorCode.OUTCOME_UNKNOWN;
      context.metrics().add(unknown ? PeerCounter.OUTCOMES_UNKNOWN : PeerCounter.REQUESTS_FAILED);
    }
    if (call.origin() instanceof Call.Origin.Client client) {
      replyTaker.replied(call, client, reply, appliedIndex);
    } else if (call.origin() instanceof Call.Origin.Peer peer) {
      forwarder().answer(peer, reply, appliedIndex);
    }
  }

  @Override
  public void notTaken(Call call, ErrorCode givenUp) {
    if (call.isDone()) {
      return;
    }
    if (call.origin() instanceof Call.Origin.Peer) {
      refuseForwarded(call, givenUp);
    } else if (stopping) {
      refuse(call, ErrorCode.UNAVAILABLE);
    } else {
      hold(call, givenUp, context.nowNanos() + context.settings().times().retryNanos());
    }
  }

  /** Keeps a call until somebody leads. */
  void hold(Call call) {
    hold(call, ErrorCode.NO_LEADER, call.holdUntilNanos());
  }

  /**
   * Tells another peer that its request was not taken, in a way that lets it offer it elsewhere
   * unless this peer has no room.
   */
  void refuseForwarded(Call call, ErrorCode error) {
    if (error == ErrorCode.OVERLOADED) {
      finish(call, Refusals.notTaken(error), context.appliedIndex());
    } else if (!call.isDone() && call.origin() instanceof Call.Origin.Peer peer) {
      drop(call);
      forwarder().answer(peer, null, context.appliedIndex());
    }
  }

  /** Another leader, or none, is known: what can be offered elsewhere is, after this turn. */
  void leadershipChanged() {
    leadershipChanged = true;
  }

  void endTurn() {
    if (leadershipChanged) {
      leadershipChanged = false;
      followLeader();
    }
    long now = context.nowNanos();
    for (Call call = offers.pollDue(now); call != null; call = offers.pollDue(now)) {
      held.remove(call);
      offer(call);
    }
    for (Call call = deadlines.pollDue(now); call != null; call = deadlines.pollDue(now)) {
      timeOut(call);
    }
  }

  /** How long the loop may sleep, counted from the time of the turn. */
  long untilNextWakeNanos() {
    long now = context.nowNanos();
    return leadershipChanged
        ? 0
        : Math.min(offers.untilFirstNanos(now), deadlines.untilFirstNanos(now));
  }

  /** Whether a request of this client to acquire under this id is still without an answer. */
  boolean isAsking(ClientChannel channel, RequestRef request) {
    for (Call call : callsOf.getOrDefault(channel, Set.of())) {
      if (request.equals(Commands.acquireOf(call.request()))) {
        return true;
      }
    }
    return false;
  }

  /** The client is gone: its calls run on, their answers are dropped. */
  void closed(ClientChannel channel) {
    Set<Call> orphans = callsOf.get(channel);
    if (orphans != null) {
      List.copyOf(orphans).forEach(this::drop);
    }
  }

  /** No call is held any more, now and later. */
  void stopHolding(ErrorCode error) {
    stopping = true;
    for (Call call : List.copyOf(held)) {
      if (call.origin() instanceof Call.Origin.Client) {
        refuse(call, error);
      } else {
        refuseForwarded(call, ErrorCode.NO_LEADER);
      }
    }
  }

  /** Answers every call that is left. */
  void abandon(String reason) {
    for (Call call : List.copyOf(calls)) {
      if (call.mayHaveEffect()) {
        finish(call, Refusals.outcomeUnknown(reason), context.appliedIndex());
      } else {
        refuse(call, ErrorCode.UNAVAILABLE);
      }
    }
  }

  private void hold(Call call, ErrorCode givenUp, long offerAtNanos) {
    boolean tooLate = call.holdUntilNanos() - context.nowNanos() <= 0;
    boolean noRoom = held.size() >= context.settings().bounds().heldMax();
    if (tooLate || noRoom) {
      giveUp(call, noRoom ? ErrorCode.OVERLOADED : givenUp);
      return;
    }
    call.setGivenUp(givenUp);
    held.add(call);
    boolean beforeEnd = offerAtNanos - call.holdUntilNanos() < 0;
    offers.put(call, beforeEnd ? offerAtNanos : call.holdUntilNanos());
  }

  private void offer(Call call) {
    if (call.holdUntilNanos() - context.nowNanos() <= 0) {
      giveUp(call, call.givenUp());
    } else {
      router.accept(call);
    }
  }

  /**
   * The hold time is over. A forwarded call is dropped without a word: the asking peer has its own
   * deadline, and this peer may still come to lead the term it was asked in.
   */
  private void giveUp(Call call, ErrorCode error) {
    if (call.origin() instanceof Call.Origin.Client) {
      refuse(call, error);
    } else {
      drop(call);
    }
  }

  private void refuse(Call call, ErrorCode error) {
    Reply.Failed reply = Refusals.notTaken(error);
    finish(call, reply.withLeader(context.leaderHint()), context.appliedIndex());
  }

  private void followLeader() {
    boolean anyoneLeads = context.isReady() || context.leader() != null;
    if (!anyoneLeads) {
      return;
    }
    long answerBy = context.nowNanos() + context.settings().times().handOverNanos();
    for (Call call : forwarder().underWay()) {
      if (call.isRead()) {
        forwarder().forget(call);
        router.accept(call);
      } else if (call.deadlineNanos() - answerBy > 0) {
        setDeadline(call, answerBy);
      }
    }
    List<Call> waiting = List.copyOf(held);
    held.clear();
    offers.clear();
    waiting.forEach(this::offer);
  }

  private void timeOut(Call call) {
    if (call.mayHaveEffect()) {
      finish(call, Refusals.outcomeUnknown("no answer in time"), context.appliedIndex());
    } else {
      refuse(call, ErrorCode.NO_LEADER);
    }
  }

  private void setDeadline(Call call, long deadlineNanos) {
    call.setDeadlineNanos(deadlineNanos);
    deadlines.put(call, deadlineNanos);
  }

  private void drop(Call call) {
    call.done();
    calls.remove(call);
    deadlines.remove(call);
    held.remove(call);
    offers.remove(call);
    forwarder().forget(call);
    if (call.origin() instanceof Call.Origin.Client client) {
      Set<Call> ofChannel = callsOf.get(client.channel());
      if (ofChannel != null && ofChannel.remove(call) && ofChannel.isEmpty()) {
        callsOf.remove(client.channel());
      }
    }
  }
}
