package io.holdfast.chaos.workload;

import io.holdfast.chaos.workload.Caller.Held;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * Clients that compete for a few exclusive locks, in several moods.
 *
 * @param manner what they do besides
 */
record ExclusiveWorkload(String name, String description, Manner manner) implements Workload {
  private static final int LOCKS = 3;
  private static final double OPERATIONS_PER_ROUND = 2;
  private static final long WAIT_MILLIS_MAX = 2_000;
  private static final long HOLD_MILLIS_MAX = 15;
  private static final long NANOS_PER_MILLI = 1_000_000;

  /**
   * What clients do besides acquiring and releasing; parts of all rounds, from 0 to 1.
   *
   * @param http by plain HTTP instead of the Java client
   * @param reads rounds that only read who holds a lock
   * @param longHolds rounds that hold for about a TTL, and say meanwhile that they are certain to
   * @param pauses holds during which the client is paused for longer than its TTL
   * @param crashes holds during which the client dies
   */
  record Manner(boolean http, double reads, double longHolds, double pauses, double crashes) {}

  @Override
  public List<Judgement> judgements() {
    return List.of(new Judgement.ByModel("", "leased-lock"));
  }

  @Override
  public boolean needsHttp() {
    return manner.http();
  }

  @Override
  public double leastTraffic() {
    return manner.longHolds() + manner.pauses() > 0 ? 0.01 : 0.05;
  }

  @Override
  public Running start(WorkloadContext context) {
    return new Competition(this, context);
  }

  private static final class Competition implements Running {
    private final ExclusiveWorkload workload;
    private final WorkloadContext context;
    private final Loops loops;
    private final KeyRing keys;
    private final List<Competitor> competitors = new ArrayList<>();

    Competition(ExclusiveWorkload workload, WorkloadContext context) {
      this.workload = workload;
      this.context = context;
      this.loops = new Loops(context, workload.name());
      this.keys = new KeyRing(context.prefix(), LOCKS, Integer.MAX_VALUE);
      for (int client = 0; client < context.load().clients(); client++) {
        Competitor competitor = new Competitor(client);
        competitors.add(competitor);
        loops.repeat(competitor::round, OPERATIONS_PER_ROUND);
      }
    }

    @Override
    public CompletableFuture<Void> drain() {
      return loops.drain();
    }

    @Override
    public CompletableFuture<Void> finish() {
      Caller last = new Caller(context, newDriver("last"));
      List<String> locks = new ArrayList<>();
      for (int slot = 0; slot < keys.slots(); slot++) {
        locks.add(keys.name(slot));
      }
      return new FinalAcquires(context, workload.name())
          .all(last, locks)
          .thenCompose(done -> last.driver().close())
          .thenCompose(
              done -> Caller.closeAll(competitors.stream().map(competitor -> competitor.caller)));
    }

    private LockDriver newDriver(String name) {
      return Drivers.make(context, name, context.load().sessionTtl(), workload.manner.http());
    }

    private final class Competitor {
      private final int number;
      private Caller caller;

      Competitor(int number) {
        this.number = number;
        this.caller = new Caller(context, newDriver("client-" + number));
      }

      CompletableFuture<Void> round() {
        RandomGenerator random = context.environment().random();
        String lock = keys.use(random.nextInt(LOCKS));
        if (random.nextDouble() < workload.manner.reads()) {
          return caller.read(lock);
        }
        boolean tries = random.nextInt(5) == 0;
        Duration wait =
            tries ? Duration.ZERO : Duration.ofMillis(1 + random.nextLong(WAIT_MILLIS_MAX));
        return caller
            .acquire(LockWish.exclusive(lock, caller.owner(), wait))
            .thenCompose(held -> held.isPresent() ? use(held.get()) : nothing());
      }

      private CompletableFuture<Void> use(Held held) {
        RandomGenerator random = context.environment().random();
        Manner manner = workload.manner;
        double drawn = random.nextDouble();
        if (drawn < manner.crashes()) {
          caller.driver().crash();
          caller = new Caller(context, newDriver("client-" + number));
          return nothing();
        }
        drawn -= manner.crashes();
        long ttlNanos = context.load().sessionTtl().toNanos();
        if (drawn < manner.pauses()) {
          long nanos = ttlNanos + random.nextLong(ttlNanos / 2);
          caller.driver().pause(nanos);
          return loops.pause(nanos + NANOS_PER_MILLI).thenCompose(over -> giveBack(held));
        }
        drawn -= manner.pauses();
        if (drawn < manner.longHolds()) {
          return hold(held, ttlNanos / 2 + random.nextLong(ttlNanos));
        }
        return loops
            .pause(random.nextLong(HOLD_MILLIS_MAX * NANOS_PER_MILLI))
            .thenCompose(over -> caller.release(held));
      }

      /** Says from time to time that the hold is certain, as a careful application would check. */
      private CompletableFuture<Void> hold(Held held, long leftNanos) {
        if (!caller.certify(held)) {
          return giveBack(held);
        }
        if (leftNanos <= 0 || loops.isDraining()) {
          return caller.release(held);
        }
        long stepNanos = context.load().sessionTtl().toNanos() / 5;
        return loops.pause(stepNanos).thenCompose(over -> hold(held, leftNanos - stepNanos));
      }

      /** A lost lease needs no release; whoever has lost one goes on as somebody else. */
      private CompletableFuture<Void> giveBack(Held held) {
        if (held.hold().remainingNanos() > 0) {
          return caller.release(held);
        }
        caller.becomeAnother();
        return nothing();
      }
    }

    private static CompletableFuture<Void> nothing() {
      return CompletableFuture.completedFuture(null);
    }
  }
}
