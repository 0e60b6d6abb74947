package io.holdfast.chaos.sim;

import io.holdfast.client.ClientListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** The clients of a run: processes that come and go, and what goes on in them. */
final class Clients {
  private static final int FIBERS_MAX = 2;

  private final SimWorld world;
  private final Plan plan;
  private final Kept kept;
  private final ClientNetwork network;
  private final HistoryKeeper history;
  private final List<String> endpoints;
  private final List<Place> places = new ArrayList<>();
  private final Observers observers;
  private final Set<Integer> begun = new TreeSet<>();
  private boolean finishing;

  /** Where one client process runs after the other. */
  private static final class Place {
    private final int number;
    private final RandomGenerator random;
    private final PeerClock clock;
    private final int[] operations = new int[FIBERS_MAX];
    private final List<ClientFiber> fibers = new ArrayList<>();
    private ClientHost host;
    private long holdsUntilNanos;

    private Place(int number, RandomGenerator random, PeerClock clock, ClientHost none) {
      this.number = number;
      this.random = random;
      this.clock = clock;
      this.host = none;
    }
  }

  Clients(
      SimWorld world,
      Plan plan,
      Kept kept,
      ClientNetwork network,
      HistoryKeeper history,
      Observers observers,
      List<String> endpoints) {
    this.world = world;
    this.plan = plan;
    this.kept = kept;
    this.network = network;
    this.history = history;
    this.observers = observers;
    this.endpoints = endpoints;
    boolean wrong = plan.faults().contains(Fault.CLOCK_RATE);
    for (int i = 0; i < plan.clients(); i++) {
      RandomGenerator random = world.draws().of("client", i);
      long rate = Draws.between(random, -plan.clockMillionths(), plan.clockMillionths());
      PeerClock clock = new PeerClock(random.nextInt(1_000_000), wrong ? rate : 0);
      places.add(new Place(i, random, clock, newHost(i, random, clock)));
    }
  }

  private ClientHost newHost(int number, RandomGenerator random, PeerClock clock) {
    return new ClientHost(
        world,
        network,
        new ClientHost.Settings(
            number,
            endpoints,
            Duration.ofMillis(plan.client().ttlMillis()),
            Duration.ofMillis(plan.client().requestTimeoutMillis()),
            clock),
        random,
        new Marks(number));
  }

  void start() {
    places.forEach(this::begin);
  }

  private void begin(Place place) {
    int fibers = 1 + place.number % FIBERS_MAX;
    for (int i = 0; i < fibers; i++) {
      ClientFiber fiber = new ClientFiber(this, place.host, place.number * FIBERS_MAX + i);
      place.fibers.add(fiber);
      fiber.start();
    }
    observers.begin(place.host);
  }

  SimWorld world() {
    return world;
  }

  Plan plan() {
    return plan;
  }

  HistoryKeeper history() {
    return history;
  }

  Observers observers() {
    return observers;
  }

  boolean isFinishing() {
    return finishing;
  }

  /** The number of the next operation of a fiber; it goes on when the process is replaced. */
  int nextOperation(int fiber) {
    return places.get(fiber / FIBERS_MAX).operations[fiber % FIBERS_MAX]++;
  }

  boolean isLeftOut(int fiber, int operation) {
    return !kept.keepsOperation(Kept.operation(fiber, operation));
  }

  void noteBegun(int fiber, int operation) {
    begun.add(Kept.operation(fiber, operation));
  }

  void noteHold(ClientHost host, long untilNanos) {
    Place place = places.get(host.number());
    place.holdsUntilNanos = Math.max(place.holdsUntilNanos, untilNanos);
  }

  /** Whether a client means to hold a lock that it has until then. */
  boolean holdsUntil(int client, long nanos) {
    return client < places.size() && places.get(client).holdsUntilNanos >= nanos;
  }

  /** The operations that were begun, for a minimiser. */
  Set<Integer> begun() {
    return begun;
  }

  /** Nothing new is begun; what is under way ends. */
  void finish() {
    finishing = true;
    for (Place place : places) {
      place.host.resume();
    }
  }

  /** Who is not at rest; empty when all are. */
  List<String> busy() {
    List<String> busy = new ArrayList<>();
    for (Place place : places) {
      for (ClientFiber fiber : place.fibers) {
        if (!place.host.isDead() && !fiber.isIdle()) {
          busy.add(fiber.toString());
        }
      }
    }
    return busy;
  }

  private Place drawn(Random choices) {
    return places.get(choices.nextInt(places.size()));
  }

  void pause(Random choices, long lastsNanos) {
    Place place = drawn(choices);
    world.note(place.host.name(), () -> "stands still for " + lastsNanos / 1_000_000 + " ms");
    place.host.pauseUntil(world.now() + lastsNanos);
  }

  void jumpClock(Random choices, long aheadNanos) {
    drawn(choices).clock.jump(world.now(), aheadNanos);
  }

  void crash(Random choices, long lastsNanos) {
    Place place = drawn(choices);
    if (place.host.isDead()) {
      return;
    }
    world.note(place.host.name(), () -> "crashes");
    place.host.crash();
    place.fibers.clear();
    place.holdsUntilNanos = 0;
    world.after(
        lastsNanos,
        () -> {
          if (!finishing) {
            place.host = newHost(place.number, place.random, place.clock);
            world.note(place.host.name(), () -> "starts again");
            begin(place);
          }
        });
  }

  /** Tells coverage what clients are told. */
  private final class Marks implements ClientListener {
    private final String name;

    private Marks(int number) {
      name = "client-" + number;
    }

    @Override
    public void disconnected(String address, String reason) {
      world.coverage().mark("client: connection lost");
      world.note(name, () -> "lost its connection to " + address + ": " + reason);
    }

    @Override
    public void sessionAtRisk(long session) {
      world.coverage().mark("client: session at risk");
    }

    @Override
    public void sessionRecovered(long session) {
      world.coverage().mark("client: session recovered");
    }

    @Override
    public void sessionLost(long session, String reason) {
      world.coverage().mark("client: session lost");
      world.note(name, () -> "lost session " + session + ": " + reason);
    }
  }
}
