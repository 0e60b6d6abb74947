package io.holdfast.chaos.workload;

import io.holdfast.chaos.workload.Caller.Held;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * After healing every lock must be had by a newcomer within the TTL of those who may hold it still,
 * and a bound: liveness.
 */
final class FinalAcquires {
  /** On top of twice the TTL; an election and a client's reconnection fit in it many times. */
  private static final Duration BOUND = Duration.ofSeconds(15);

  private final WorkloadContext context;
  private final String workload;

  FinalAcquires(WorkloadContext context, String workload) {
    this.context = context;
    this.workload = workload;
  }

  /** Acquires, reads and releases each lock in turn. */
  CompletableFuture<Void> all(Caller caller, List<String> locks) {
    CompletableFuture<Void> chain = CompletableFuture.completedFuture(null);
    for (String lock : locks) {
      chain = chain.thenCompose(done -> one(caller, lock));
    }
    return chain;
  }

  private CompletableFuture<Void> one(Caller caller, String lock) {
    Duration wait = context.load().sessionTtl().multipliedBy(2).plus(BOUND);
    return caller
        .acquire(LockWish.exclusive(lock, caller.owner(), wait))
        .thenCompose(held -> seen(caller, lock, wait, held));
  }

  private CompletableFuture<Void> seen(
      Caller caller, String lock, Duration wait, Optional<Held> held) {
    if (held.isEmpty()) {
      context
          .problems()
          .add(
              new Problems.Problem(
                  workload,
                  context.environment().nowNanos(),
                  "lock "
                      + lock
                      + " could not be had within "
                      + wait.toSeconds()
                      + " s after everything was healed"));
      return CompletableFuture.completedFuture(null);
    }
    return caller.read(lock).thenCompose(read -> caller.release(held.get()));
  }
}
