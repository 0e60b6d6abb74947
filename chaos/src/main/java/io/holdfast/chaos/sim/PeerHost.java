package io.holdfast.chaos.sim;

import io.holdfast.locks.CommandResult;
import io.holdfast.locks.LockStateMachine;
import io.holdfast.raft.Configuration;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.Member;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.core.RaftCore;
import io.holdfast.raft.core.Role;
import io.holdfast.raft.driver.NodeListener;
import io.holdfast.raft.driver.RaftNode;
import io.holdfast.raft.driver.RaftNodeSettings;
import io.holdfast.raft.spi.LogStorage;
import io.holdfast.raft.spi.StorageException;
import io.holdfast.server.peer.PeerService;
import io.holdfast.server.peer.PeerServiceSettings;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One peer: its disk and clock last, its process lives from start to crash. */
final class PeerHost {
  /** Work that arrives within this time is done in one turn, as on a thread that has to wake up. */
  private static final long WAKE_NANOS = 20_000;

  /**
   * What a peer is made of.
   *
   * @param clock shows the time of its machine
   */
  record Parts(
      Member member,
      RaftNodeSettings node,
      PeerServiceSettings service,
      DiskBackend disk,
      SimStorage.Health health,
      PeerClock clock) {}

  /** Hears what happens in peers; the invariants. */
  interface Watcher {
    void started(PeerHost peer);

    void turned(PeerHost peer);

    void persisting(PeerHost peer, LogStorage.Batch batch);

    void applied(PeerHost peer, EntryId id, CommandResult result);

    void restored(PeerHost peer, EntryId last);

    void roleChanged(PeerHost peer, Role role, long term, Optional<PeerId> leader);
  }

  private final SimWorld world;
  private final PeerNetwork network;
  private final Watcher watcher;
  private final Parts parts;
  private final RandomGenerator random;
  private @Nullable Life life;
  private @Nullable String damaged;
  private long pausedUntilNanos;
  private int lives;

  /** One life of the process. */
  private static final class Life {
    private final RaftNode<CommandResult> node;
    private final PeerService service;
    private final LockStateMachine machine;
    private final SimStorage storage;
    private EventQueue.@Nullable Planned planned;
    private long plannedNanos = Long.MAX_VALUE;
    private @Nullable String degraded;

    private Life(
        RaftNode<CommandResult> node,
        PeerService service,
        LockStateMachine machine,
        SimStorage storage) {
      this.node = node;
      this.service = service;
      this.machine = machine;
      this.storage = storage;
    }
  }

  PeerHost(SimWorld world, PeerNetwork network, Watcher watcher, Parts parts) {
    this.world = world;
    this.network = network;
    this.watcher = watcher;
    this.parts = parts;
    this.random = world.draws().of("peer", parts.member().id().value());
  }

  /** Starts the process; a peer whose data is damaged stays down. */
  void start() {
    if (life != null) {
      throw new IllegalStateException(id() + " is up");
    }
    lives++;
    world.note(id(), () -> "starts, life " + lives);
    LockStateMachine machine = new LockStateMachine();
    PeerService service = new PeerService(id(), parts.service(), machine, split());
    SimStorage storage =
        new SimStorage(world, parts.disk(), parts.health(), split(), batch -> persisting(batch));
    RaftNode<CommandResult> node =
        new RaftNode<>(
            parts.node(),
            storage,
            network.open(id(), lives),
            machine,
            split(),
            new Listening(service.listener()));
    service.bind(node);
    Life begun = new Life(node, service, machine, storage);
    life = begun;
    try {
      node.start(localNow());
    } catch (StorageException refused) {
      world.note(id(), () -> "refuses its data: " + refused.getMessage());
      world.coverage().mark("disk: damaged data refused");
      damaged = refused.getMessage();
      life = null;
      network.died(id());
      return;
    }
    watcher.started(this);
    service.onWork(() -> plan(begun, world.now() + WAKE_NANOS));
    plan(begun, world.now());
  }

  private RandomGenerator split() {
    return new java.util.SplittableRandom(random.nextLong());
  }

  private void persisting(LogStorage.Batch batch) {
    watcher.persisting(this, batch);
  }

  private long localNow() {
    return parts.clock().local(world.now());
  }

  /** Plans the next turn, unless an earlier one is planned. */
  private void plan(Life of, long atNanos) {
    long at = Math.max(atNanos, pausedUntilNanos);
    if (at >= of.plannedNanos || life != of) {
      return;
    }
    if (of.planned != null) {
      of.planned.cancel();
    }
    of.plannedNanos = at;
    of.planned = world.at(at, () -> turn(of));
  }

  private void turn(Life of) {
    of.planned = null;
    of.plannedNanos = Long.MAX_VALUE;
    if (life != of) {
      return;
    }
    if (world.now() < pausedUntilNanos) {
      plan(of, pausedUntilNanos);
      return;
    }
    of.service.turn(localNow());
    watcher.turned(this);
    long wake = parts.clock().world(of.service.nextWakeNanos());
    plan(of, Math.max(wake, world.now() + WAKE_NANOS));
  }

  /** Ends the process as kill -9 does, or a power cut: what was not synced may be lost. */
  void crash() {
    Life ended = life;
    if (ended == null) {
      return;
    }
    world.note(id(), () -> "crashes");
    life = null;
    if (ended.planned != null) {
      ended.planned.cancel();
    }
    ended.storage.crash(random);
    pausedUntilNanos = 0;
    network.died(id());
  }

  void pauseUntil(long nanos) {
    pausedUntilNanos = Math.max(pausedUntilNanos, nanos);
  }

  /** Lets a paused process go on. */
  void resume() {
    pausedUntilNanos = world.now();
    Life here = life;
    if (here != null && here.planned != null) {
      here.planned.cancel();
      here.planned = null;
      here.plannedNanos = Long.MAX_VALUE;
    }
    if (here != null) {
      plan(here, world.now());
    }
  }

  /** The clock changed: what was planned by the old one is planned anew. */
  void clockChanged() {
    Life here = life;
    if (here != null && world.now() >= pausedUntilNanos) {
      plan(here, world.now());
    }
  }

  void flipBit() {
    if (life == null && parts.disk().flipBit(random)) {
      world.coverage().mark("disk: bit flipped");
    }
  }

  PeerId id() {
    return parts.member().id();
  }

  Member member() {
    return parts.member();
  }

  String clientAddress() {
    return parts.member().clientAddress();
  }

  PeerClock clock() {
    return parts.clock();
  }

  SimStorage.Health health() {
    return parts.health();
  }

  Configuration initialConfiguration() {
    return parts.node().initialConfiguration();
  }

  DiskImage image() {
    return parts.disk().image();
  }

  boolean isUp() {
    return life != null;
  }

  boolean isPaused() {
    return world.now() < pausedUntilNanos;
  }

  /** Why its data was refused; a damaged peer never starts again. */
  Optional<String> damaged() {
    return Optional.ofNullable(damaged);
  }

  Optional<String> degraded() {
    return life == null ? Optional.empty() : Optional.ofNullable(life.degraded);
  }

  /** Whether only a restart brings it back, although it may not know yet. */
  boolean needsRestart() {
    return life != null && (life.degraded != null || life.storage.hasFailed());
  }

  /** How often the process was started. */
  int lives() {
    return lives;
  }

  private Life life() {
    if (life == null) {
      throw new IllegalStateException(id() + " is down");
    }
    return life;
  }

  RaftNode<CommandResult> node() {
    return life().node;
  }

  RaftCore core() {
    return life().node.core();
  }

  PeerService service() {
    return life().service;
  }

  LockStateMachine machine() {
    return life().machine;
  }

  boolean isReadyLeader() {
    return life != null && core().role() == Role.LEADER && core().isLeaderReady();
  }

  /** Tells the invariants first, then the service. */
  private final class Listening implements NodeListener<CommandResult> {
    private final NodeListener<CommandResult> next;

    private Listening(NodeListener<CommandResult> next) {
      this.next = next;
    }

    @Override
    public void applied(EntryId entry, CommandResult result) {
      watcher.applied(PeerHost.this, entry, result);
      next.applied(entry, result);
    }

    @Override
    public void roleChanged(Role role, long term, Optional<PeerId> leader) {
      world.note(id(), () -> role + " term=" + term + " leader=" + leader);
      watcher.roleChanged(PeerHost.this, role, term, leader);
      next.roleChanged(role, term, leader);
    }

    @Override
    public void leaderReady(long term, long nowNanos) {
      world.note(id(), () -> "leads term " + term + " and is ready");
      world.coverage().mark("election: leader ready");
      next.leaderReady(term, nowNanos);
    }

    @Override
    public void applicationMessage(PeerId from, byte[] payload) {
      next.applicationMessage(from, payload);
    }

    @Override
    public void restored(EntryId snapshotLast) {
      world.note(id(), () -> "restored a snapshot up to " + snapshotLast);
      watcher.restored(PeerHost.this, snapshotLast);
      next.restored(snapshotLast);
    }

    @Override
    public void degraded(String reason) {
      world.note(id(), () -> "steps aside: " + reason);
      world.coverage().mark("disk: degraded peer");
      life().degraded = reason;
      if (!reason.contains("simulated")) {
        world.violate("I17", id() + " stepped aside although its disk is sound: " + reason);
      }
      next.degraded(reason);
    }

    @Override
    public void stalled(long gapNanos) {
      world.coverage().mark("pause: peer noticed that it stood still");
      next.stalled(gapNanos);
    }
  }
}
