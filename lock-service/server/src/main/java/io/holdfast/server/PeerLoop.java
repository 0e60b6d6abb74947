package io.holdfast.server;

import io.holdfast.locks.CommandResult;
import io.holdfast.raft.driver.EventLoop;
import io.holdfast.raft.driver.NodeStatus;
import io.holdfast.raft.driver.RaftNode;
import io.holdfast.server.gateway.PeerHealth;
import io.holdfast.server.peer.PeerService;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The peer's event loop as its thread runs it: keeps the peer's health for other threads, and turns
 * a fault of the loop itself into a loud stop. A peer whose loop threw takes no further step: what
 * it believes may be wrong.
 */
final class PeerLoop implements EventLoop {
  private static final Logger LOG = LoggerFactory.getLogger("io.holdfast.server");
  private static final long HEALTH_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final PeerService service;
  private final CompletableFuture<String> failure = new CompletableFuture<>();
  private @Nullable RaftNode<CommandResult> node;
  private long lookedNanos;
  private boolean looked;
  private boolean failed;
  private volatile PeerHealth health = new PeerHealth(true, false, "starting");

  PeerLoop(PeerService service) {
    this.service = service;
  }

  void bind(RaftNode<CommandResult> bound) {
    node = bound;
  }

  PeerHealth health() {
    return health;
  }

  CompletableFuture<String> failure() {
    return failure;
  }

  /** The next turn looks at the peer's health, however recently that was done. */
  void healthChanged() {
    looked = false;
  }

  @Override
  public void turn(long nowNanos) {
    if (failed) {
      return;
    }
    try {
      service.turn(nowNanos);
      if (!looked || nowNanos - lookedNanos >= HEALTH_EVERY_NANOS) {
        looked = true;
        lookedNanos = nowNanos;
        look();
      }
    } catch (RuntimeException | Error e) {
      failed = true;
      String reason = "the event loop failed: " + e;
      health = new PeerHealth(false, false, reason);
      LOG.error("{}; this peer takes no further part and has to be restarted", reason, e);
      failure.complete(reason);
    }
  }

  private void look() {
    if (node == null) {
      return;
    }
    NodeStatus status = node.status();
    String role = status.role().name().toLowerCase(java.util.Locale.ROOT);
    health =
        status
            .degradedReason()
            .map(reason -> new PeerHealth(true, false, "degraded: " + reason))
            .orElseGet(
                () ->
                    status.leader().isEmpty()
                        ? new PeerHealth(true, false, "no leader is known")
                        : new PeerHealth(
                            true,
                            status.ready() || !status.leader().get().equals(status.self()),
                            role + ", leader " + status.leader().get()));
  }

  @Override
  public long nextWakeNanos() {
    return failed ? Long.MAX_VALUE : service.nextWakeNanos();
  }

  @Override
  public void onWork(Runnable wakeUp) {
    service.onWork(wakeUp);
  }
}
