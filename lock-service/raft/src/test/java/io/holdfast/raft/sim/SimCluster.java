package io.holdfast.raft.sim;

import io.holdfast.raft.Configuration;
import io.holdfast.raft.EntryId;
import io.holdfast.raft.Member;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.driver.MembershipCallback;
import io.holdfast.raft.driver.NodeStatus;
import io.holdfast.raft.driver.ProposalCallback;
import io.holdfast.raft.driver.ProposalFailure;
import io.holdfast.raft.driver.RaftNodeSettings;
import io.holdfast.raft.driver.SnapshotPolicy;
import io.holdfast.raft.membership.MembershipChange;
import io.holdfast.raft.membership.Quorum;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A cluster of real nodes under virtual time, all drawn from one seed. */
public final class SimCluster {
  /** How a proposal ended, if it did. */
  public static final class Outcome implements ProposalCallback<Long> {
    private @Nullable EntryId id;
    private @Nullable ProposalFailure failure;

    @Override
    public void applied(EntryId appliedId, Long result) {
      end();
      id = appliedId;
    }

    @Override
    public void failed(ProposalFailure why) {
      end();
      failure = why;
    }

    private void end() {
      if (isOver()) {
        throw new AssertionError("a proposal ended twice");
      }
    }

    public boolean isOver() {
      return id != null || failure != null;
    }

    public Optional<EntryId> applied() {
      return Optional.ofNullable(id);
    }

    public Optional<ProposalFailure> failure() {
      return Optional.ofNullable(failure);
    }
  }

  /** How a membership change ended, if it did. */
  public static final class Change implements MembershipCallback {
    private @Nullable Configuration configuration;
    private @Nullable ProposalFailure failure;

    @Override
    public void changed(Configuration now) {
      end();
      configuration = now;
    }

    @Override
    public void failed(ProposalFailure why) {
      end();
      failure = why;
    }

    private void end() {
      if (isOver()) {
        throw new AssertionError("a membership change ended twice");
      }
    }

    public boolean isOver() {
      return configuration != null || failure != null;
    }

    public Optional<Configuration> changed() {
      return Optional.ofNullable(configuration);
    }

    public Optional<ProposalFailure> failure() {
      return Optional.ofNullable(failure);
    }
  }

  private final SimClock clock = new SimClock();
  private final Random random;
  private final Map<PeerId, SimPeer> peers = new TreeMap<>();
  private final SimInvariants invariants = new SimInvariants(peers);
  private final SimNetwork network;
  private final long seed;
  private final UnaryOperator<RaftNodeSettings> adjust;
  private final int snapshotPadding;
  private final Configuration founding;

  public SimCluster(int size, long seed) {
    this(size, seed, settings -> settings, 0);
  }

  /**
   * @param snapshotPadding bytes added to every snapshot
   */
  public SimCluster(
      int size, long seed, UnaryOperator<RaftNodeSettings> adjust, int snapshotPadding) {
    this.seed = seed;
    this.adjust = adjust;
    this.snapshotPadding = snapshotPadding;
    random = new Random(seed);
    network = new SimNetwork(clock, new Random(random.nextLong()), invariants);
    List<Member> members = new ArrayList<>();
    for (int i = 1; i <= size; i++) {
      members.add(member(i));
    }
    founding = Configuration.ofVoters(members);
    members.forEach(this::place);
    peers.values().forEach(SimPeer::start);
  }

  /** How a peer is named in configurations. */
  public static Member member(int id) {
    return new Member(new PeerId(id), "peer" + id + ":1", "peer" + id + ":2");
  }

  private SimPeer place(Member member) {
    RaftNodeSettings settings = adjust.apply(RaftNodeSettings.defaults(member.id(), founding));
    SimPeer peer =
        new SimPeer(
            member.id(),
            clock,
            network,
            invariants,
            settings,
            new Random(random.nextLong()),
            snapshotPadding);
    peers.put(member.id(), peer);
    return peer;
  }

  /** Starts a peer that knows the founders' addresses and is no member yet. */
  public SimPeer join(int id) {
    SimPeer peer = place(member(id));
    peer.start();
    return peer;
  }

  /** Settings that take a snapshot every few entries. */
  public static RaftNodeSettings snapshotting(
      RaftNodeSettings settings, long entries, long retained) {
    return settings.withSnapshots(new SnapshotPolicy(entries, 1L << 30, retained, 1 << 10, 2));
  }

  public SimClock clock() {
    return clock;
  }

  public SimNetwork network() {
    return network;
  }

  public SimInvariants invariants() {
    return invariants;
  }

  public Random random() {
    return random;
  }

  public Collection<SimPeer> peers() {
    return Collections.unmodifiableCollection(peers.values());
  }

  public SimPeer peer(int id) {
    SimPeer found = peers.get(new PeerId(id));
    if (found == null) {
      throw new AssertionError("no peer " + id);
    }
    return found;
  }

  public List<SimPeer> others(SimPeer one) {
    return peers.values().stream().filter(peer -> peer != one).toList();
  }

  public void runMillis(long millis) {
    long until = clock.now() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (clock.stepUntil(until)) {}
  }

  /** Runs until something holds; fails when it does not within the given virtual time. */
  public void runUntil(String what, long millisMax, BooleanSupplier holds) {
    long until = clock.now() + TimeUnit.MILLISECONDS.toNanos(millisMax);
    while (!holds.getAsBoolean()) {
      if (!clock.stepUntil(until) && clock.now() >= until && !holds.getAsBoolean()) {
        throw new AssertionError(
            "seed " + seed + ": not within " + millisMax + " ms: " + what + "\n" + describe());
      }
    }
  }

  private String describe() {
    StringBuilder text = new StringBuilder();
    for (SimPeer peer : peers.values()) {
      text.append(peer.id()).append(' ');
      text.append(peer.isUp() ? describe(peer.node().status()) : "down").append('\n');
    }
    return text.toString();
  }

  private static String describe(NodeStatus status) {
    return "%s term=%d leader=%s commit=%d applied=%d last=%d durable=%d snapshot=%d %s\n  %s"
        .formatted(
            status.role(),
            status.term(),
            status.leader(),
            status.commitIndex(),
            status.appliedIndex(),
            status.lastIndex(),
            status.durableIndex(),
            status.snapshotIndex(),
            status.peers(),
            status.configuration());
  }

  /** The one leader that a majority follows, within 5 virtual seconds. */
  public SimPeer awaitLeader() {
    runUntil("a ready leader that a majority follows", 5_000, () -> steadyLeader().isPresent());
    return steadyLeader().orElseThrow();
  }

  public Optional<SimPeer> steadyLeader() {
    for (SimPeer peer : peers.values()) {
      if (peer.isLeader() && peer.core().isLeaderReady()) {
        if (Quorum.isQuorum(peer.core().configuration(), voter -> follows(voter, peer))) {
          return Optional.of(peer);
        }
      }
    }
    return Optional.empty();
  }

  private boolean follows(PeerId voter, SimPeer leader) {
    SimPeer peer = peer(voter.value());
    return peer.isUp()
        && peer.core().currentTerm() == leader.core().currentTerm()
        && peer.core().leader().equals(Optional.of(leader.id()));
  }

  /** Asks a peer to change the members. */
  public Change change(SimPeer leader, MembershipChange wanted) {
    Change change = new Change();
    if (!leader.node().execute(() -> leader.node().changeMembership(wanted, change))) {
      change.failed(new ProposalFailure.Busy("mailbox"));
    }
    return change;
  }

  /** Brings a change about, whoever leads, within 20 virtual seconds. */
  public Configuration reconfigure(MembershipChange wanted) {
    long until = clock.now() + TimeUnit.SECONDS.toNanos(20);
    String last = "no leader";
    while (clock.now() < until) {
      Optional<SimPeer> leader = steadyLeader();
      if (leader.isEmpty()) {
        runMillis(20);
        continue;
      }
      Change change = change(leader.get(), wanted);
      long giveUp = clock.now() + TimeUnit.SECONDS.toNanos(5);
      while (!change.isOver() && clock.now() < giveUp) {
        clock.stepUntil(Math.min(giveUp, clock.now() + 1_000_000));
      }
      if (change.changed().isPresent()) {
        return change.changed().get();
      }
      last = String.valueOf(change.failure());
      runMillis(50);
    }
    throw new AssertionError(
        "seed " + seed + ": " + wanted + " fails: " + last + "\n" + describe());
  }

  public Outcome propose(SimPeer to, String command) {
    return propose(to, command.getBytes(StandardCharsets.UTF_8));
  }

  public Outcome propose(SimPeer to, byte[] command) {
    Outcome outcome = new Outcome();
    if (!to.node().execute(() -> to.node().propose(command, outcome))) {
      outcome.failed(new ProposalFailure.Busy("mailbox"));
    }
    return outcome;
  }

  /**
   * Gets a command committed, trying whoever leads, within 10 virtual seconds.
   *
   * @param appliedOn how many peers must have applied it
   */
  public EntryId agree(String command, int appliedOn) {
    long until = clock.now() + TimeUnit.SECONDS.toNanos(10);
    while (clock.now() < until) {
      Optional<SimPeer> leader = steadyLeader();
      if (leader.isEmpty()) {
        runMillis(20);
        continue;
      }
      Outcome outcome = propose(leader.get(), command);
      long giveUp = clock.now() + TimeUnit.SECONDS.toNanos(2);
      while (!outcome.isOver() && clock.now() < giveUp) {
        clock.stepUntil(Math.min(giveUp, clock.now() + 1_000_000));
      }
      if (outcome.applied().isPresent()) {
        EntryId id = outcome.applied().get();
        runUntil(
            command + " applied on " + appliedOn,
            10_000,
            () ->
                peers.values().stream()
                        .filter(SimPeer::isUp)
                        .filter(peer -> peer.core().appliedIndex() >= id.index())
                        .count()
                    >= appliedOn);
        return id;
      }
    }
    throw new AssertionError("seed " + seed + ": no agreement on " + command + "\n" + describe());
  }

  /** Cuts a peer off from all others. */
  public void isolate(SimPeer one) {
    others(one).forEach(other -> network.cut(one.id(), other.id()));
  }

  public void reconnect(SimPeer one) {
    others(one).forEach(other -> network.heal(one.id(), other.id()));
  }

  /** Keeps only the links inside each group. */
  public void partition(List<List<SimPeer>> groups) {
    network.healAll();
    for (List<SimPeer> group : groups) {
      for (SimPeer inside : group) {
        for (SimPeer outside : peers.values()) {
          if (!group.contains(outside)) {
            network.cut(inside.id(), outside.id());
          }
        }
      }
    }
  }
}
