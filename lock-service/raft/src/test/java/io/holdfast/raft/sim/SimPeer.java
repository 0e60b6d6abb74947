package io.holdfast.raft.sim;

import io.holdfast.raft.EntryId;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.core.RaftCore;
import io.holdfast.raft.core.Role;
import io.holdfast.raft.driver.NodeListener;
import io.holdfast.raft.driver.RaftNode;
import io.holdfast.raft.driver.RaftNodeSettings;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** One peer of a simulated cluster: its disk lives for ever, its node from start to crash. */
public final class SimPeer {
  private final PeerId id;
  private final SimClock clock;
  private final SimNetwork network;
  private final SimInvariants invariants;
  private final RaftNodeSettings settings;
  private final Random random;
  private final int snapshotPadding;
  private SimDisk disk = new SimDisk();
  private final SimFaults faults = new SimFaults();
  private @Nullable RaftNode<Long> node;
  private @Nullable SimLogStorage storage;
  private @Nullable ChainMachine machine;
  private @Nullable String degradedReason;
  private long incarnation;
  private long scheduledAtNanos = Long.MAX_VALUE;
  private long pausedUntilNanos;
  private long restores;
  private double clockRate = 1;
  private long rateSinceNanos;
  private long localSinceNanos;

  SimPeer(
      PeerId id,
      SimClock clock,
      SimNetwork network,
      SimInvariants invariants,
      RaftNodeSettings settings,
      Random random,
      int snapshotPadding) {
    this.id = id;
    this.clock = clock;
    this.network = network;
    this.invariants = invariants;
    this.settings = settings;
    this.random = random;
    this.snapshotPadding = snapshotPadding;
  }

  public PeerId id() {
    return id;
  }

  public SimDisk disk() {
    return disk;
  }

  public SimFaults faults() {
    return faults;
  }

  public boolean isUp() {
    return node != null;
  }

  public RaftNode<Long> node() {
    if (node == null) {
      throw new AssertionError(id + " is down");
    }
    return node;
  }

  public RaftCore core() {
    return node().core();
  }

  public ChainMachine machine() {
    if (machine == null) {
      throw new AssertionError(id + " is down");
    }
    return machine;
  }

  public boolean isLeader() {
    return isUp() && core().role() == Role.LEADER;
  }

  public Optional<String> degradedReason() {
    return Optional.ofNullable(degradedReason);
  }

  /** How often a snapshot replaced the state machine, restarts included. */
  public long restores() {
    return restores;
  }

  public void start() {
    if (node != null) {
      throw new AssertionError(id + " is up");
    }
    incarnation++;
    degradedReason = null;
    machine = new ChainMachine(snapshotPadding);
    storage = new SimLogStorage(clock, disk, random, faults);
    RaftNode<Long> started =
        new RaftNode<>(settings, storage, network.endpoint(id), machine, random, new Watch());
    node = started;
    started.start(localNow());
    invariants.started(this);
    scheduledAtNanos = Long.MAX_VALUE;
    long mine = incarnation;
    started.onWork(() -> schedule(clock.now(), mine));
    schedule(clock.now(), mine);
  }

  /** kill -9: what was not synced is lost, but for a random first part of it. */
  public void crash() {
    crashKeeping(random.nextInt(disk.unsyncedBatches() + 1));
  }

  /** A crash after which the first {@code kept} of the batches that were not synced are there. */
  public void crashKeeping(int kept) {
    RaftNode<Long> killed = node();
    if (storage != null) {
      storage.kill();
    }
    network.endpoint(id); // the old one hears nothing any more
    disk.crash(kept);
    node = null;
    machine = null;
    invariants.crashed(this, killed);
    network.disconnected(id);
  }

  /** The disk of a peer that is down is replaced by an empty one. */
  public void wipe() {
    if (node != null) {
      throw new AssertionError(id + " is up");
    }
    disk = new SimDisk();
    invariants.wiped(this);
  }

  /** From now on this peer's monotonic clock runs at another rate. */
  public void clockRate(double rate) {
    localSinceNanos = localNow();
    rateSinceNanos = clock.now();
    clockRate = rate;
  }

  /** This peer's monotonic clock jumps forward. */
  public void clockJumpMillis(long millis) {
    localSinceNanos += millis * 1_000_000;
  }

  private long localNow() {
    return localSinceNanos + (long) ((clock.now() - rateSinceNanos) * clockRate);
  }

  private long globalTime(long localNanos) {
    return rateSinceNanos + (long) Math.ceil((localNanos - localSinceNanos) / clockRate);
  }

  /** Stops the process for a while; what arrives waits. */
  public void pauseMillis(long millis) {
    pausedUntilNanos = clock.now() + millis * 1_000_000;
  }

  private void schedule(long atNanos, long forIncarnation) {
    if (forIncarnation != incarnation || atNanos >= scheduledAtNanos) {
      return;
    }
    scheduledAtNanos = atNanos;
    clock.at(atNanos, () -> turn(atNanos, forIncarnation));
  }

  private void turn(long scheduledFor, long forIncarnation) {
    if (forIncarnation != incarnation || node == null || scheduledFor != scheduledAtNanos) {
      return;
    }
    scheduledAtNanos = Long.MAX_VALUE;
    if (clock.now() < pausedUntilNanos) {
      schedule(pausedUntilNanos, forIncarnation);
      return;
    }
    node.turn(localNow());
    invariants.turned(this);
    schedule(Math.max(globalTime(node.nextWakeNanos()), clock.now() + 1), forIncarnation);
  }

  private final class Watch implements NodeListener<Long> {
    @Override
    public void applied(EntryId entry, Long result) {
      invariants.applied(SimPeer.this, entry);
    }

    @Override
    public void roleChanged(Role role, long term, Optional<PeerId> leader) {
      invariants.roleChanged(SimPeer.this, role, term, leader);
    }

    @Override
    public void leaderReady(long term, long nowNanos) {
      if (!isLeader() || core().currentTerm() != term) {
        throw new AssertionError(id + " is ready for a term it does not lead");
      }
    }

    @Override
    public void applicationMessage(PeerId from, byte[] payload) {}

    @Override
    public void restored(EntryId snapshotLast) {
      restores++;
      invariants.restored(SimPeer.this, snapshotLast);
    }

    @Override
    public void degraded(String reason) {
      degradedReason = reason;
      invariants.degraded(SimPeer.this, reason);
    }
  }
}
