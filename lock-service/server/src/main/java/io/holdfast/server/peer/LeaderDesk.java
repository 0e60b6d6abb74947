package io.holdfast.server.peer;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Op;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.locks.Command;
import io.holdfast.locks.CommandCodec;
import io.holdfast.locks.CommandResult;
import io.holdfast.locks.LockEvent;
import io.holdfast.locks.LockEvent.RequestRef;
import io.holdfast.locks.LockStateMachine;
import io.holdfast.locks.PendingWait;
import io.holdfast.locks.SessionView;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.driver.ProposalCallback;
import io.holdfast.raft.driver.ProposalFailure;
import io.holdfast.raft.driver.ReadCallback;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * What only a leader does: serves requests through the log and through quorum rounds, and watches
 * the time of sessions and waits. It works from the moment an entry of its own term is applied
 * until it leads no more.
 *
 * <p>A keep-alive is no log entry. It is acknowledged after a quorum round that began after it
 * arrived, and only if the session's expiry was not proposed meanwhile; a leader that was deposed
 * without knowing cannot complete the round. What was proposed as expired is not live any more even
 * before the log decides, because the entry may already be on its way to a majority.
 */
final class LeaderDesk {
  /** Sessions in one expiry command. */
  static final int EXPIRY_BATCH = 1_000;

  /**
   * Sessions, holds and waits that one expiry command ends, unless one session alone has more: some
   * milliseconds of work, so that no peer's loop stands still when a client with many locks dies.
   */
  static final int EXPIRY_ENDS_MAX = 2_000;

  /** Expiry commands that may be under way. */
  private static final int EXPIRIES_UNDER_WAY_MAX = 4;

  /** Withdrawals of waits, whose time is over, that may be under way. */
  private static final int TIMEOUTS_UNDER_WAY_MAX = 1_000;

  private static final int SESSIONS_PAGE = 10_000;

  /** How long a keep-alive waits for others; little beside the shortest TTL. */
  private static final long KEEP_ALIVE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(5);

  private static final int KEEP_ALIVES_MAX = 1_024;

  private final PeerContext context;
  private final CallSink sink;
  private final Queries queries;
  private final MemberDesk members;
  private final SessionClock clock;
  private final DeadlineQueue<RequestRef> waits = new DeadlineQueue<>();
  private final Riders riders;
  private final Gathering<KeepAlive> keepAlives;
  private int expiriesUnderWay;
  private int timeoutsUnderWay;
  private long pausedUntilNanos;
  private boolean paused;

  private record KeepAlive(Call call, Runnable then) {}

  LeaderDesk(PeerContext context, CallSink sink, Queries queries) {
    this.context = context;
    this.sink = sink;
    this.queries = queries;
    this.riders = new Riders(context);
    this.keepAlives = new Gathering<>(context, KEEP_ALIVE_NANOS_MAX, KEEP_ALIVES_MAX);
    this.members = new MemberDesk(context, sink, this::confirmed);
    this.clock = new SessionClock(context.settings().times().attendedStepNanos());
  }

  /**
   * @param hearsAnew whether everything that had arrived earlier is taken
   */
  void beginTurn(long nowNanos, boolean hearsAnew) {
    clock.beginTurn(nowNanos, hearsAnew);
  }

  /** Starts to lead: every live session and every wait gets its whole time from now on. */
  void lead() {
    rest();
    LockStateMachine machine = context.machine();
    List<SessionView> page = machine.sessions(0, SESSIONS_PAGE);
    while (!page.isEmpty()) {
      for (SessionView session : page) {
        clock.watch(session.id(), session.ttlMillis());
        if (session.waits() > 0) {
          machine.waits(session.id()).forEach(wait -> watch(session.id(), wait));
        }
      }
      page = machine.sessions(page.get(page.size() - 1).id(), SESSIONS_PAGE);
    }
    putLimitsInForce();
  }

  /** If it does not come about, the next leader, which may be this peer again, tries again. */
  private void putLimitsInForce() {
    List<Command.Setting> changed = new ArrayList<>();
    context
        .settings()
        .limits()
        .forEach(
            (limit, value) -> {
              if (context.machine().limits().get(limit) != value) {
                changed.add(new Command.Setting(limit, value));
              }
            });
    if (!changed.isEmpty()) {
      context.metrics().add(PeerCounter.PROPOSALS);
      proposeOwn(new Command.Configure(changed), failure -> {});
    }
  }

  /** Leads no more: what it judged is void. */
  void rest() {
    clock.clear();
    waits.clear();
    riders.leave(rider -> sink.notTaken(rider.call(), ErrorCode.NO_LEADER));
    keepAlives.leave(keepAlive -> sink.notTaken(keepAlive.call(), ErrorCode.NO_LEADER));
    expiriesUnderWay = 0;
    timeoutsUnderWay = 0;
    paused = false;
  }

  /** Follows what the log did, while leading. */
  void event(LockEvent event) {
    if (event instanceof LockEvent.SessionOpened opened) {
      clock.watch(opened.session(), opened.ttlMillis());
    } else if (event instanceof LockEvent.SessionEnded ended) {
      clock.forget(ended.session());
    } else if (event instanceof LockEvent.Queued queued) {
      watch(queued.request(), queued.waitMillis());
    } else if (event instanceof LockEvent.WaitGranted granted) {
      waits.remove(granted.request());
    } else if (event instanceof LockEvent.WaitEnded ended) {
      waits.remove(ended.request());
    }
    riders.event(event);
  }

  /** Judges sessions and waits, to be called when everything that had arrived was taken. */
  void endTurn() {
    if (riders.isDue()) {
      board();
    }
    if (keepAlives.untilDueNanos() == 0) {
      confirmKeepAlives();
    }
    paused = paused && pausedUntilNanos - context.nowNanos() > 0;
    while (expiriesUnderWay < EXPIRIES_UNDER_WAY_MAX && !paused) {
      List<Long> due = takeDue();
      if (due.isEmpty()) {
        break;
      }
      expire(due);
    }
    while (timeoutsUnderWay < TIMEOUTS_UNDER_WAY_MAX) {
      RequestRef due = waits.pollDue(context.nowNanos());
      if (due == null) {
        break;
      }
      endWait(due);
    }
  }

  private List<Long> takeDue() {
    List<Long> due = new ArrayList<>();
    long ends = 0;
    while (due.size() < EXPIRY_BATCH && ends < EXPIRY_ENDS_MAX) {
      List<Long> next = clock.takeDue(1);
      if (next.isEmpty()) {
        break;
      }
      due.addAll(next);
      ends += 1 + context.machine().session(next.get(0)).map(LeaderDesk::endsWith).orElse(0);
    }
    return due;
  }

  private static int endsWith(SessionView session) {
    return session.holds() + session.waits();
  }

  long untilNextWakeNanos() {
    long untilExpiry =
        expiriesUnderWay < EXPIRIES_UNDER_WAY_MAX ? clock.untilNextWakeNanos() : Long.MAX_VALUE;
    if (paused) {
      untilExpiry = Math.max(untilExpiry, pausedUntilNanos - context.nowNanos());
    }
    long untilTimeout =
        timeoutsUnderWay < TIMEOUTS_UNDER_WAY_MAX
            ? waits.untilFirstNanos(context.nowNanos())
            : Long.MAX_VALUE;
    long untilGathered = Math.min(riders.untilDueNanos(), keepAlives.untilDueNanos());
    return Math.min(untilGathered, Math.min(untilExpiry, untilTimeout));
  }

  int sessionsWatched() {
    return clock.size();
  }

  int waitsWatched() {
    return waits.size();
  }

  long stalledNanos() {
    return clock.stalledNanos();
  }

  /** Whether a leader serves such requests; any others are answered by the client's own peer. */
  static boolean serves(Op op) {
    return switch (op) {
      case HELLO, WATCH, UNWATCH, CLUSTER -> false;
      default -> true;
    };
  }

  /** Serves a request that needs the leader. */
  void serve(Call call) {
    switch (call.request().op()) {
      case KEEP_ALIVE -> keepAlive(call);
      case ATTACH, CHECK, GET_LOCK, LIST_LOCKS, LIST_SESSIONS -> read(call);
      case OPEN_SESSION,
          CLOSE_SESSION,
          ACQUIRE,
          ACQUIRE_ALL,
          RELEASE,
          CANCEL_WAIT,
          PUBLISH,
          FORCE_RELEASE,
          FORGET ->
          write(call);
      case MEMBERS, ADD_MEMBER, PROMOTE_MEMBER, DEMOTE_MEMBER, REMOVE_MEMBER, TRANSFER ->
          members.serve(call);
      case HELLO, WATCH, UNWATCH, CLUSTER ->
          throw new IllegalStateException(call.request().op() + " needs no leader");
    }
  }

  private void keepAlive(Call call) {
    long session = Commands.sessionOf(call.request());
    if (context.machine().session(session).map(view -> isOwn(call, view)).orElse(false)) {
      clock.touch(session);
    }
    confirmedSoon(
        call,
        () -> {
          Optional<SessionView> view = context.machine().session(session);
          if (view.isEmpty() || !clock.isLive(session)) {
            context.metrics().add(PeerCounter.KEEP_ALIVES_REFUSED);
            finish(call, Replies.sessionEnded(session, view.isEmpty() ? "is not open" : "expires"));
          } else if (!isOwn(call, view.get())) {
            finish(call, foreign(session));
          } else {
            context.metrics().add(PeerCounter.KEEP_ALIVES);
            finish(call, new Reply.KeptAlive(session, view.get().ttlMillis()));
          }
        });
  }

  private void read(Call call) {
    confirmKeepAlives();
    confirmed(
        call,
        () -> {
          context.metrics().add(PeerCounter.READS_LINEARIZABLE);
          if (call.request() instanceof Request.Attach attach) {
            Optional<SessionView> view = context.machine().session(attach.session());
            if (view.isPresent() && !isOwn(call, view.get())) {
              finish(call, foreign(attach.session()));
              return;
            }
          }
          finish(call, queries.answer(call.request(), context.appliedIndex()));
        });
  }

  private void write(Call call) {
    long session = Commands.sessionOf(call.request());
    if (session != 0) {
      Optional<SessionView> view = context.machine().session(session);
      if (view.isPresent() && !isOwn(call, view.get())) {
        finish(call, foreign(session));
        return;
      }
      if (view.isEmpty() && !(call.request() instanceof Request.CloseSession)) {
        writeForUnknownSession(call, session);
        return;
      }
    }
    try {
      if (Commands.opensItsSession(call.request())) {
        acquireWithNewSession(call, (Request.Acquire) call.request());
      } else if (!riders.keep(call, session)) {
        propose(call, session);
      }
    } catch (Commands.RefusedException refused) {
      finish(call, refused.reply());
    }
  }

  /** Proposes what was kept; before anything that came later, so that the order stays. */
  private void board() {
    riders.leave(
        rider -> {
          try {
            proposeNow(rider.call(), rider.session());
          } catch (Commands.RefusedException refused) {
            finish(rider.call(), refused.reply());
          }
        });
  }

  /**
   * A session that the local state does not have has ended, or was opened by another leader that
   * this one does not know of. Which of the two, a quorum round tells; the log is not bothered.
   */
  private void writeForUnknownSession(Call call, long session) {
    confirmed(
        call,
        () -> {
          if (context.machine().session(session).isPresent()) {
            write(call);
          } else {
            finish(call, Replies.sessionEnded(session, "is not open: it ended, or never was"));
          }
        });
  }

  private void acquireWithNewSession(Call call, Request.Acquire acquire) {
    board();
    Command opening = Commands.openingFor(acquire, call.principal(), context.machine().limits());
    propose(
        call,
        opening,
        (id, result) -> {
          if (!(result instanceof CommandResult.SessionOpened opened)) {
            finish(call, Replies.of(call.request(), 0, result));
          } else if (isExpiring(opened.session())) {
            finish(call, Replies.sessionEnded(opened.session(), "expires"));
          } else {
            proposeWithNewSession(call, opened.session());
          }
        });
  }

  private void proposeWithNewSession(Call call, long session) {
    try {
      propose(call, session);
    } catch (Commands.RefusedException refused) {
      finish(call, refused.reply());
    }
  }

  private void propose(Call call, long session) {
    board();
    proposeNow(call, session);
  }

  private void proposeNow(Call call, long session) {
    Command command =
        Commands.of(call.request(), session, call.principal(), context.machine().limits());
    propose(
        call,
        command,
        (id, result) -> {
          if (result instanceof CommandResult.SessionOpened opened
              && isExpiring(opened.session())) {
            finish(call, Replies.sessionEnded(opened.session(), "expires"));
            return;
          }
          sink.finish(call, Replies.of(call.request(), session, result), id.index());
        });
  }

  /**
   * A retried opening is a sign of life of the session that the first try opened, unless its expiry
   * is on the way.
   */
  private boolean isExpiring(long session) {
    return context.isReady()
        && context.machine().session(session).isPresent()
        && clock.isWatched(session)
        && !clock.touch(session);
  }

  private void propose(Call call, Command command, BiConsumer<EntryId, CommandResult> onApplied) {
    if (call.isDone()) {
      return;
    }
    context.metrics().add(PeerCounter.PROPOSALS);
    call.setMayHaveEffect(true);
    context.noteNodeAsked();
    context
        .node()
        .propose(
            CommandCodec.encode(command),
            new ProposalCallback<>() {
              @Override
              public void applied(EntryId id, CommandResult result) {
                onApplied.accept(id, result);
              }

              @Override
              public void failed(ProposalFailure why) {
                LeaderDesk.this.failed(call, why);
              }
            });
  }

  /**
   * Confirms together with others: a keep-alive can wait some milliseconds, and alone each would
   * begin a quorum round of its own.
   */
  private void confirmedSoon(Call call, Runnable then) {
    keepAlives.add(new KeepAlive(call, then));
  }

  private void confirmKeepAlives() {
    keepAlives.leave(keepAlive -> confirmed(keepAlive.call(), keepAlive.then()));
  }

  private void confirmed(Call call, Runnable then) {
    context.noteNodeAsked();
    context
        .node()
        .readIndex(
            new ReadCallback() {
              @Override
              public void confirmed(long index) {
                if (!call.isDone()) {
                  then.run();
                }
              }

              @Override
              public void failed(ProposalFailure why) {
                LeaderDesk.this.failed(call, why);
              }
            });
  }

  private void failed(Call call, ProposalFailure why) {
    if (why instanceof ProposalFailure.OutcomeUnknown unknown) {
      finish(call, Refusals.outcomeUnknown(unknown.reason()));
    } else {
      call.setMayHaveEffect(false);
      sink.notTaken(
          call, why instanceof ProposalFailure.Busy ? ErrorCode.OVERLOADED : ErrorCode.NO_LEADER);
    }
  }

  private void expire(List<Long> due) {
    List<Long> sessions = new ArrayList<>(due);
    Collections.sort(sessions);
    long term = context.term();
    expiriesUnderWay++;
    context.metrics().add(PeerCounter.PROPOSALS);
    proposeOwn(
        new Command.ExpireSessions(term, sessions),
        failure -> {
          if (context.term() == term && context.isReady()) {
            expiriesUnderWay--;
            if (failure.map(ProposalFailure::isDefinite).orElse(false)) {
              clock.takeBack(sessions);
              paused = true;
              pausedUntilNanos = context.nowNanos() + context.settings().times().retryNanos();
            }
          }
        });
  }

  private void endWait(RequestRef due) {
    long term = context.term();
    timeoutsUnderWay++;
    context.metrics().add(PeerCounter.PROPOSALS);
    proposeOwn(
        new Command.CancelWait(due.session(), due.id(), Command.CancelReason.TIMEOUT),
        failure -> {
          if (context.term() == term && context.isReady()) {
            timeoutsUnderWay--;
            if (failure.map(ProposalFailure::isDefinite).orElse(false)) {
              long pause = context.settings().times().retryNanos();
              waits.put(due, context.nowNanos() + pause);
            }
          }
        });
  }

  private interface Outcome {
    void accept(Optional<ProposalFailure> failure);
  }

  private void proposeOwn(Command command, Outcome outcome) {
    board();
    context.noteNodeAsked();
    context
        .node()
        .propose(
            CommandCodec.encode(command),
            new ProposalCallback<>() {
              @Override
              public void applied(EntryId id, CommandResult result) {
                outcome.accept(Optional.empty());
              }

              @Override
              public void failed(ProposalFailure why) {
                outcome.accept(Optional.of(why));
              }
            });
  }

  private void watch(long session, PendingWait wait) {
    watch(new RequestRef(session, wait.request()), wait.waitMillis());
  }

  private void watch(RequestRef request, long waitMillis) {
    if (waitMillis > 0) {
      waits.put(request, context.nowNanos() + TimeUnit.MILLISECONDS.toNanos(waitMillis));
    }
  }

  private void finish(Call call, Reply reply) {
    sink.finish(call, reply, context.appliedIndex());
  }

  private static boolean isOwn(Call call, SessionView session) {
    return session.principal().equals(call.principal());
  }

  private static Reply foreign(long session) {
    return Reply.Failed.of(
        ErrorCode.FORBIDDEN,
        "session",
        Long.toString(session),
        "session " + session + " was opened by another principal; open one of your own");
  }
}
