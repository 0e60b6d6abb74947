package io.holdfast.chaos.run;

import io.holdfast.chaos.workload.ClientOptions;
import io.holdfast.chaos.workload.Environment;
import io.holdfast.chaos.workload.HttpCaller;
import io.holdfast.chaos.workload.TestClient;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** One thread for all workloads, real time, real clients. */
final class RealEnvironment implements Environment, AutoCloseable {
  private final long originNanos = System.nanoTime();
  private final ScheduledThreadPoolExecutor loop;
  private final List<String> addresses;
  private final RandomGenerator random;
  private final HttpCaller http;
  private final Consumer<Throwable> broken;

  /**
   * @param broken told when a task of a workload throws, which is a defect
   */
  RealEnvironment(List<String> addresses, long seed, Consumer<Throwable> broken) {
    this.addresses = List.copyOf(addresses);
    this.random = new SplittableRandom(seed);
    this.broken = broken;
    this.loop = new ScheduledThreadPoolExecutor(1, RealEnvironment::thread);
    this.loop.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    this.http = new RealHttpCaller(this.addresses, this::execute);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "chaos-workloads");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public long nowNanos() {
    return System.nanoTime() - originNanos;
  }

  @Override
  public void after(long delayNanos, Runnable task) {
    try {
      var unused = loop.schedule(() -> guarded(task), delayNanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException ended) {
      // The run is over; what was still to come does not matter.
    }
  }

  private void execute(Runnable task) {
    try {
      loop.execute(() -> guarded(task));
    } catch (RejectedExecutionException ended) {
      // The run is over.
    }
  }

  private void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error thrown) {
      broken.accept(thrown);
    }
  }

  /** Runs something as a task and waits for what it returns. */
  <T> T inside(Supplier<T> task) throws InterruptedException {
    CompletableFuture<T> result = new CompletableFuture<>();
    execute(
        () -> {
          try {
            result.complete(task.get());
          } catch (RuntimeException | Error thrown) {
            result.completeExceptionally(thrown);
          }
        });
    try {
      return result.get();
    } catch (ExecutionException failed) {
      throw new IllegalStateException("a workload failed", failed.getCause());
    }
  }

  /**
   * Starts something as a task and waits for its end.
   *
   * @return whether it ended in time
   */
  boolean await(Supplier<CompletableFuture<Void>> task, long millis) throws InterruptedException {
    CompletableFuture<Void> future = inside(task);
    try {
      future.get(millis, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException late) {
      return false;
    } catch (ExecutionException failed) {
      broken.accept(failed.getCause());
      return true;
    }
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public TestClient newClient(ClientOptions options) {
    return new RealTestClient(addresses, options, this::execute);
  }

  @Override
  public Optional<HttpCaller> http() {
    return Optional.of(http);
  }

  @Override
  public void close() {
    loop.shutdownNow();
  }
}
