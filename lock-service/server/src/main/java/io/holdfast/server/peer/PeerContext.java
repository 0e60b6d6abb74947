package io.holdfast.server.peer;

import io.holdfast.api.LeaderHint;
import io.holdfast.locks.CommandResult;
import io.holdfast.locks.LockStateMachine;
import io.holdfast.raft.Member;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.core.Role;
import io.holdfast.raft.driver.RaftNode;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What the parts of one peer's request handling share: the node, the state, the time of the turn.
 */
final class PeerContext {
  private final PeerId self;
  private final PeerServiceSettings settings;
  private final LockStateMachine machine;
  private final RandomGenerator random;
  private final PeerMetrics metrics = new PeerMetrics();
  private @Nullable RaftNode<CommandResult> node;
  private long nowNanos;
  private long appliedIndex;
  private Role role = Role.FOLLOWER;
  private long term;
  private @Nullable PeerId leader;
  private boolean ready;
  private @Nullable LeaderHint leaderHint;
  private boolean nodeAsked;

  PeerContext(
      PeerId self, PeerServiceSettings settings, LockStateMachine machine, RandomGenerator random) {
    this.self = self;
    this.settings = settings;
    this.machine = machine;
    this.random = random;
  }

  void bind(RaftNode<CommandResult> value) {
    if (node != null) {
      throw new IllegalStateException("the service has a node already");
    }
    node = value;
  }

  RaftNode<CommandResult> node() {
    RaftNode<CommandResult> bound = node;
    if (bound == null) {
      throw new IllegalStateException("the service has no node yet; bind one first");
    }
    return bound;
  }

  PeerServiceSettings settings() {
    return settings;
  }

  LockStateMachine machine() {
    return machine;
  }

  RandomGenerator random() {
    return random;
  }

  PeerMetrics metrics() {
    return metrics;
  }

  /** The time at which the current turn began. */
  long nowNanos() {
    return nowNanos;
  }

  void setNow(long value) {
    nowNanos = value;
  }

  /** The last command, or the snapshot, that the local state contains. */
  long appliedIndex() {
    return appliedIndex;
  }

  void setApplied(long index) {
    appliedIndex = index;
  }

  void setLeadership(Role newRole, long newTerm, @Nullable PeerId newLeader) {
    ready = ready && newRole == Role.LEADER && newTerm == term;
    role = newRole;
    term = newTerm;
    leader = newLeader;
    leaderHint = null;
    findLeaderHint();
  }

  /** A leader may be known before the configuration that says where clients reach it. */
  void findLeaderHint() {
    if (leader != null && leaderHint == null) {
      Member member = node().core().configuration().members().get(leader);
      leaderHint =
          member == null ? null : new LeaderHint(member.id().toString(), member.clientAddress());
    }
  }

  /** Whether this peer takes part: it may wait to be added, or have been removed. */
  boolean isMember() {
    return ready || node().core().configuration().members().containsKey(self);
  }

  void setReady() {
    ready = true;
  }

  Role role() {
    return role;
  }

  long term() {
    return term;
  }

  @Nullable PeerId leader() {
    return leader;
  }

  /** Whether this peer leads and has applied an entry of its own term. */
  boolean isReady() {
    return ready;
  }

  PeerId self() {
    return self;
  }

  boolean isSelf(PeerId peer) {
    return peer.equals(self);
  }

  /** Who leads, for clients; null while nobody is known to, or its address is not known. */
  @Nullable LeaderHint leaderHint() {
    return leaderHint;
  }

  /** The node was asked something that its next turn must work on. */
  void noteNodeAsked() {
    nodeAsked = true;
  }

  void clearNodeAsked() {
    nodeAsked = false;
  }

  boolean isNodeAsked() {
    return nodeAsked;
  }
}
