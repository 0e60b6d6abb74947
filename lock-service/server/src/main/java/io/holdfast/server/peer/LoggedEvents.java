package io.holdfast.server.peer;

import io.holdfast.locks.CommandResult;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.core.Role;
import io.holdfast.raft.driver.NodeListener;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells operators what happens to the node that matters to them, and passes everything on. */
final class LoggedEvents implements NodeListener<CommandResult> {
  private static final Logger LOG = LoggerFactory.getLogger("io.holdfast.raft");

  /** A shorter gap is an ordinary scheduling delay. */
  private static final long STALL_LOGGED_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final PeerId self;
  private final NodeListener<CommandResult> next;
  private Optional<PeerId> knownLeader = Optional.empty();

  LoggedEvents(PeerId self, NodeListener<CommandResult> next) {
    this.self = self;
    this.next = next;
  }

  @Override
  public void applied(EntryId id, CommandResult result) {
    next.applied(id, result);
  }

  @Override
  public void roleChanged(Role role, long term, Optional<PeerId> leader) {
    next.roleChanged(role, term, leader);
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
    next.leaderReady(term, nowNanos);
  }

  @Override
  public void applicationMessage(PeerId from, byte[] payload) {
    next.applicationMessage(from, payload);
  }

  @Override
  public void restored(EntryId snapshotLast) {
    next.restored(snapshotLast);
    LOG.info("the state was replaced by a snapshot up to {}", snapshotLast);
  }

  @Override
  public void degraded(String reason) {
    next.degraded(reason);
    LOG.error(
        "storage failed: {}. This peer takes no part until it is restarted; its files are as they"
            + " were",
        reason);
  }

  @Override
  public void stalled(long gapNanos) {
    next.stalled(gapNanos);
    if (gapNanos >= STALL_LOGGED_NANOS) {
      LOG.warn("the event loop stood still for {} ms", TimeUnit.NANOSECONDS.toMillis(gapNanos));
    }
  }
}
