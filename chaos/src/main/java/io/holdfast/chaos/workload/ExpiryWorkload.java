package io.holdfast.chaos.workload;

import io.holdfast.chaos.workload.Caller.Held;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Clients that take a lock and die, and heirs that wait for it. */
record ExpiryWorkload() implements Workload {
  private static final Duration TTL_MAX = Duration.ofSeconds(2);
  private static final Duration BOUND = Duration.ofSeconds(10);

  @Override
  public String name() {
    return "session-expiry";
  }

  @Override
  public String description() {
    return "Clients take a lock and die; heirs get it after the TTL, not before, and after the"
        + " healing not much later.";
  }

  @Override
  public List<Judgement> judgements() {
    return List.of(new Judgement.ByModel("", "leased-lock"));
  }

  @Override
  public double leastTraffic() {
    return 0.005;
  }

  @Override
  public Running start(WorkloadContext context) {
    return new Deaths(context);
  }

  private final class Deaths implements Running {
    private final WorkloadContext context;
    private final Loops loops;
    private final Duration ttl;
    private final List<Caller> heirs = new ArrayList<>();
    private int deaths;

    Deaths(WorkloadContext context) {
      this.context = context;
      this.loops = new Loops(context, name());
      Duration asked = context.load().sessionTtl();
      this.ttl = asked.compareTo(TTL_MAX) > 0 ? TTL_MAX : asked;
      for (int number = 0; number < context.load().clients(); number++) {
        String lock = context.prefix() + number;
        Caller heir = new Caller(context, Drivers.java(context, "heir-" + number, ttl));
        heirs.add(heir);
        loops.repeat(() -> round(heir, lock, patience()), 3);
      }
    }

    private Duration patience() {
      return ttl.multipliedBy(3);
    }

    private CompletableFuture<Void> round(Caller heir, String lock, Duration patience) {
      Caller victim = new Caller(context, Drivers.java(context, "victim-" + deaths++, ttl));
      return victim
          .acquire(LockWish.exclusive(lock, victim.owner(), patience))
          .thenCompose(
              held -> {
                victim.driver().crash();
                return inherit(heir, lock, patience);
              })
          .thenCompose(
              inherited ->
                  inherited.isPresent()
                      ? heir.release(inherited.get())
                      : CompletableFuture.completedFuture(null));
    }

    private CompletableFuture<Optional<Held>> inherit(Caller heir, String lock, Duration patience) {
      return heir.acquire(LockWish.exclusive(lock, heir.owner(), patience));
    }

    @Override
    public CompletableFuture<Void> drain() {
      return loops.drain();
    }

    /** One more death, with nothing in the way of the inheritance. */
    @Override
    public CompletableFuture<Void> finish() {
      Caller heir = heirs.get(0);
      Caller victim = new Caller(context, Drivers.java(context, "last-victim", ttl));
      String lock = context.prefix() + "last";
      Duration patience = ttl.multipliedBy(2).plus(BOUND);
      return victim
          .acquire(LockWish.exclusive(lock, victim.owner(), patience))
          .thenCompose(
              held -> {
                victim.driver().crash();
                return inherit(heir, lock, patience);
              })
          .thenCompose(inherited -> inherited.isPresent() ? heir.release(inherited.get()) : late())
          .thenCompose(done -> Caller.closeAll(heirs.stream()));
    }

    private CompletableFuture<Void> late() {
      context
          .problems()
          .add(
              new Problems.Problem(
                  name(),
                  context.environment().nowNanos(),
                  "the lock of a client that died was not granted to its heir within twice the TTL"
                      + " and 10 s, with everything healed"));
      return CompletableFuture.completedFuture(null);
    }
  }
}
