package io.holdfast.chaos.sim;

import io.holdfast.raft.PeerId;
import io.holdfast.raft.message.Message.InstallSnapshot;
import io.holdfast.raft.message.Message.TimeoutNow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * Draws the schedule of faults before the run begins, so that it can be minimised by leaving some
 * out, and carries it out. Each fault brings its own healing.
 */
final class Nemesis {
  /**
   * One fault.
   *
   * @param number its place in the schedule that the seed drew
   * @param atMillis when it begins, from the beginning of the run
   * @param lastsMillis how long it lasts
   * @param draw decides whom it hits
   */
  record Action(int number, Fault fault, long atMillis, long lastsMillis, long draw) {
    @Override
    public String toString() {
      return "#%d %s at %d ms for %d ms".formatted(number, fault.title(), atMillis, lastsMillis);
    }
  }

  private static final long AMBUSH_NANOS_MAX = 8_000_000_000L;

  private final SimWorld world;
  private final Cluster cluster;
  private final Plan plan;

  Nemesis(SimWorld world, Cluster cluster, Plan plan) {
    this.world = world;
    this.cluster = cluster;
    this.plan = plan;
  }

  /** The faults of a plan that come and go; the others are part of the network or the clocks. */
  static List<Action> schedule(Draws draws, Plan plan) {
    RandomGenerator random = draws.of("nemesis", 0);
    List<Fault> kinds = new ArrayList<>(plan.faults());
    kinds.removeAll(List.of(Fault.LOSS, Fault.DUPLICATION, Fault.REORDERING, Fault.CLOCK_RATE));
    kinds.remove(Fault.MEMBERSHIP);
    Collections.sort(kinds);
    List<Action> actions = new ArrayList<>();
    long at = 500 + Draws.between(random, 0, plan.gapMillisMean());
    while (!kinds.isEmpty() && at < plan.faultMillis()) {
      Fault fault = kinds.get(random.nextInt(kinds.size()));
      double skewed = random.nextDouble();
      long lasts = 20 + (long) (skewed * skewed * 4_000);
      actions.add(new Action(actions.size(), fault, at, lasts, random.nextLong()));
      at += Draws.between(random, 0, 2 * plan.gapMillisMean());
    }
    if (plan.faults().contains(Fault.MEMBERSHIP)) {
      addChanges(draws.of("members", 0), plan, actions);
    }
    return actions;
  }

  /** Changes of members have a rhythm of their own, so that they meet all kinds of faults. */
  private static void addChanges(RandomGenerator random, Plan plan, List<Action> actions) {
    long gapMean = Draws.oneOf(random, 150L, 500L, 1_500L);
    long at = 500 + Draws.between(random, 0, gapMean);
    while (at < plan.faultMillis()) {
      long lasts = Draws.between(random, 50, 3_000);
      actions.add(new Action(actions.size(), Fault.MEMBERSHIP, at, lasts, random.nextLong()));
      at += Draws.between(random, 0, 2 * gapMean);
    }
  }

  void carryOut(List<Action> actions, Kept kept) {
    for (Action action : actions) {
      if (kept.keepsAction(action.number())) {
        world.at(action.atMillis() * 1_000_000, () -> begin(action));
      }
    }
  }

  private void begin(Action action) {
    if (cluster.isHealing()) {
      return;
    }
    world.note("nemesis", action::toString);
    world.coverage().mark("fault: " + action.fault().title());
    Random choices = new Random(action.draw());
    long lastsNanos = action.lastsMillis() * 1_000_000;
    switch (action.fault()) {
      case CRASH -> crash(choices, lastsNanos);
      case PARTITION -> partition(choices, lastsNanos);
      case ONE_WAY -> oneWay(choices, lastsNanos);
      case CLOG -> clog(choices, lastsNanos);
      case PAUSE -> pause(choices, lastsNanos);
      case DISK_STALL -> diskStall(choices, lastsNanos);
      case DISK_ERROR -> diskError(choices, lastsNanos);
      case BIT_FLIP -> bitFlip(choices, lastsNanos);
      case CLOCK_JUMP -> clockJump(choices, action.lastsMillis());
      case CLIENT_PAUSE -> cluster.clients().pause(choices, lastsNanos);
      case CLIENT_CRASH -> cluster.clients().crash(choices, lastsNanos);
      case CLIENT_CUT -> clientCut(choices, lastsNanos);
      case TRANSFER -> transfer(choices, lastsNanos);
      case MEMBERSHIP -> cluster.operator().change(choices, lastsNanos);
      case LOSS, DUPLICATION, REORDERING, CLOCK_RATE ->
          throw new IllegalStateException(action + " is no event");
    }
  }

  private void later(long lastsNanos, Runnable healing) {
    cluster.later(lastsNanos, healing);
  }

  /** The leader half of the time. */
  private PeerHost target(Random choices) {
    PeerHost drawn = cluster.peers().get(choices.nextInt(cluster.peers().size()));
    return choices.nextBoolean() ? cluster.leader().orElse(drawn) : drawn;
  }

  private List<PeerHost> shuffled(Random choices) {
    List<PeerHost> peers = new ArrayList<>(cluster.peers());
    Collections.shuffle(peers, choices);
    return peers;
  }

  private void crash(Random choices, long lastsNanos) {
    if (choices.nextInt(4) == 0) {
      crashInTransfer(lastsNanos);
      return;
    }
    int size = cluster.peers().size();
    List<PeerHost> victims =
        switch (choices.nextInt(6)) {
          case 0 -> cluster.leader().stream().toList();
          case 1 -> shuffled(choices).subList(0, size / 2);
          case 2 -> shuffled(choices).subList(0, size / 2 + 1);
          case 3 -> shuffled(choices);
          default -> List.of(target(choices));
        };
    long restNanos = choices.nextBoolean() ? lastsNanos : lastsNanos / 20;
    for (PeerHost victim : victims) {
      cluster.crash(victim);
      later(restNanos + choices.nextInt(20_000_000), () -> cluster.restart(victim));
    }
  }

  /** Sometimes a leader turns deaf when it hands leadership over, and hears nothing of the next. */
  private void transfer(Random choices, long lastsNanos) {
    if (choices.nextInt(3) == 0) {
      cluster
          .network()
          .lieInWait(
              TimeoutNow.class::isInstance,
              world.now() + AMBUSH_NANOS_MAX,
              leader -> {
                if (!cluster.isHealing()) {
                  cluster.peers().forEach(peer -> cluster.network().cut(peer.id(), leader));
                  later(lastsNanos, cluster::healLinks);
                }
              });
    }
    cluster.transferLeadership(choices);
  }

  /** Waits for a snapshot that is on its way in pieces, and ends its sender. */
  private void crashInTransfer(long lastsNanos) {
    cluster
        .network()
        .lieInWait(
            message -> message instanceof InstallSnapshot chunk && chunk.offset() > 0,
            world.now() + AMBUSH_NANOS_MAX,
            sender ->
                cluster.peers().stream()
                    .filter(peer -> peer.id().equals(sender) && !cluster.isHealing())
                    .forEach(
                        peer -> {
                          world.coverage().mark("snapshot: sender crashed in a transfer");
                          cluster.crash(peer);
                          later(lastsNanos, () -> cluster.restart(peer));
                        }));
  }

  private void partition(Random choices, long lastsNanos) {
    List<PeerHost> peers = shuffled(choices);
    int size = peers.size();
    switch (choices.nextInt(4)) {
      case 0 -> cluster.cutOff(target(choices));
      case 1 -> cutBetween(peers.subList(0, size / 2), peers.subList(size / 2, size));
      case 2 -> cutBetween(peers.subList(0, (size - 1) / 2), peers.subList((size + 1) / 2, size));
      default -> {
        // A ring: each hears its two neighbours only.
        for (int i = 0; i < size; i++) {
          for (int j = 0; j < size; j++) {
            int distance = Math.floorMod(i - j, size);
            if (distance > 1 && distance < size - 1) {
              cluster.network().cut(peers.get(i).id(), peers.get(j).id());
            }
          }
        }
        if (size == 3) {
          cutBetween(peers.subList(0, 1), peers.subList(1, 2));
        }
      }
    }
    later(lastsNanos, cluster::healLinks);
  }

  private void cutBetween(List<PeerHost> some, List<PeerHost> others) {
    for (PeerHost one : some) {
      for (PeerHost other : others) {
        cluster.network().cut(one.id(), other.id());
        cluster.network().cut(other.id(), one.id());
      }
    }
  }

  private void oneWay(Random choices, long lastsNanos) {
    PeerId deaf = target(choices).id();
    boolean hears = choices.nextBoolean();
    boolean all = choices.nextBoolean();
    for (PeerHost other : cluster.peers()) {
      if (!other.id().equals(deaf) && (all || choices.nextBoolean())) {
        if (hears) {
          cluster.network().cut(deaf, other.id());
        } else {
          cluster.network().cut(other.id(), deaf);
        }
      }
    }
    later(lastsNanos, cluster::healLinks);
  }

  /** Clogs links one after another, and frees them in another order. */
  private void clog(Random choices, long lastsNanos) {
    for (PeerHost from : shuffled(choices)) {
      for (PeerHost to : cluster.peers()) {
        if (from != to && choices.nextInt(3) == 0) {
          long begin = choices.nextInt(50_000_000);
          long end = world.now() + begin + (long) (choices.nextDouble() * lastsNanos);
          later(begin, () -> cluster.network().clog(from.id(), to.id(), end));
        }
      }
    }
  }

  private void pause(Random choices, long lastsNanos) {
    long until = world.now() + lastsNanos;
    if (choices.nextInt(5) == 0) {
      cluster.peers().forEach(peer -> peer.pauseUntil(until));
    } else {
      target(choices).pauseUntil(until);
    }
  }

  /**
   * A disk answers late. Sometimes its peer is cut off meanwhile, and comes back before the disk
   * does: then it has to replace what is not written yet.
   */
  private void diskStall(Random choices, long lastsNanos) {
    PeerHost victim = target(choices);
    if (choices.nextInt(3) == 0) {
      long awayNanos = 2 * plan.node().timing().electionTimeoutMaxNanos() + lastsNanos / 2;
      victim.health().stallUntil(world.now() + awayNanos + lastsNanos);
      later(20_000_000, () -> cluster.cutOff(victim));
      later(awayNanos, cluster::healLinks);
    } else {
      victim.health().stallUntil(world.now() + lastsNanos);
    }
  }

  private void diskError(Random choices, long lastsNanos) {
    PeerHost victim = target(choices);
    victim.health().fail(true);
    later(
        lastsNanos,
        () -> {
          cluster.crash(victim);
          victim.health().fail(false);
          cluster.restart(victim);
        });
  }

  /** Only where the others can go on with what they have stored, whoever votes later. */
  private void bitFlip(Random choices, long lastsNanos) {
    PeerHost victim = target(choices);
    boolean affordable =
        Electorate.electsFromDisk(others(victim)) && !plan.faults().contains(Fault.MEMBERSHIP);
    if (plan.volume() && affordable && !cluster.hasFlipped()) {
      cluster.crash(victim);
      victim.flipBit();
      cluster.noteFlip();
      later(lastsNanos, () -> cluster.restart(victim));
    }
  }

  private List<PeerHost> others(PeerHost one) {
    return cluster.peers().stream().filter(peer -> peer != one).toList();
  }

  private void clockJump(Random choices, long millis) {
    if (choices.nextInt(3) == 0) {
      cluster.clients().jumpClock(choices, millis * 1_000_000);
    } else {
      PeerHost victim = target(choices);
      victim.clock().jump(world.now(), millis * 1_000_000);
      victim.clockChanged();
    }
  }

  private void clientCut(Random choices, long lastsNanos) {
    int client = choices.nextInt(plan.clients());
    if (choices.nextInt(3) == 0) {
      answerLate(choices);
      return;
    }
    if (choices.nextBoolean()) {
      cluster.clientNetwork().reset(client);
      return;
    }
    boolean all = choices.nextBoolean();
    for (PeerHost peer : cluster.peers()) {
      if (all || choices.nextBoolean()) {
        cluster.clientNetwork().cut(client, peer);
        later(lastsNanos, () -> cluster.clientNetwork().heal(client, peer));
      }
    }
  }

  /**
   * Waits for a client that will hold a lock beyond the life of its session, answers its keep-alive
   * late, though not so late that it gives up its line, and silences it until its session ends.
   */
  private void answerLate(Random choices) {
    long ttlNanos = plan.client().ttlMillis() * 1_000_000;
    long answerNanos = (long) ((0.06 + 0.1 * choices.nextDouble()) * ttlNanos);
    cluster
        .clientNetwork()
        .delayKeepAlive(
            client -> cluster.clients().holdsUntil(client, world.now() + ttlNanos * 6 / 5),
            world.now() + AMBUSH_NANOS_MAX,
            new ClientNetwork.Lateness(answerNanos, ttlNanos * 5 / 4));
  }
}
