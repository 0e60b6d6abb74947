package io.holdfast.server.peer;

import io.holdfast.locks.CommandResult;
import io.holdfast.locks.LockStateMachine;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.driver.RaftNode;
import io.holdfast.raft.driver.RaftNodeSettings;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** One peer that can be crashed, restarted and paused. */
final class SimPeer {
  private final SimWorld world;
  private final PeerId id;
  private final RaftNodeSettings nodeSettings;
  private final PeerServiceSettings serviceSettings;
  private final SimDisk disk;
  private @Nullable Life life;
  private long pausedUntilNanos;
  private int lives;

  SimPeer(
      SimWorld world,
      PeerId id,
      RaftNodeSettings nodeSettings,
      PeerServiceSettings serviceSettings) {
    this.world = world;
    this.id = id;
    this.nodeSettings = nodeSettings;
    this.serviceSettings = serviceSettings;
    this.disk = new SimDisk(world);
    this.pausedUntilNanos = world.now();
  }

  private static final class Life {
    private final RaftNode<CommandResult> node;
    private final PeerService service;
    private final LockStateMachine machine;
    private long plannedNanos = Long.MAX_VALUE;
    private long plan;

    private Life(RaftNode<CommandResult> node, PeerService service, LockStateMachine machine) {
      this.node = node;
      this.service = service;
      this.machine = machine;
    }
  }

  void start() {
    LockStateMachine machine = new LockStateMachine();
    PeerService service =
        new PeerService(id, serviceSettings, machine, new Random(world.random().nextLong()));
    RaftNode<CommandResult> node =
        new RaftNode<>(
            nodeSettings,
            disk.open(),
            world.open(id),
            machine,
            new Random(world.random().nextLong()),
            service.listener());
    service.bind(node);
    Life begun = new Life(node, service, machine);
    life = begun;
    lives++;
    service.onWork(() -> plan(begun, world.now()));
    node.start(world.now());
    plan(begun, world.now());
  }

  /** Plans the next turn, unless an earlier one is planned. */
  private void plan(Life of, long atNanos) {
    long at = Math.max(atNanos, pausedUntilNanos);
    if (at < of.plannedNanos) {
      of.plannedNanos = at;
      long plan = ++of.plan;
      world.at(
          at,
          () -> {
            if (life == of && of.plan == plan) {
              of.plannedNanos = Long.MAX_VALUE;
              turn(of);
            }
          });
    }
  }

  private void turn(Life of) {
    if (world.now() < pausedUntilNanos) {
      plan(of, pausedUntilNanos);
      return;
    }
    of.service.turn(world.now());
    plan(of, Math.max(of.service.nextWakeNanos(), world.now() + 1_000));
  }

  /** Ends the process as a kill does: what was not synced is lost, nobody is told. */
  void crash() {
    Life ended = life;
    life = null;
    if (ended != null) {
      ended.node.close();
    }
  }

  void pauseMillis(long millis) {
    pausedUntilNanos = world.now() + millis * 1_000_000;
  }

  /** How often the process was started. */
  int lives() {
    return lives;
  }

  boolean isPaused() {
    return world.now() < pausedUntilNanos;
  }

  long pausedUntilNanos() {
    return pausedUntilNanos;
  }

  boolean isUp() {
    return life != null;
  }

  PeerId id() {
    return id;
  }

  private Life life() {
    if (life == null) {
      throw new IllegalStateException(id + " is down");
    }
    return life;
  }

  RaftNode<CommandResult> node() {
    return life().node;
  }

  PeerService service() {
    return life().service;
  }

  LockStateMachine machine() {
    return life().machine;
  }
}
