package io.holdfast.chaos.sim;

import io.holdfast.locks.Limit;
import io.holdfast.raft.Configuration;
import io.holdfast.raft.Member;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.driver.RaftNodeSettings;
import io.holdfast.raft.driver.TransferCallback;
import io.holdfast.server.peer.PeerServiceSettings;
import io.holdfast.server.storage.StorageLimits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Peers, networks and clients of one run, and what can be done to them. */
final class Cluster {
  private static final StorageLimits SMALL_SEGMENTS =
      new StorageLimits(64 << 10, 60, 1 << 20, 4_096);

  private static final int KEEPERS = 3;
  private static final long FEW_LOCKS = 6;

  private final SimWorld world;
  private final Plan plan;
  private final PeerNetwork network;
  private final ClientNetwork clientNetwork;
  private final LockTruth truth;
  private final RaftInvariants invariants;
  private final HistoryKeeper history;
  private final Observers observers;
  private final Clients clients;
  private final Stranger stranger;
  private final List<Keeper> keepers = new ArrayList<>();
  private final List<PeerHost> peers = new ArrayList<>();
  private boolean healing;
  private boolean flipped;

  Cluster(SimWorld world, Plan plan, Kept kept) {
    this.world = world;
    this.plan = plan;
    truth = new LockTruth(world);
    invariants =
        new RaftInvariants(
            world, truth, new TimingRules(world, plan.node().timing().electionTimeoutMaxNanos()));
    network = new PeerNetwork(world, plan.peers(), plan.law(), invariants);
    boolean far = Draws.chance(world.draws().of("client-link", 0), 0.12);
    clientNetwork =
        new ClientNetwork(
            world, far ? 10_000_000 : 100_000, far ? 75_000_000 : 1_500_000, plan.law().encoded());
    boolean exact =
        !plan.faults().contains(Fault.CLOCK_RATE) && !plan.faults().contains(Fault.CLOCK_JUMP);
    history = new HistoryKeeper(world, exact);
    observers = new Observers(world);
    truth.listen(history);
    truth.listen(observers);
    for (int i = 0; i < plan.client().locks(); i++) {
      truth.follow("lock-" + i);
    }
    List.of("rw-0", "sem-0", Observers.ELECTION).forEach(truth::follow);
    List<Member> members = members(plan.peers());
    members.forEach(member -> addPeer(member, Configuration.ofVoters(members)));
    clients =
        new Clients(
            world,
            plan,
            kept,
            clientNetwork,
            history,
            observers,
            members.stream().map(Member::clientAddress).toList());
    stranger = new Stranger(world, this);
    for (int i = 0; exact && i < KEEPERS; i++) {
      Keeper keeper = new Keeper(world, this, i);
      keepers.add(keeper);
      truth.onExpiry(keeper::expired);
    }
  }

  private static List<Member> members(int count) {
    List<Member> members = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      members.add(new Member(new PeerId(i), "p" + i + ":7800", "p" + i + ":7070"));
    }
    return members;
  }

  private void addPeer(Member member, Configuration initial) {
    RandomGenerator random = world.draws().of("machine", member.id().value());
    RaftNodeSettings node =
        RaftNodeSettings.defaults(member.id(), initial)
            .withTiming(plan.node().timing())
            .withSnapshots(plan.node().snapshots())
            .withReplication(plan.node().replication())
            .withLimits(plan.node().limits());
    PeerServiceSettings service =
        PeerServiceSettings.DEFAULT.withTimes(
            PeerServiceSettings.Times.forElectionTimeout(
                plan.node().timing().electionTimeoutMaxMillis()));
    if (Draws.chance(random, 0.2)) {
      service = service.withWindow(new PeerServiceSettings.Window(32, 1 << 16));
    }
    if (Draws.chance(world.draws().of("few-locks", 0), 0.25)) {
      service = service.withLimits(Map.of(Limit.LOCKS, FEW_LOCKS)); // idle ones are forgotten
    }
    boolean wrong = plan.faults().contains(Fault.CLOCK_RATE);
    long rate = Draws.between(random, -plan.clockMillionths(), plan.clockMillionths());
    DiskBackend disk =
        plan.volume() ? new VolumeDisk(world, member.id(), SMALL_SEGMENTS) : new ModelDisk(world);
    PeerHost peer =
        new PeerHost(
            world,
            network,
            invariants,
            new PeerHost.Parts(
                member,
                node,
                service,
                disk,
                new SimStorage.Health(plan.syncNanosMin(), plan.syncNanosMax()),
                new PeerClock(random.nextInt(1_000_000_000), wrong ? rate : 0)));
    peers.add(peer);
    invariants.add(peer);
    clientNetwork.add(peer);
  }

  /**
   * Starts the peers and who asks them.
   *
   * @param guest takes the place of the clients; null for none
   */
  void start(@Nullable Guest guest) {
    peers.forEach(PeerHost::start);
    if (guest == null) {
      clients.start();
    } else {
      List<String> endpoints = peers.stream().map(PeerHost::clientAddress).toList();
      guest.begin(new SimEnvironment(world, clientNetwork, endpoints));
    }
    stranger.start();
    keepers.forEach(Keeper::start);
  }

  List<PeerHost> peers() {
    return peers;
  }

  PeerNetwork network() {
    return network;
  }

  ClientNetwork clientNetwork() {
    return clientNetwork;
  }

  Clients clients() {
    return clients;
  }

  HistoryKeeper history() {
    return history;
  }

  Observers observers() {
    return observers;
  }

  RaftInvariants invariants() {
    return invariants;
  }

  LockTruth truth() {
    return truth;
  }

  boolean isHealing() {
    return healing;
  }

  boolean hasFlipped() {
    return flipped;
  }

  void noteFlip() {
    flipped = true;
  }

  /** The one that leads the highest term and is ready. */
  Optional<PeerHost> leader() {
    PeerHost best = null;
    for (PeerHost peer : peers) {
      if (peer.isReadyLeader()
          && (best == null || peer.core().currentTerm() > best.core().currentTerm())) {
        best = peer;
      }
    }
    return Optional.ofNullable(best);
  }

  void crash(PeerHost peer) {
    if (peer.isUp()) {
      peer.crash();
      clientNetwork.died(peer);
    }
  }

  void restart(PeerHost peer) {
    if (!peer.isUp() && peer.damaged().isEmpty()) {
      peer.start();
    }
  }

  void healLinks() {
    network.healAll();
  }

  void transferLeadership(Random choices) {
    leader()
        .ifPresent(
            from -> {
              PeerId to = peers.get(choices.nextInt(peers.size())).id();
              boolean unused =
                  from.node().execute(() -> from.node().transferLeadership(to, new Transferred()));
            });
  }

  /** Counts how transfers end. */
  private final class Transferred implements TransferCallback {
    @Override
    public void handedOver() {
      world.coverage().mark("transfer: handed over");
    }

    @Override
    public void failed(String reason) {
      world.coverage().mark("transfer: failed");
    }
  }

  /**
   * Ends all faults for a majority of the peers at least; what is wrong with the others stays so.
   *
   * @return the peers that must work from now on
   */
  Set<PeerHost> heal() {
    healing = true;
    stranger.stop();
    keepers.forEach(Keeper::stop);
    Random choices = new Random(world.draws().of("heal", 0).nextLong());
    peers.forEach(peer -> peer.health().fail(false));
    peers.forEach(this::restart);
    List<PeerHost> order = new ArrayList<>(peers);
    Collections.shuffle(order, choices);
    order.removeIf(peer -> peer.damaged().isPresent());
    int majority = peers.size() / 2 + 1;
    boolean all = choices.nextBoolean();
    Set<PeerHost> core = new LinkedHashSet<>(all ? order : order.subList(0, majority));
    network.setLaw(network.law().healed());
    network.healAll();
    clientNetwork.healAll();
    for (PeerHost peer : peers) {
      if (core.contains(peer)) {
        restore(peer);
      } else {
        loseForGood(peer, choices);
      }
    }
    return core;
  }

  private void restore(PeerHost peer) {
    peer.health().stallUntil(0);
    peer.health().fail(false);
    if (peer.needsRestart()) {
      crash(peer);
    }
    if (peer.isUp()) {
      peer.resume();
    } else {
      restart(peer);
    }
  }

  private void loseForGood(PeerHost peer, Random choices) {
    if (choices.nextBoolean()) {
      crash(peer);
      return;
    }
    world.note("nemesis", () -> peer.id() + " is cut off for good");
    for (PeerHost other : peers) {
      network.cut(peer.id(), other.id());
      network.cut(other.id(), peer.id());
    }
    peer.resume();
  }
}
