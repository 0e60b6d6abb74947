package io.holdfast.chaos.sim;

import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.RequestMessage;
import io.holdfast.raft.core.Role;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Reads a lock at a peer that believes it leads, rightly or not; at all of them, and quickly, while
 * there are several. An answer has to know whatever any peer had applied when it was asked for:
 * histories of clients show a stale read only when somebody writes at the right moment.
 */
final class Reader implements AskingChannel {
  private static final int PAUSE_NANOS_MAX = 80_000_000;
  private static final int HASTE_NANOS = 3_000_000;
  private static final String LOCK = "lock-0";

  private final SimWorld world;
  private final Cluster cluster;
  private final RandomGenerator random;
  private final Map<Long, Long> open = new HashMap<>();
  private long lastMessage;
  private boolean stopped;

  Reader(SimWorld world, Cluster cluster) {
    this.world = world;
    this.cluster = cluster;
    this.random = world.draws().of("reader", 0);
  }

  void start() {
    world.after(random.nextInt(PAUSE_NANOS_MAX), this::look);
  }

  /** Asks nothing more. */
  void stop() {
    stopped = true;
  }

  private void look() {
    if (stopped) {
      return;
    }
    List<PeerHost> leaders =
        cluster.peers().stream()
            .filter(peer -> peer.isUp() && peer.core().role() == Role.LEADER)
            .toList();
    // The second leader shows nothing before it is ready, and a question too early may spoil it.
    boolean early = leaders.size() > 1 && leaders.stream().anyMatch(it -> !it.isReadyLeader());
    if (!early) {
      leaders.forEach(this::ask);
    }
    if (leaders.size() > 1 && !early) {
      world.coverage().mark("read: several peers believe that they lead");
    }
    world.after(leaders.size() > 1 ? HASTE_NANOS : random.nextInt(PAUSE_NANOS_MAX), this::look);
  }

  private void ask(PeerHost peer) {
    long id = ++lastMessage;
    open.put(id, cluster.truth().appliedIndex());
    Request request = new Request.GetLock(LOCK, false);
    if (!peer.service().submit(this, "", List.of(new RequestMessage(id, request)))) {
      open.remove(id);
    }
  }

  @Override
  public void reply(long id, Reply reply) {
    Long known = open.remove(id);
    if (known != null && reply instanceof Reply.LockState state && state.index() < known) {
      world.violate(
          "read",
          "%s is read as of entry %d, after entry %d was applied"
              .formatted(LOCK, state.index(), known));
    }
  }
}
