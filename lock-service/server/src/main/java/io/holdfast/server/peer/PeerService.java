package io.holdfast.server.peer;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Event;
import io.holdfast.api.LeaderHint;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.RequestMessage;
import io.holdfast.locks.CommandResult;
import io.holdfast.locks.LockEvent;
import io.holdfast.locks.LockEvent.RequestRef;
import io.holdfast.locks.LockStateMachine;
import io.holdfast.locks.MachineCounts;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.core.Role;
import io.holdfast.raft.driver.EventLoop;
import io.holdfast.raft.driver.NodeListener;
import io.holdfast.raft.driver.NodeStatus;
import io.holdfast.raft.driver.RaftNode;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One peer as its clients see it: takes their requests, has them served by the leader, be it this
 * peer or another, and tells how waits, sessions and watches go on. It lives on the node's event
 * loop, wraps each of the node's turns, and has no thread, clock or socket of its own.
 *
 * <p>What becomes of a request: a leader serves it; a follower sends it on; without a leader it is
 * held for about two election timeouts and then refused. A request that certainly had no effect is
 * offered again while it may still be held. One whose outcome is unknown is never repeated by the
 * peer: the client is told so and repeats it under the same request id, because only the client can
 * know whether it still wants it.
 */
public final class PeerService implements EventLoop {
  private static final long MEASURE_EVERY_NANOS = 100_000_000L;

  private final PeerContext context;
  private final CallDesk calls;
  private final LeaderDesk leaderDesk;
  private final Forwarder forwarder;
  private final Queries queries;
  private final Subscriptions subscriptions;
  private final Watches watches;
  private final Backups backups;
  private final Connections connections = new Connections();
  private final AtomicBoolean wakeAsked = new AtomicBoolean();
  private @Nullable String degradedReason;
  private @Nullable LeaderHint toldLeader;
  private boolean stopping;
  private boolean wasMember;
  private long measuredNanos;
  private volatile PeerState state = PeerState.STARTING;

  /**
   * A service without a node; {@link #bind} gives it one.
   *
   * @param self the node's own identity
   * @param machine the state machine of the node
   * @param random for request ids and for the number of this peer's life
   */
  public PeerService(
      PeerId self, PeerServiceSettings settings, LockStateMachine machine, RandomGenerator random) {
    this.context = new PeerContext(self, settings, machine, random);
    this.calls = new CallDesk(context, this::route, this::replied);
    this.queries = new Queries(machine);
    this.leaderDesk = new LeaderDesk(context, calls, queries);
    this.forwarder = new Forwarder(context, calls, this::takeForwarded);
    this.calls.bind(forwarder);
    this.subscriptions = new Subscriptions(context, this::push, calls::isAsking);
    this.watches = new Watches(context, this::push);
    this.backups = new Backups(context, (asker, request) -> accept(asker, "", 1, request));
  }

  /** Joins the service with its node, once, before the node is started. */
  public void bind(RaftNode<CommandResult> node) {
    context.bind(node);
  }

  /** What the node must be given to listen to it. */
  public NodeListener<CommandResult> listener() {
    return new Listener();
  }

  /** Counters and gauges; any thread may read them. */
  public PeerMetrics metrics() {
    return context.metrics();
  }

  /** How the peer is doing; any thread may ask. */
  public PeerState state() {
    return state;
  }

  /**
   * The digest of the replicated state. Takes a turn of the loop as long as hashing the state does.
   * Any thread; completes on the loop, or fails at once when the loop takes no more.
   */
  public CompletableFuture<StateDigest> stateDigest() {
    CompletableFuture<StateDigest> digest = new CompletableFuture<>();
    boolean taken =
        context
            .node()
            .execute(
                () ->
                    digest.complete(
                        new StateDigest(
                            context.self().toString(),
                            context.appliedIndex(),
                            context.machine().stateDigest())));
    return taken
        ? digest
        : CompletableFuture.failedFuture(new IllegalStateException("the event loop is full"));
  }

  /**
   * Makes a backup of the replicated state. Any thread.
   *
   * @param clusterId whose state it is
   * @return false when the loop takes no more: nothing will be given to the sink
   */
  public boolean backup(String clusterId, BackupSink sink) {
    return context.node().execute(() -> backups.begin(clusterId, sink));
  }

  /**
   * Hands requests of one client over. Any thread.
   *
   * @param principal who asks; empty where nobody was authenticated
   * @return false when the loop takes no more: nothing was done and nothing will be answered
   */
  public boolean submit(ClientChannel channel, String principal, List<RequestMessage> requests) {
    List<RequestMessage> handedOver = List.copyOf(requests);
    return context
        .node()
        .execute(
            () ->
                handedOver.forEach(
                    message -> accept(channel, principal, message.id(), message.request())));
  }

  /**
   * A stream was opened: it is told of leader changes, and when this peer goes away. Never refused.
   * Any thread.
   */
  public void opened(ClientChannel channel) {
    connections.noteOpened(channel);
    wake();
  }

  /**
   * The client is gone. Its requests run on but are not answered; its waits stay in the queue.
   * Never refused, and taken after every request that the client handed over before. Any thread.
   */
  public void closed(ClientChannel channel) {
    connections.noteClosed(channel);
    wake();
  }

  /** A client that was too slow takes events again. Never refused. Any thread. */
  public void resumed(ClientChannel channel) {
    connections.noteResumed(channel);
    wake();
  }

  /**
   * Has the loop turn soon. If the mailbox has no room for the task, a turn is about to come
   * anyway. Any thread.
   */
  void wake() {
    if (!wakeAsked.getAndSet(true)) {
      context.node().execute(() -> {});
    }
  }

  @Override
  public void turn(long nowNanos) {
    context.setNow(nowNanos);
    boolean hearsAnew = context.node().isHeardOut();
    leaderDesk.beginTurn(nowNanos, hearsAnew);
    wakeAsked.set(false);
    connections.beginTurn(hearsAnew);
    context.node().turn(nowNanos);
    if (context.node().isHeardOut()) {
      connections.endRequests(this::forget);
    }
    endTurn();
  }

  @Override
  public long nextWakeNanos() {
    long now = context.nowNanos();
    if (context.isNodeAsked()
        || watches.isBehind()
        || backups.isBusy()
        || connections.hasNotices()) {
      return now;
    }
    long until = calls.untilNextWakeNanos();
    if (context.isReady()) {
      until = Math.min(until, leaderDesk.untilNextWakeNanos());
    }
    long node = context.node().nextWakeNanos();
    return until == Long.MAX_VALUE || node - now < until ? node : now + until;
  }

  @Override
  public void onWork(Runnable wakeUp) {
    context.node().onWork(wakeUp);
  }

  /** Takes no more requests and tells every client to go elsewhere. On the loop. */
  public void beginStop() {
    if (!stopping) {
      stopping = true;
      connections.channels().forEach(channel -> push(channel, new Event.GoingAway()));
      calls.stopHolding(ErrorCode.UNAVAILABLE);
    }
  }

  /** Whether every request that was taken is answered. On the loop. */
  public boolean isDrained() {
    return calls.count() == 0;
  }

  /** Answers every request that is left: refused, or with an unknown outcome. On the loop. */
  public void abandonCalls(String reason) {
    stopping = true;
    calls.abandon(reason);
    backups.abandon(reason);
    connections.flush();
  }

  /** Who leads, for clients, as far as this peer knows. On the loop. */
  public Optional<LeaderHint> leader() {
    return Optional.ofNullable(context.leaderHint());
  }

  private void endTurn() {
    context.clearNodeAsked();
    tellLeader();
    calls.endTurn();
    if (context.isReady() && context.node().isHeardOut()) {
      leaderDesk.endTurn();
    }
    forwarder.endTurn();
    watches.endTurn();
    backups.endTurn();
    connections.flush();
    noteState();
    if (context.nowNanos() - measuredNanos >= MEASURE_EVERY_NANOS) {
      measuredNanos = context.nowNanos();
      measure();
    }
  }

  private void accept(ClientChannel channel, String principal, long id, Request request) {
    context.metrics().add(PeerCounter.REQUESTS);
    long holdUntil = context.nowNanos() + context.settings().times().holdNanos();
    Request identified = Commands.identified(request, context.random());
    Call call = new Call(new Call.Origin.Client(channel, id), identified, principal, holdUntil);
    Reply local = answerHere(channel, request);
    if (local != null) {
      calls.finish(call, local, context.appliedIndex());
    } else if (stopping) {
      calls.finish(call, Refusals.notTaken(ErrorCode.UNAVAILABLE), context.appliedIndex());
    } else if (degradedReason != null) {
      calls.finish(call, Refusals.degraded(degradedReason), context.appliedIndex());
    } else if (!context.isMember()) {
      calls.finish(call, Refusals.notMember(), context.appliedIndex());
    } else if (calls.count() >= context.settings().bounds().callsMax()) {
      calls.finish(call, Refusals.notTaken(ErrorCode.OVERLOADED), context.appliedIndex());
    } else if (!subscriptions.hasRoomFor(identified, channel)) {
      int max = context.settings().bounds().waitersMax();
      calls.finish(call, Refusals.limit("waitMillis", max, "waits"), context.appliedIndex());
    } else {
      calls.track(call);
      attachEarly(call, channel);
      route(call);
    }
  }

  /** Answers what needs no leader; null when it does. */
  private @Nullable Reply answerHere(ClientChannel channel, Request request) {
    return switch (request.op()) {
      case HELLO -> ClusterView.welcome(context);
      case CLUSTER -> ClusterView.of(context);
      case WATCH -> watches.watch(channel, (Request.Watch) request);
      case UNWATCH -> watches.unwatch(channel, (Request.Unwatch) request);
      default -> {
        if (!Queries.isStale(request)) {
          yield null;
        }
        context.metrics().add(PeerCounter.READS_STALE);
        yield queries.answer(request, context.appliedIndex());
      }
    };
  }

  /** Before the leader is asked, so that no end of the session is missed in between. */
  private void attachEarly(Call call, ClientChannel channel) {
    if (call.request() instanceof Request.Attach attach
        && !subscriptions.attach(attach.session(), channel)) {
      int max = context.settings().bounds().attachmentsMax();
      calls.finish(
          call, Refusals.limit("session", max, "attached sessions"), context.appliedIndex());
    }
  }

  private void route(Call call) {
    PeerId leader = context.leader();
    boolean isForwarded = call.origin() instanceof Call.Origin.Peer;
    if (call.isDone()) {
      return;
    }
    if (context.isReady()) {
      leaderDesk.serve(call);
    } else if (leader != null && !context.isSelf(leader) && !isForwarded) {
      forwarder.forward(call, leader);
    } else if (isForwarded && context.role() != Role.LEADER) {
      calls.notTaken(call, ErrorCode.NO_LEADER);
    } else {
      calls.hold(call);
    }
  }

  private void takeForwarded(Call call) {
    if (stopping || degradedReason != null || calls.count() >= callsMax()) {
      calls.refuseForwarded(call, stopping ? ErrorCode.NO_LEADER : ErrorCode.OVERLOADED);
    } else {
      calls.track(call);
      route(call);
    }
  }

  private int callsMax() {
    return context.settings().bounds().callsMax() + context.settings().bounds().forwardedMax();
  }

  /** A client of this peer is answered: what follows from the answer, and the answer itself. */
  private void replied(Call call, Call.Origin.Client client, Reply reply, long index) {
    ClientChannel channel = client.channel();
    if (reply instanceof Reply.SessionOpened opened
        && !subscriptions.isAttached(opened.session())) {
      subscriptions.attach(opened.session(), channel);
    }
    if (call.request() instanceof Request.Attach attach && !(reply instanceof Reply.Attached)) {
      subscriptions.detach(attach.session(), channel);
    }
    channel.reply(client.id(), reply);
    connections.toFlush(channel);
    if (reply instanceof Reply.Attached attached) {
      subscriptions.attachedAsOf(attached.session(), index);
    } else if (reply instanceof Reply.Queued queued) {
      RequestRef asked = Commands.acquireOf(call.request());
      if (asked != null) {
        RequestRef waiting = new RequestRef(queued.session(), asked.id());
        subscriptions.await(waiting, queued.lock(), channel, index);
      }
    }
  }

  private void push(ClientChannel channel, Event event) {
    context.metrics().add(PeerCounter.EVENTS_PUSHED);
    channel.event(event);
    connections.toFlush(channel);
  }

  private void forget(ClientChannel channel) {
    calls.closed(channel);
    subscriptions.closed(channel);
    watches.closed(channel);
  }

  private void tellLeader() {
    boolean member = context.isMember();
    if (wasMember && !member) {
      connections.channels().forEach(channel -> push(channel, new Event.GoingAway()));
    }
    wasMember = member;
    context.findLeaderHint();
    LeaderHint leader = context.leaderHint();
    if (!Objects.equals(leader, toldLeader)) {
      toldLeader = leader;
      connections.channels().forEach(channel -> push(channel, new Event.LeaderChanged(leader)));
    }
  }

  private void noteState() {
    PeerState now;
    if (degradedReason != null) {
      now = new PeerState(false, false, degradedReason);
    } else if (stopping) {
      now = new PeerState(true, false, "stopping");
    } else if (!context.isMember()) {
      now = new PeerState(true, false, "is no member of the cluster");
    } else if (context.isReady()) {
      now = new PeerState(true, true, "leads");
    } else if (context.leader() == null || context.isSelf(context.leader())) {
      now = new PeerState(true, false, "knows no leader");
    } else {
      now = new PeerState(true, true, "follows " + context.leader());
    }
    if (!now.equals(state)) {
      state = now;
    }
  }

  private void measure() {
    PeerMetrics metrics = context.metrics();
    NodeStatus status = context.node().status();
    MachineCounts counts = context.machine().counts();
    metrics.set(PeerGauge.TERM, status.term());
    metrics.set(PeerGauge.IS_LEADER, context.isReady() ? 1 : 0);
    metrics.set(PeerGauge.COMMIT_INDEX, status.commitIndex());
    metrics.set(PeerGauge.APPLIED_INDEX, status.appliedIndex());
    metrics.set(PeerGauge.SESSIONS, counts.sessions());
    metrics.set(PeerGauge.LOCKS, counts.locks());
    metrics.set(PeerGauge.SESSIONS_WATCHED, leaderDesk.sessionsWatched());
    metrics.set(PeerGauge.WAITS_WATCHED, leaderDesk.waitsWatched());
    metrics.set(PeerGauge.WAITERS, subscriptions.waiterCount());
    metrics.set(PeerGauge.WATCHES, watches.count());
    metrics.set(PeerGauge.CALLS, calls.count());
    metrics.set(PeerGauge.CALLS_HELD, calls.heldCount());
    metrics.set(PeerGauge.CALLS_FORWARDED, forwarder.underWayCount());
    metrics.set(PeerGauge.STALLED_MILLIS, leaderDesk.stalledNanos() / 1_000_000);
    metrics.set(PeerGauge.DEGRADED, degradedReason == null ? 0 : 1);
  }

  /** Hears the node, within its turns. */
  private final class Listener implements NodeListener<CommandResult> {
    @Override
    public void applied(EntryId id, CommandResult result) {
      context.setApplied(id.index());
      for (LockEvent event : context.machine().drainEvents()) {
        if (event instanceof LockEvent.EventsLost) {
          lookAgain(id.index());
        } else {
          happened(event);
        }
      }
    }

    @Override
    public void roleChanged(Role role, long term, Optional<PeerId> leader) {
      boolean wasReady = context.isReady();
      context.setLeadership(role, term, leader.orElse(null));
      if (wasReady && !context.isReady()) {
        leaderDesk.rest();
      }
      context.metrics().add(PeerCounter.LEADER_CHANGES);
      calls.leadershipChanged();
    }

    @Override
    public void leaderReady(long term, long nowNanos) {
      context.setReady();
      leaderDesk.lead();
      calls.leadershipChanged();
    }

    @Override
    public void applicationMessage(PeerId from, byte[] payload) {
      forwarder.received(from, payload);
    }

    @Override
    public void restored(EntryId snapshotLast) {
      context.metrics().add(PeerCounter.SNAPSHOTS_RESTORED);
      context.setApplied(snapshotLast.index());
      context.machine().drainEvents();
      lookAgain(snapshotLast.index());
    }

    @Override
    public void degraded(String reason) {
      degradedReason = reason;
      backups.abandon("the peer takes no part any more: " + reason);
      calls.stopHolding(ErrorCode.UNAVAILABLE);
      connections.channels().forEach(channel -> push(channel, new Event.GoingAway()));
    }

    private void lookAgain(long index) {
      watches.restartAfter(index);
      subscriptions.reviewAll();
    }

    private void happened(LockEvent event) {
      EventCounts.count(event, context.metrics());
      if (context.isReady()) {
        leaderDesk.event(event);
      }
      subscriptions.event(event);
      watches.event(event);
    }
  }
}
