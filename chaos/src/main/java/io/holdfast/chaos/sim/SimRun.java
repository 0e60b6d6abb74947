package io.holdfast.chaos.sim;

import io.holdfast.checker.history.History;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.core.RaftCore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One run of the simulation: a phase in which everything may fail and nothing may go wrong, then a
 * phase in which a majority is sound and everything must come to rest, then the judgement over what
 * the clients saw. Without static state; each run is a world of its own.
 */
public final class SimRun {
  private static final long MILLI = 1_000_000;

  /** A healed majority has a leader within this time. */
  private static final long LEADER_MILLIS_MAX = 5_000;

  /** Beyond the patience of the clients: everything they began has ended by then. */
  private static final long REST_MILLIS_MAX = 30_000;

  private static final long SETTLE_MILLIS_MAX = 5_000;

  /** A client finds out that its peer is of no use, and another one, within this time. */
  private static final long WATCH_MILLIS_MAX = 20_000;

  /** It may try those first that are no members any more, or not yet. */
  private static final long WATCH_MILLIS_PER_NEWCOMER = 5_000;

  private static final long GUEST_MILLIS_MAX = 180_000;

  private final SimWorld world;
  private final Plan plan;
  private final Cluster cluster;
  private final List<Nemesis.Action> schedule;
  private final SimOptions options;
  private final long seed;
  private final @Nullable Guest guest;
  private boolean undecided;

  private SimRun(long seed, SimOptions options, @Nullable Guest guest) {
    this.seed = seed;
    this.guest = guest;
    this.options = options;
    world = new SimWorld(seed, options.tracing());
    plan = Plan.draw(world.draws(), options);
    schedule = Nemesis.schedule(world.draws(), plan);
    cluster = new Cluster(world, plan, options.kept());
  }

  /**
   * Runs one seed. Uses the calling thread alone.
   *
   * @return what became of it; the same for the same seed and options, whatever the machine
   */
  public static SimOutcome run(long seed, SimOptions options) {
    return new SimRun(seed, options, null).run();
  }

  /**
   * Runs one seed with clients of the caller's own in place of the simulator's.
   *
   * @param guest of this run alone; what it does must follow from its environment
   */
  public static SimOutcome run(long seed, SimOptions options, Guest guest) {
    return new SimRun(seed, options, guest).run();
  }

  private SimOutcome run() {
    try {
      phases();
    } catch (RuntimeException uncaught) {
      world.violate("I17", "uncaught " + uncaught);
    }
    boolean ended = world.violation().isEmpty();
    if (ended) {
      cluster.history().close();
    }
    Map<String, History> histories = cluster.history().histories();
    if (ended) {
      undecided = !new Judge(world).judge(histories);
    }
    List<String> lines = new ArrayList<>();
    lines.add(plan.toString());
    for (Nemesis.Action action : schedule) {
      if (options.kept().keepsAction(action.number())) {
        lines.add(action.toString());
      }
    }
    return new SimOutcome(
        seed,
        options,
        world.violation().orElse(null),
        undecided,
        world.hash(),
        world.events(),
        world.now(),
        cluster.history().operations(),
        cluster.history().grants(),
        cluster.invariants().committed(),
        world.coverage(),
        cluster.clients().begun(),
        lines,
        List.copyOf(world.trace()),
        histories);
  }

  /** Numbers of the faults that the seed draws with these options, for a minimiser. */
  static Set<Integer> actions(long seed, SimOptions options) {
    Draws draws = new Draws(seed);
    Set<Integer> numbers = new TreeSet<>();
    Nemesis.schedule(draws, Plan.draw(draws, options)).forEach(it -> numbers.add(it.number()));
    numbers.removeIf(it -> !options.kept().keepsAction(it));
    return numbers;
  }

  private void phases() {
    cluster.start(guest);
    new Nemesis(world, cluster, plan).carryOut(schedule, options.kept());
    if (!world.runUntil(plan.faultMillis() * MILLI)) {
      return;
    }
    world.note("nemesis", () -> "heals");
    Set<PeerHost> core = cluster.heal();
    if (!await(
        "liveness", LEADER_MILLIS_MAX, () -> leads(core), () -> "no leader: " + describe(core))) {
      return;
    }
    // Under a sound majority for a while longer.
    if (!world.runUntil(world.now() + 500 * MILLI)) {
      return;
    }
    cluster.clients().finish();
    if (!endGuest()) {
      return;
    }
    if (!await(
            "I17",
            REST_MILLIS_MAX,
            () -> cluster.clients().busy().isEmpty(),
            () -> "not at rest: " + cluster.clients().busy())
        || !await(
            "liveness",
            SETTLE_MILLIS_MAX,
            () -> agree(core),
            () -> "peers differ, or members are changing: " + describe(core))
        || !await(
            "watch",
            WATCH_MILLIS_MAX + (plan.identities() - plan.peers()) * WATCH_MILLIS_PER_NEWCOMER,
            () -> cluster.observers().missing().isEmpty(),
            () -> cluster.observers().missing().orElseThrow())) {
      return;
    }
    if (world.runUntil(world.now() + 500 * MILLI)) {
      checkStates(cluster.members(core));
      world.coverage().mark("watch: complete at the end");
    }
  }

  private boolean endGuest() {
    if (guest == null) {
      return true;
    }
    CompletableFuture<Void> drained = guest.drain();
    if (!await("I17", GUEST_MILLIS_MAX, drained::isDone, () -> "the guest did not drain")) {
      return false;
    }
    CompletableFuture<Void> finished = guest.finish();
    return await("I17", GUEST_MILLIS_MAX, finished::isDone, () -> "the guest did not finish");
  }

  private boolean await(
      String check, long millisMax, BooleanSupplier condition, Supplier<String> otherwise) {
    long until = world.now() + millisMax * MILLI;
    boolean met = condition.getAsBoolean();
    while (!met && world.violation().isEmpty() && world.now() < until) {
      world.runUntil(Math.min(until, world.now() + 5 * MILLI));
      met = condition.getAsBoolean();
    }
    if (!met && world.violation().isEmpty()) {
      world.violate(check, "within " + millisMax + " ms: " + otherwise.get());
    }
    return met && world.violation().isEmpty();
  }

  private boolean leads(Set<PeerHost> core) {
    return cluster.leader().filter(core::contains).isPresent();
  }

  /** No change of members is half done, and all of the core have applied what is committed. */
  private boolean agree(Set<PeerHost> core) {
    if (cluster.configuration().isJoint()) {
      return false;
    }
    long commit = -1;
    for (PeerHost peer : cluster.members(core)) {
      if (!peer.isUp()) {
        return false;
      }
      RaftCore node = peer.core();
      if (commit < 0) {
        commit = node.commitIndex();
      }
      if (node.commitIndex() != commit || node.appliedIndex() != commit) {
        return false;
      }
    }
    return commit >= cluster.invariants().committed();
  }

  private static String describe(Set<PeerHost> core) {
    return core.stream().map(SimRun::describe).collect(Collectors.joining("; "));
  }

  private static String describe(PeerHost peer) {
    if (!peer.isUp()) {
      return peer.id() + " is down";
    }
    RaftCore node = peer.core();
    return "%s %s term=%d vote=%s commit=%d applied=%d last=%s %s"
        .formatted(
            peer.id(),
            node.role(),
            node.currentTerm(),
            node.votedFor().map(PeerId::toString).orElse("none"),
            node.commitIndex(),
            node.appliedIndex(),
            node.lastEntry(),
            MessageText.of(node.configuration()));
  }

  private void checkStates(Set<PeerHost> core) {
    Map<Long, String> digests = new HashMap<>();
    for (PeerHost peer : core) {
      try {
        peer.machine().checkInvariants();
      } catch (IllegalStateException broken) {
        world.violate("I16", peer.id() + " has a broken lock state: " + broken.getMessage());
      }
      long applied = peer.core().appliedIndex();
      String digest = peer.machine().stateDigest();
      String known = digests.putIfAbsent(applied, digest);
      if (known != null && !known.equals(digest)) {
        world.violate("I15", peer.id() + " has another state than others had after " + applied);
      }
    }
  }
}
