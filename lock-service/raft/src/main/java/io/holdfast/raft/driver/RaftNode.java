package io.holdfast.raft.driver;

import io.holdfast.raft.EntryId;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.SnapshotDescriptor;
import io.holdfast.raft.core.CoreSettings;
import io.holdfast.raft.core.Outbound;
import io.holdfast.raft.core.RaftCore;
import io.holdfast.raft.core.Ready;
import io.holdfast.raft.core.Role;
import io.holdfast.raft.membership.MembershipChange;
import io.holdfast.raft.message.Message;
import io.holdfast.raft.message.Message.ApplicationMessage;
import io.holdfast.raft.spi.LogStorage;
import io.holdfast.raft.spi.StateMachine;
import io.holdfast.raft.spi.StorageException;
import io.holdfast.raft.spi.Transport;
import io.holdfast.raft.tracker.PeerTracker;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One peer: the pure core, joined with storage, transport and state machine in one event loop that
 * a thread or a simulator turns. Except for {@link #execute} and {@link #onWork}, every method is
 * called by whoever turns the loop, in a turn.
 *
 * @param <R> the result of a command
 */
public final class RaftNode<R> implements EventLoop {
  /** Passes over the core's output in one turn; callbacks may bring about more each time. */
  private static final int PASSES_MAX = 4;

  /** How soon a snapshot that waits for the disk is looked after again. */
  private static final long SNAPSHOT_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final RaftNodeSettings settings;
  private final LogStorage storage;
  private final Transport transport;
  private final StateMachine<R> machine;
  private final RandomGenerator random;
  private final NodeListener<R> listener;
  private final Mailbox mailbox;
  private @Nullable NodeParts<R> joined;
  private long nowNanos;
  private long nextWakeNanos;
  private long stallNanos;
  private long readyTerm;
  private boolean closing;
  private long closeDeadlineNanos;
  private boolean quiet;
  private boolean closed;

  public RaftNode(
      RaftNodeSettings settings,
      LogStorage storage,
      Transport transport,
      StateMachine<R> machine,
      RandomGenerator random,
      NodeListener<R> listener) {
    this.settings = settings;
    this.storage = storage;
    this.transport = transport;
    this.machine = machine;
    this.random = random;
    this.listener = listener;
    this.mailbox = new Mailbox(settings.limits());
  }

  /**
   * Recovers storage (blocks) and starts the transport. A stored snapshot is put into the state
   * machine by the turns that follow, before anything is applied.
   *
   * @throws StorageException if the stored data is damaged or foreign
   */
  public void start(long startNanos) {
    LogStorage.Recovered recovered = storage.recover();
    RaftCore core =
        new RaftCore(
            new CoreSettings(
                settings.self(),
                settings.initialConfiguration(),
                settings.timing(),
                settings.replication(),
                settings.snapshots().retainedEntries()),
            recovered,
            random,
            startNanos);
    SnapshotPolicy policy = settings.snapshots();
    Requests<R> requests = new Requests<>(core);
    SnapshotTaker taker = new SnapshotTaker(core, storage, machine, policy);
    joined =
        new NodeParts<>(
            core,
            requests,
            new Applier<>(core, machine, requests, taker, listener),
            taker,
            new SnapshotSender(
                core, storage, transport, policy, 2 * settings.timing().heartbeatNanos()),
            new SnapshotReceiver(core, storage),
            new SnapshotRestorer(core, storage, machine, policy.chunkBytes()),
            new SilenceWatch(core, transport, settings.timing(), startNanos));
    nowNanos = startNanos;
    nextWakeNanos = startNanos;
    NodeParts<R> parts = joined();
    storage.start(
        new StorageAnswers<>(mailbox, parts, this::restored, cause -> degrade(parts, cause)));
    transport.start(new Arrivals());
    transport.connect(core.contacts());
  }

  /**
   * Empties the mailbox, lets time pass, emits what must be sent, stored, applied. Never blocks.
   */
  @Override
  public void turn(long turnNanos) {
    if (closed) {
      return;
    }
    NodeParts<R> parts = joined();
    try {
      noteStall(turnNanos);
      nowNanos = turnNanos;
      parts.core().observeTime(turnNanos);
      for (Mailbox.@Nullable Letter letter : mailbox.drain()) {
        if (letter != null) {
          openGuarded(parts, letter);
        }
      }
      if (parts.core().degradedReason().isPresent()) {
        nextWakeNanos =
            mailbox.hasTasks() ? nowNanos : nowNanos + settings.timing().heartbeatNanos();
        quiet |= closing;
        return;
      }
      parts.core().tick();
      parts.silence().check(turnNanos);
      parts.sender().tick(turnNanos);
      parts.receiver().check();
      boolean more = emit(parts);
      if (parts.applier().applySlice(settings.limits().applySliceEntriesMax())) {
        noteReady(parts.core());
        more = true;
      }
      parts.restorer().pump();
      parts.taker().pump();
      for (int pass = 1; more && pass < PASSES_MAX; pass++) {
        more = emit(parts);
      }
      nextWakeNanos = more || mailbox.hasTasks() ? nowNanos : wakeTime(parts);
      if (closing) {
        advanceClose(parts.core());
      }
    } catch (RuntimeException broken) {
      degrade(parts, broken);
    }
  }

  private NodeParts<R> joined() {
    NodeParts<R> parts = joined;
    if (parts == null) {
      throw new IllegalStateException("the node of " + settings.self() + " is not started");
    }
    return parts;
  }

  /**
   * A loop that runs when it should runs at the latest when it said so. More than a heartbeat later
   * means that this process stood still, and others may have moved on.
   */
  private void noteStall(long turnNanos) {
    if (turnNanos - nextWakeNanos > settings.timing().heartbeatNanos()) {
      long gap = turnNanos - nowNanos;
      stallNanos += gap;
      listener.stalled(gap);
    }
  }

  private long wakeTime(NodeParts<R> parts) {
    RaftCore core = parts.core();
    if (core.applicableIndex() > core.appliedIndex()) {
      return nowNanos;
    }
    long wake = nowNanos + settings.timing().heartbeatNanos();
    if (core.degradedReason().isEmpty() && core.nextDeadlineNanos() - wake < 0) {
      wake = core.nextDeadlineNanos();
    }
    if (parts.taker().isUnderWay() && nowNanos + SNAPSHOT_POLL_NANOS - wake < 0) {
      wake = nowNanos + SNAPSHOT_POLL_NANOS;
    }
    return wake;
  }

  /** A letter that fails is the end of taking part, but the tasks behind it were accepted. */
  private void openGuarded(NodeParts<R> parts, Mailbox.Letter letter) {
    try {
      open(parts, letter);
    } catch (RuntimeException broken) {
      degrade(parts, broken);
    }
  }

  private void open(NodeParts<R> parts, Mailbox.Letter letter) {
    if (letter instanceof Mailbox.Letter.Received received) {
      parts.silence().heard(received.from(), nowNanos);
      if (received.message() instanceof ApplicationMessage application) {
        listener.applicationMessage(received.from(), application.payload());
      } else {
        parts.core().step(received.from(), received.message());
      }
    } else if (letter instanceof Mailbox.Letter.Durable durable) {
      parts.core().durable(durable.batchNumber());
    } else if (letter instanceof Mailbox.Letter.StorageAnswer answer) {
      answer.answer().run();
    } else if (letter instanceof Mailbox.Letter.Disconnected disconnected) {
      parts.core().peerDisconnected(disconnected.peer());
    } else if (letter instanceof Mailbox.Letter.Task task) {
      task.task().run();
    }
  }

  /**
   * Acts on what the core wants done.
   *
   * @return whether callbacks ran or the core was told something, so that there may be more
   */
  private boolean emit(NodeParts<R> parts) {
    Ready ready = parts.core().takeReady();
    for (Outbound outbound : ready.messages()) {
      transport.send(outbound.receivers(), outbound.message());
    }
    if (ready.batch() != null) {
      storage.persist(ready.batch());
    }
    for (LogStorage.Fetch fetch : ready.fetches()) {
      storage.fetch(fetch);
    }
    if (ready.configurationChanged()) {
      transport.connect(parts.core().contacts());
    }
    if (ready.roleChanged()) {
      roleChanged(parts);
    }
    for (Ready.SnapshotNeed need : ready.snapshotsToSend()) {
      parts.sender().begin(need, nowNanos);
    }
    for (Ready.ReceivedReply reply : ready.snapshotReplies()) {
      parts.sender().onReply(reply, nowNanos);
    }
    for (Ready.ReceivedChunk chunk : ready.snapshotChunks()) {
      parts.receiver().onChunk(chunk);
    }
    parts.requests().answerReads(ready);
    parts.requests().endTransferWhenOver();
    noteReady(parts.core());
    return ready.roleChanged()
        || !ready.snapshotChunks().isEmpty()
        || !ready.reads().isEmpty()
        || !ready.failedReads().isEmpty();
  }

  private void roleChanged(NodeParts<R> parts) {
    RaftCore core = parts.core();
    if (core.role() != Role.LEADER) {
      parts.sender().stop();
    }
    parts.requests().roleChanged();
    listener.roleChanged(core.role(), core.currentTerm(), core.leader());
  }

  private void noteReady(RaftCore core) {
    if (core.isLeaderReady() && readyTerm != core.currentTerm()) {
      readyTerm = core.currentTerm();
      listener.leaderReady(readyTerm, nowNanos);
    }
  }

  /** When {@link #turn} must be called at the latest if nothing arrives. */
  @Override
  public long nextWakeNanos() {
    return nextWakeNanos;
  }

  /**
   * Runs a task on the loop. Any thread.
   *
   * @return false when the mailbox is full or the node is closed: the task will not run
   */
  public boolean execute(Runnable task) {
    return mailbox.offerTask(task);
  }

  /**
   * Whether the last turn has done the last of the tasks that had arrived at its beginning. When
   * more arrive than one turn takes, it is false until the turn that does the last of those that
   * had arrived when the first of these turns began. Who judges by what was heard judges then, and
   * as of then.
   */
  public boolean isHeardOut() {
    return mailbox.isSettled();
  }

  /** Sets what is called (by any thread) when the mailbox turns non-empty. Any thread. */
  @Override
  public void onWork(Runnable wakeUp) {
    mailbox.onWork(wakeUp);
  }

  /**
   * Proposes a command. The callback may be called before this method returns when the proposal is
   * refused.
   *
   * @param command owned by the node from now on; at most {@link NodeLimits#commandBytesMax} bytes
   * @throws IllegalArgumentException if the command is longer
   */
  public void propose(byte[] command, ProposalCallback<R> callback) {
    if (command.length > settings.limits().commandBytesMax()) {
      throw new IllegalArgumentException(
          "a command of "
              + command.length
              + " bytes exceeds commandBytesMax "
              + settings.limits().commandBytesMax());
    }
    if (closing || closed) {
      callback.failed(new ProposalFailure.Busy(settings.self() + " is closing"));
      return;
    }
    joined().requests().propose(command, callback);
  }

  /**
   * Confirms that this peer leads: the callback hears {@code confirmed} when a majority followed it
   * in a round begun after this call and the state machine is as new as the log was at this call.
   */
  public void readIndex(ReadCallback callback) {
    if (closed) {
      callback.failed(new ProposalFailure.Busy(settings.self() + " is closed"));
      return;
    }
    joined().requests().readIndex(callback);
  }

  /** Sends bytes of the layer above; they may be lost like any message. */
  public void sendApplication(PeerId to, byte[] payload) {
    if (!closed) {
      transport.send(List.of(to), new ApplicationMessage(payload));
    }
  }

  /** Hands leadership to another voter (thesis §3.10). A later call replaces an earlier one. */
  public void transferLeadership(PeerId to, TransferCallback callback) {
    joined().requests().transferLeadership(to, callback);
  }

  /**
   * Changes the members (Raft paper §6). One change at a time; the callback may be called before
   * this method returns when it is refused.
   */
  public void changeMembership(MembershipChange change, MembershipCallback callback) {
    if (closing || closed) {
      callback.failed(new ProposalFailure.Busy(settings.self() + " is closing"));
      return;
    }
    joined().requests().changeMembership(change, callback);
  }

  public NodeStatus status() {
    RaftCore core = joined().core();
    return NodeStatus.of(core, nowNanos, stallNanos, mailbox.droppedMessages());
  }

  /** The core, for what watches it; the owner of the loop alone may use it. */
  public RaftCore core() {
    return joined().core();
  }

  /**
   * Begins a graceful stop: no more proposals, and a leader hands leadership to the peer that is
   * most up to date. Keep turning until {@link #isClosed()}, then {@link #close()}.
   */
  public void beginClose() {
    if (closing || closed) {
      return;
    }
    closing = true;
    closeDeadlineNanos = nowNanos + settings.timing().electionTimeoutMaxNanos();
    RaftCore core = joined().core();
    core.trackers().stream()
        .filter(tracker -> core.configuration().voters().contains(tracker.peer()))
        .max(Comparator.comparingLong(PeerTracker::matchIndex))
        .ifPresent(tracker -> core.transferLeadership(tracker.peer()));
  }

  private void advanceClose(RaftCore core) {
    boolean handedOver = core.role() != Role.LEADER || core.trackers().isEmpty();
    boolean settled = !joined().requests().hasProposals() && handedOver;
    if (settled || nowNanos - closeDeadlineNanos >= 0) {
      quiet = true;
    }
  }

  /** Whether the node is closed, or a stop that was begun has nothing more to wait for. */
  public boolean isClosed() {
    return quiet || closed;
  }

  /**
   * Stops at once: fails what is pending, closes transport and storage (blocks until what was
   * handed to storage is written). May be called without {@link #beginClose}.
   */
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    mailbox.close().forEach(Runnable::run);
    NodeParts<R> parts = joined;
    if (parts != null) {
      parts.taker().abort();
      parts.receiver().abandon();
      parts.requests().failAll(settings.self() + " is closed");
    }
    transport.close();
    storage.close();
  }

  private void degrade(NodeParts<R> parts, RuntimeException cause) {
    nextWakeNanos = nowNanos + settings.timing().heartbeatNanos();
    if (parts.core().degradedReason().isPresent()) {
      return;
    }
    String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    parts.core().degrade(reason);
    parts.sender().stop();
    parts.taker().abort();
    parts.requests().failAll(reason);
    parts.core().takeReady();
    listener.roleChanged(Role.FOLLOWER, parts.core().currentTerm(), Optional.empty());
    listener.degraded(reason);
  }

  private void restored(SnapshotDescriptor snapshot) {
    joined().taker().restored();
    listener.restored(snapshot.last());
  }

  /** Hands what the transport brings to the loop. */
  private final class Arrivals implements Transport.Listener {
    @Override
    public void received(PeerId from, Message message) {
      mailbox.received(from, message);
    }

    @Override
    public void disconnected(PeerId peer) {
      mailbox.disconnected(peer);
    }
  }

  /** The position of the last applied entry; {@link EntryId#NONE} when there is none. */
  public EntryId lastApplied() {
    RaftCore core = joined().core();
    long term = core.termAt(core.appliedIndex());
    return term < 0 ? EntryId.NONE : new EntryId(term, core.appliedIndex());
  }
}
