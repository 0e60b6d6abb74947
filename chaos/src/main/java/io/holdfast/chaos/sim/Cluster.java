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
  private final Operator operator;
  private final Reader reader;
  private final Onlooker onlooker;
  private final List<Keeper> keepers = new ArrayList<>();
  private final List<PeerHost> peers = new ArrayList<>();
  private boolean healing;
  private final boolean forgetful;
  private int lastIdentity;
  private boolean flipped;

  Cluster(SimWorld world, Plan plan, Kept kept) {
    this.world = world;
    this.plan = plan;
    lastIdentity = plan.peers();
    truth = new LockTruth(world);
    invariants =
        new RaftInvariants(
            world, truth, new TimingRules(world, plan.node().timing().electionTimeoutMaxNanos()));
    network = new PeerNetwork(world, plan.identities(), plan.law(), invariants);
    boolean far = Draws.chance(world.draws().of("client-link", 0), 0.12);
    clientNetwork =
        new ClientNetwork(
            world, far ? 10_000_000 : 100_000, far ? 75_000_000 : 1_500_000, plan.law().encoded());
    boolean exact =
        !plan.faults().contains(Fault.CLOCK_RATE) && !plan.faults().contains(Fault.CLOCK_JUMP);
    forgetful = Draws.chance(world.draws().of("few-locks", 0), 0.25);
    history = new HistoryKeeper(world, exact, !forgetful);
    observers = new Observers(world);
    truth.listen(history);
    truth.listen(observers);
    for (int i = 0; i < plan.client().locks(); i++) {
      truth.follow("lock-" + i);
    }
    List.of("rw-0", "sem-0", Observers.ELECTION).forEach(truth::follow);
    List<Member> members = members(plan.peers());
    Configuration founding = Configuration.ofVoters(members);
    invariants.founded(founding);
    members.forEach(member -> addPeer(member, founding));
    clients = new Clients(world, plan, kept, clientNetwork, history, observers, endpoints());
    stranger = new Stranger(world, this);
    operator = new Operator(world, this);
    reader = new Reader(world, this);
    onlooker = new Onlooker(world, this);
    truth.listen(onlooker);
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

  /** Where clients look for peers: wherever one may ever be. */
  private List<String> endpoints() {
    return members(plan.identities()).stream().map(Member::clientAddress).toList();
  }

  private PeerHost addPeer(Member member, Configuration initial) {
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
    if (forgetful) {
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
    return peer;
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
      guest.begin(new SimEnvironment(world, clientNetwork, endpoints()));
    }
    stranger.start();
    reader.start();
    onlooker.start();
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

  Operator operator() {
    return operator;
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

  /** The configuration by which the leader goes; without a leader the newest committed one. */
  Configuration configuration() {
    return leader()
        .map(leads -> leads.core().configuration())
        .orElseGet(invariants.configurations()::newestCommitted);
  }

  /**
   * A peer that runs and is no member yet: one that was never added, or one that is started now.
   *
   * @return nobody when all identities are used
   */
  Optional<Member> newcomer(Configuration now) {
    for (PeerHost peer : peers) {
      boolean known = now.members().containsKey(peer.id()) || now.retired().contains(peer.id());
      if (peer.id().value() > plan.peers() && !known) {
        return Optional.of(peer.member());
      }
    }
    if (lastIdentity == plan.identities()) {
      return Optional.empty();
    }
    Member member = members(++lastIdentity).get(lastIdentity - 1);
    addPeer(member, Configuration.ofVoters(now.members().values())).start();
    return Optional.of(member);
  }

  /** Ends the process of a peer for good. */
  void shutDown(PeerId gone) {
    for (PeerHost peer : List.copyOf(peers)) {
      if (peer.id().equals(gone)) {
        crash(peer);
        peers.remove(peer);
      }
    }
  }

  /** Does something after some time, unless everything is healed by then. */
  void later(long nanos, Runnable step) {
    world.after(
        nanos,
        () -> {
          if (!healing) {
            step.run();
          }
        });
  }

  void cutOff(PeerHost one) {
    for (PeerHost other : peers) {
      if (other != one) {
        network.cut(one.id(), other.id());
        network.cut(other.id(), one.id());
      }
    }
  }

  void crash(PeerHost peer) {
    if (peer.isUp()) {
      peer.crash();
      clientNetwork.died(peer);
    }
  }

  void restart(PeerHost peer) {
    if (!peer.isUp() && peer.damaged().isEmpty() && peers.contains(peer)) {
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
   * Ends all faults for as many peers at least as can elect a leader; what is wrong with the others
   * stays so.
   *
   * @return the peers that must work from now on
   */
  Set<PeerHost> heal() {
    healing = true;
    stranger.stop();
    reader.stop();
    onlooker.stop();
    keepers.forEach(Keeper::stop);
    Random choices = new Random(world.draws().of("heal", 0).nextLong());
    peers.forEach(this::restore);
    List<PeerHost> order = new ArrayList<>(peers);
    Collections.shuffle(order, choices);
    Set<Configuration> inForce = invariants.configurations().inForce(peers);
    order.removeIf(peer -> peer.damaged().isPresent() || !isMember(peer, inForce));
    // A change that is still on its way could take the vote from those who are left.
    boolean all = choices.nextBoolean() || !operator.isAtRest();
    Set<PeerHost> core = all ? new LinkedHashSet<>(order) : Majorities.first(order, inForce);
    network.setLaw(network.law().healed());
    network.healAll();
    clientNetwork.healAll();
    for (PeerHost peer : peers) {
      boolean outsider = !isMember(peer, inForce);
      if (!core.contains(peer) && !(outsider && choices.nextBoolean())) {
        loseForGood(peer, choices);
      }
    }
    return core;
  }

  private static boolean isMember(PeerHost peer, Set<Configuration> configurations) {
    return configurations.stream().anyMatch(it -> it.members().containsKey(peer.id()));
  }

  /** Those of them that are members now; the others need not know what happens. */
  Set<PeerHost> members(Set<PeerHost> some) {
    Configuration now = configuration();
    Set<PeerHost> members = new LinkedHashSet<>(some);
    members.removeIf(peer -> !now.members().containsKey(peer.id()));
    return members;
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
    cutOff(peer);
    peer.resume();
  }
}
