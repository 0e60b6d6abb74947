package io.holdfast.server;

import io.holdfast.locks.CommandCodec;
import io.holdfast.locks.CommandResult;
import io.holdfast.locks.LockStateMachine;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.core.Role;
import io.holdfast.raft.driver.NodeListener;
import io.holdfast.raft.driver.ProposalCallback;
import io.holdfast.raft.driver.ProposalFailure;
import io.holdfast.raft.driver.RaftNode;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes what happens to the node on to the service, and tells operators what matters to them. */
final class NodeEvents implements NodeListener<CommandResult> {
  private static final Logger LOG = LoggerFactory.getLogger("io.holdfast.raft");

  /** A shorter gap is an ordinary scheduling delay. */
  private static final long STALL_LOGGED_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final PeerId self;
  private final NodeListener<CommandResult> service;
  private final PeerLoop loop;
  private final ReplicatedLimits limits;
  private @Nullable RaftNode<CommandResult> node;
  private @Nullable LockStateMachine machine;
  private Optional<PeerId> knownLeader = Optional.empty();

  NodeEvents(
      PeerId self, NodeListener<CommandResult> service, PeerLoop loop, ReplicatedLimits limits) {
    this.self = self;
    this.service = service;
    this.loop = loop;
    this.limits = limits;
  }

  void bind(RaftNode<CommandResult> boundNode, LockStateMachine boundMachine) {
    node = boundNode;
    machine = boundMachine;
  }

  @Override
  public void applied(EntryId id, CommandResult result) {
    service.applied(id, result);
  }

  @Override
  public void roleChanged(Role role, long term, Optional<PeerId> leader) {
    service.roleChanged(role, term, leader);
    loop.healthChanged();
    if (leader.isPresent() && !leader.equals(knownLeader)) {
      if (leader.get().equals(self)) {
        LOG.info("this peer leads term {}", term);
      } else {
        LOG.info("{} leads term {}", leader.get(), term);
      }
    } else if (leader.isEmpty() && knownLeader.isPresent()) {
      LOG.warn("no leader is known in term {}; {} led before", term, knownLeader.get());
    }
    knownLeader = leader;
  }

  @Override
  public void leaderReady(long term, long nowNanos) {
    service.leaderReady(term, nowNanos);
    loop.healthChanged();
    if (node != null && machine != null) {
      RaftNode<CommandResult> leading = node;
      limits
          .change(machine.limits())
          .ifPresent(change -> leading.propose(CommandCodec.encode(change), new LimitsProposed()));
    }
  }

  @Override
  public void applicationMessage(PeerId from, byte[] payload) {
    service.applicationMessage(from, payload);
  }

  @Override
  public void restored(EntryId snapshotLast) {
    service.restored(snapshotLast);
    LOG.info("the state was replaced by a snapshot up to {}", snapshotLast);
  }

  @Override
  public void degraded(String reason) {
    service.degraded(reason);
    loop.healthChanged();
    LOG.error(
        "storage failed: {}. This peer takes no part until it is restarted; its files are as they"
            + " were",
        reason);
  }

  @Override
  public void stalled(long gapNanos) {
    service.stalled(gapNanos);
    if (gapNanos >= STALL_LOGGED_NANOS) {
      LOG.warn("the event loop stood still for {} ms", TimeUnit.NANOSECONDS.toMillis(gapNanos));
    }
  }

  /** Limits that did not get through are proposed again by the next leader. */
  private static final class LimitsProposed implements ProposalCallback<CommandResult> {
    @Override
    public void applied(EntryId id, CommandResult result) {
      LOG.info("the configured limits are in force: {}", result);
    }

    @Override
    public void failed(ProposalFailure why) {
      LOG.warn("the configured limits are not in force yet: {}", why);
    }
  }
}
