package io.holdfast.chaos.workload;

import io.holdfast.chaos.workload.Caller.Held;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * Locks that several may hold at once: shared and exclusive, or permits of a semaphore.
 *
 * <p>Their models know no leases, so holds must end by a release alone: sessions live long here,
 * and holds are short.
 *
 * @param permits all permits of the semaphores; 0 for shared and exclusive locks
 */
record SharedWorkload(String name, String description, int permits) implements Workload {
  private static final int LOCKS = 2;
  private static final int USES_MAX = 40;
  private static final long WAIT_MILLIS_MAX = 2_000;
  private static final long HOLD_MILLIS_MAX = 40;
  private static final Duration TTL_MIN = Duration.ofSeconds(20);

  @Override
  public List<Judgement> judgements() {
    return List.of(new Judgement.ByModel("", permits == 0 ? "rw-lock" : "semaphore:" + permits));
  }

  @Override
  public Running start(WorkloadContext context) {
    Loops loops = new Loops(context, name);
    KeyRing keys = new KeyRing(context.prefix(), LOCKS, USES_MAX);
    Duration asked = context.load().sessionTtl();
    Duration ttl = asked.compareTo(TTL_MIN) < 0 ? TTL_MIN : asked;
    List<Caller> callers = new ArrayList<>();
    for (int client = 0; client < context.load().clients(); client++) {
      Caller caller = new Caller(context, Drivers.java(context, "client-" + client, ttl));
      callers.add(caller);
      loops.repeat(() -> round(context, loops, keys, caller), 2);
    }
    return new Running() {
      @Override
      public CompletableFuture<Void> drain() {
        return loops.drain();
      }

      @Override
      public CompletableFuture<Void> finish() {
        List<String> last = List.of(keys.name(0) + ".last", keys.name(1) + ".last");
        return new FinalAcquires(context, name)
            .all(callers.get(0), permits == 0 ? last : List.of())
            .thenCompose(done -> Caller.closeAll(callers.stream()));
      }
    };
  }

  private CompletableFuture<Void> round(
      WorkloadContext context, Loops loops, KeyRing keys, Caller caller) {
    RandomGenerator random = context.environment().random();
    int slot = random.nextInt(LOCKS);
    String lock = keys.use(slot);
    long unknownBefore = caller.unknown();
    return caller
        .acquire(wish(random, lock, caller.owner()))
        .thenCompose(held -> use(context, loops, caller, held))
        .thenApply(
            done -> {
              if (caller.unknown() > unknownBefore) {
                keys.renew(slot, lock);
              }
              return null;
            });
  }

  private LockWish wish(RandomGenerator random, String lock, String owner) {
    Duration patience = Duration.ofMillis(1 + random.nextLong(WAIT_MILLIS_MAX));
    if (permits > 0) {
      return LockWish.permits(lock, owner, 1 + random.nextInt(2), permits, patience);
    }
    Duration mayTry = random.nextInt(6) == 0 ? Duration.ZERO : patience;
    return random.nextInt(3) == 0
        ? LockWish.exclusive(lock, owner, mayTry)
        : LockWish.shared(lock, owner, mayTry);
  }

  private static CompletableFuture<Void> use(
      WorkloadContext context, Loops loops, Caller caller, Optional<Held> held) {
    if (held.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    long holdNanos = context.environment().random().nextLong(HOLD_MILLIS_MAX * 1_000_000);
    return loops.pause(holdNanos).thenCompose(over -> caller.release(held.get()));
  }
}
