package io.holdfast.client;

import io.holdfast.client.internal.Acquisition;
import io.holdfast.client.internal.Acquisition.Wish;
import io.holdfast.client.internal.CallFailure;
import io.holdfast.client.internal.Completion;
import io.holdfast.client.internal.LeaseCore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One wish of the application, waited for or as a future. Whoever stops waiting, by an interrupt or
 * by completing the future, withdraws the wish; what was granted all the same is given back.
 *
 * @param <L> what the application gets: a lease or a group of them
 */
final class Competition<L> {
  private final DistributedLock.Context context;
  private final Wish wish;
  private final Function<List<Lease>, L> join;
  private final Consumer<L> giveBack;

  Competition(
      DistributedLock.Context context,
      Wish wish,
      Function<List<Lease>, L> join,
      Consumer<L> giveBack) {
    this.context = context;
    this.wish = wish;
    this.join = join;
    this.giveBack = giveBack;
  }

  /** The result as the application sees it; nothing when it was not granted in time. */
  private Optional<L> joined(List<LeaseCore> cores) {
    return cores.isEmpty()
        ? Optional.empty()
        : Optional.of(
            join.apply(cores.stream().map(core -> new Lease(context.calls(), core)).toList()));
  }

  Optional<L> await() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted before " + wish.locks() + " was asked for");
    }
    Attempt attempt = new Attempt();
    context.calls().inside(attempt::start);
    try {
      return joined(Calls.get(attempt.found));
    } catch (InterruptedException interrupted) {
      context.calls().inside(attempt::abandon);
      throw interrupted;
    }
  }

  private Acquisition begin(Completion<List<LeaseCore>> completion) {
    return context.core().acquire(context.session(), wish, completion);
  }

  /** A synchronous acquire. */
  private final class Attempt {
    private final CompletableFuture<List<LeaseCore>> found = new CompletableFuture<>();
    private @Nullable Acquisition acquisition;

    void start() {
      acquisition = begin(Calls.completing(found, Failures::exception));
    }

    /** Inside the core, so that nothing is granted meanwhile. */
    void abandon() {
      if (acquisition != null) {
        acquisition.withdraw();
      }
      if (found.isDone() && !found.isCompletedExceptionally()) {
        joined(found.join()).ifPresent(giveBack);
      }
    }
  }

  /**
   * Without waiting.
   *
   * @param result what the future gets; may throw {@link AcquireTimeoutException}
   */
  <R> CompletableFuture<R> start(Function<Optional<L>, ? extends R> result) {
    CompletableFuture<R> future = new CompletableFuture<>();
    AtomicReference<@Nullable Acquisition> acquisition = new AtomicReference<>();
    Completion<List<LeaseCore>> completion =
        new Completion<>() {
          @Override
          public void succeeded(List<LeaseCore> cores) {
            context.calls().outside(() -> hand(joined(cores), result, future));
          }

          @Override
          public void failed(CallFailure failure) {
            context
                .calls()
                .outside(() -> future.completeExceptionally(Failures.exception(failure)));
          }
        };
    context.calls().inside(() -> acquisition.set(begin(completion)));
    CompletableFuture<R> unused = future.whenComplete((ignored, failure) -> withdraw(acquisition));
    return future;
  }

  /** Without effect on an acquisition that has its end, so it may be called in every case. */
  private void withdraw(AtomicReference<@Nullable Acquisition> acquisition) {
    context
        .calls()
        .inside(
            () -> {
              Acquisition known = acquisition.get();
              if (known != null) {
                known.withdraw();
              }
            });
  }

  private <R> void hand(
      Optional<L> found, Function<Optional<L>, ? extends R> result, CompletableFuture<R> future) {
    boolean taken;
    try {
      taken = future.complete(result.apply(found));
    } catch (AcquireTimeoutException timeout) {
      taken = future.completeExceptionally(timeout);
    }
    if (!taken) {
      found.ifPresent(giveBack);
    }
  }
}
