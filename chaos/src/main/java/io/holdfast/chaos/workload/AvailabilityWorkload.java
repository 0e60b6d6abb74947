package io.holdfast.chaos.workload;

import io.holdfast.chaos.workload.Caller.Held;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Clients that take and give back a lock of their own, so that nothing but the cluster is slow. */
record AvailabilityWorkload() implements Workload {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final double OPERATIONS_PER_ROUND = 2;

  @Override
  public String name() {
    return "availability";
  }

  @Override
  public String description() {
    return "Clients take locks that nobody else wants: while a fault leaves a majority of the peers"
        + " alone, the longest time without a grant is "
        + Availability.BOUND.toSeconds()
        + " s.";
  }

  @Override
  public boolean dependsOnSpeed() {
    return true;
  }

  @Override
  public List<Judgement> judgements() {
    return List.of(
        new Judgement.ByModel("", "leased-lock"),
        new Judgement.ByCheck("", "availability", Availability::violations));
  }

  @Override
  public Running start(WorkloadContext context) {
    return new Asking(context);
  }

  private final class Asking implements Running {
    private final Loops loops;
    private final KeyRing locks;
    private final List<Caller> callers = new ArrayList<>();

    Asking(WorkloadContext context) {
      this.loops = new Loops(context, name());
      int clients = context.load().clients();
      this.locks = new KeyRing(context.prefix(), clients, Integer.MAX_VALUE);
      for (int client = 0; client < clients; client++) {
        Caller caller =
            new Caller(
                context, Drivers.java(context, "client-" + client, context.load().sessionTtl()));
        int slot = client;
        callers.add(caller);
        loops.repeat(() -> round(caller, slot), OPERATIONS_PER_ROUND);
      }
    }

    /** A lock that may be held still, by the client's own lost attempt, is left to itself. */
    private CompletableFuture<Void> round(Caller caller, int slot) {
      String lock = locks.use(slot);
      long unknownBefore = caller.unknown();
      return caller
          .acquire(LockWish.exclusive(lock, caller.owner(), PATIENCE))
          .thenCompose(held -> giveBack(caller, held))
          .thenAccept(
              done -> {
                if (caller.unknown() > unknownBefore) {
                  locks.renew(slot, lock);
                }
              });
    }

    private static CompletableFuture<Void> giveBack(Caller caller, Optional<Held> held) {
      return held.isPresent()
          ? caller.release(held.get())
          : CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> drain() {
      return loops.drain();
    }

    @Override
    public CompletableFuture<Void> finish() {
      return Caller.closeAll(callers.stream());
    }
  }
}
