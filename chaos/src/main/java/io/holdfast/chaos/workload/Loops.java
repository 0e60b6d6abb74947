package io.holdfast.chaos.workload;

import io.holdfast.chaos.history.Outcomes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Rounds of sequential clients, each begun at its time, until they are told to end. */
final class Loops {
  private final WorkloadContext context;
  private final String workload;
  private final List<CompletableFuture<Void>> ends = new ArrayList<>();
  private boolean draining;

  Loops(WorkloadContext context, String workload) {
    this.context = context;
    this.workload = workload;
  }

  /** Whether no new round will begin. */
  boolean isDraining() {
    return draining;
  }

  /**
   * Repeats rounds.
   *
   * @param round one round; completes when it is over
   * @param operations about how many operations a round has, by which the rate is kept
   */
  void repeat(Supplier<CompletableFuture<Void>> round, double operations) {
    CompletableFuture<Void> end = new CompletableFuture<>();
    ends.add(end);
    WorkloadContext.Load load = context.load();
    long intervalNanos = (long) (1e9 * operations * load.clients() / load.rate());
    long first = context.environment().random().nextLong(Math.max(1, intervalNanos));
    context.environment().after(first, () -> begin(round, intervalNanos, end));
  }

  private void begin(
      Supplier<CompletableFuture<Void>> round, long intervalNanos, CompletableFuture<Void> end) {
    if (draining) {
      end.complete(null);
      return;
    }
    long began = context.environment().nowNanos();
    CompletableFuture<Void> unused =
        run(round)
            .handle(
                (done, failure) -> {
                  if (failure != null) {
                    broken(failure);
                  }
                  double jitter = 0.5 + context.environment().random().nextDouble();
                  long spent = context.environment().nowNanos() - began;
                  long rest = Math.max(0, (long) (intervalNanos * jitter) - spent);
                  context.environment().after(rest, () -> begin(round, intervalNanos, end));
                  return null;
                });
  }

  private static CompletableFuture<Void> run(Supplier<CompletableFuture<Void>> round) {
    try {
      return round.get();
    } catch (RuntimeException thrown) {
      return CompletableFuture.failedFuture(thrown);
    }
  }

  /** Whatever clients may see of faults is caught where it happens; this is a defect. */
  private void broken(Throwable failure) {
    Outcomes.Failure told = Outcomes.failure(failure);
    context
        .problems()
        .add(
            new Problems.Problem(
                workload,
                context.environment().nowNanos(),
                "a round ended with " + told.error() + ": " + told.message()));
  }

  /** Begins no more; completes when all rounds under way are over. */
  CompletableFuture<Void> drain() {
    draining = true;
    return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new));
  }

  /** Waits. */
  CompletableFuture<Void> pause(long nanos) {
    CompletableFuture<Void> over = new CompletableFuture<>();
    context.environment().after(nanos, () -> over.complete(null));
    return over;
  }
}
