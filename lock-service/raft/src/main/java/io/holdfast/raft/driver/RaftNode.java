package io.holdfast.raft.driver;

import io.holdfast.raft.PeerId;
import io.holdfast.raft.core.Role;
import io.holdfast.raft.spi.LogStorage;
import io.holdfast.raft.spi.StateMachine;
import io.holdfast.raft.spi.Transport;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * One peer: the pure core, joined with storage, transport and state machine in one event loop that
 * a thread or a simulator turns. Except for {@link #execute} and {@link #onWork}, every method is
 * called by the owner of the loop only.
 *
 * @param <R> the result of a command
 */
public final class RaftNode<R> implements EventLoop {
  private final RaftNodeSettings settings;
  private final LogStorage storage;
  private final Transport transport;
  private final StateMachine<R> machine;
  private final RandomGenerator random;
  private final NodeListener<R> listener;

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
  }

  /**
   * Recovers storage (blocks), restores the newest snapshot, starts the transport.
   *
   * @throws io.holdfast.raft.spi.StorageException if the stored data is damaged or foreign
   */
  public void start(long nowNanos) {
    requireJoined();
  }

  /** Drains the mailbox, lets time pass, emits what must be sent, stored, applied. Never blocks. */
  @Override
  public void turn(long nowNanos) {
    requireJoined();
  }

  /** When {@link #turn} must be called at the latest if nothing arrives. */
  @Override
  public long nextWakeNanos() {
    requireJoined();
    return 0;
  }

  /**
   * Runs a task on the loop. Any thread.
   *
   * @return false when the mailbox is full or the node is closed: the task will not run
   */
  public boolean execute(Runnable task) {
    requireJoined();
    return false;
  }

  /** Sets what is called (by any thread) when the mailbox turns non-empty. Any thread. */
  @Override
  public void onWork(Runnable wakeUp) {
    requireJoined();
  }

  /**
   * Proposes a command. The callback may be called before this method returns when the proposal is
   * refused.
   *
   * @param command owned by the node from now on; at most {@link NodeLimits#commandBytesMax} bytes
   * @throws IllegalArgumentException if the command is longer
   */
  public void propose(byte[] command, ProposalCallback<R> callback) {
    requireJoined();
  }

  /**
   * Confirms that this peer leads: the callback hears {@code confirmed} when a majority followed it
   * in a round begun after this call and the state machine is as new as the log was at this call.
   */
  public void readIndex(ReadCallback callback) {
    requireJoined();
  }

  /** Sends bytes of the layer above; they may be lost like any message. */
  public void sendApplication(PeerId to, byte[] payload) {
    requireJoined();
  }

  /** Hands leadership to another voter (thesis §3.10). */
  public void transferLeadership(PeerId to, TransferCallback callback) {
    requireJoined();
  }

  public NodeStatus status() {
    return new NodeStatus(
        settings.self(),
        Role.FOLLOWER,
        0,
        Optional.empty(),
        false,
        0,
        0,
        0,
        0,
        0,
        settings.initialConfiguration(),
        List.of(),
        Optional.empty(),
        0);
  }

  /**
   * Begins a graceful stop: a leader first hands leadership over. Keep turning until {@link
   * #isClosed()}.
   */
  public void beginClose() {
    requireJoined();
  }

  /** Whether everything is stopped and every callback was called. */
  public boolean isClosed() {
    return false;
  }

  /**
   * Stops at once: fails what is pending, closes transport and storage (blocks until what was
   * handed to storage is written). May be called without {@link #beginClose}.
   */
  public void close() {
    requireJoined();
  }

  private void requireJoined() {
    throw new UnsupportedOperationException(
        "the loop is not joined yet: " + List.of(storage, transport, machine, random, listener));
  }
}
