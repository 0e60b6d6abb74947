package io.holdfast.cli.bench;

import io.holdfast.client.HoldfastClient;
import io.holdfast.client.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * Callers that acquire a lock, release it and begin again: as soon as the service has answered
 * (closed loop), or when the next pair is due at a given rate (open loop). In an open loop the
 * latency counts from when a pair was due, so that a stall shows in every pair that it delayed
 * instead of thinning out the load.
 */
public final class Load {
  private static final int SIGNIFICANT_DIGITS = 3;

  private final Plan plan;
  private final List<HoldfastClient> clients = new ArrayList<>();
  private final HoldWatch holds = new HoldWatch();
  private final Recorder latencies = new Recorder(SIGNIFICANT_DIGITS);
  private final List<Second> course = new ArrayList<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(Load::clockThread);
  private final long intervalNanos;
  private final String payload;
  private final LongAdder errors = new LongAdder();
  private final LongAdder violations = new LongAdder();
  private final AtomicLong lastGrantNanos = new AtomicLong();
  private final AtomicLong longestGapNanos = new AtomicLong();
  private volatile boolean ending;
  private volatile boolean counting;
  private volatile @Nullable String firstError;
  private volatile @Nullable String firstViolation;
  private final CountDownLatch running;
  private final CountDownLatch finished = new CountDownLatch(1);

  /**
   * What to do.
   *
   * @param callers loops at once, 1 or more
   * @param connections clients they share, 1 or more
   * @param locks locks they share; as many as callers gives each its own
   * @param prefix beginning of the locks' names
   * @param warmUp time before anything is counted
   * @param duration time that is counted
   * @param pairsPerSecond due in an open loop, all callers together; empty in a closed loop
   * @param payloadBytes length of the value that is published on each hold; 0 publishes none
   */
  public record Plan(
      int callers,
      int connections,
      int locks,
      String prefix,
      Duration warmUp,
      Duration duration,
      OptionalDouble pairsPerSecond,
      int payloadBytes) {
    /** A closed loop without values. */
    public Plan(
        int callers,
        int connections,
        int locks,
        String prefix,
        Duration warmUp,
        Duration duration) {
      this(callers, connections, locks, prefix, warmUp, duration, OptionalDouble.empty(), 0);
    }
  }

  /**
   * One second, or what the end of the load left of it.
   *
   * @param latencyMicros of the pairs that ended in it
   */
  public record Second(double seconds, Histogram latencyMicros) {
    public double pairsPerSecond() {
      return latencyMicros.getTotalCount() / seconds;
    }
  }

  /**
   * What was measured.
   *
   * @param latencyMicros of one acquire and release together, in microseconds
   * @param course second by second
   * @param errors callers that got an exception instead of an answer
   * @param violations locks held twice, tokens that did not grow
   * @param longestGapMillis longest time without any grant
   */
  public record Outcome(
      double seconds,
      long pairs,
      Histogram latencyMicros,
      List<Second> course,
      long errors,
      Optional<String> firstError,
      long violations,
      Optional<String> firstViolation,
      double longestGapMillis) {
    public double pairsPerSecond() {
      return pairs / seconds;
    }
  }

  /**
   * @param newClient makes one connection's client
   */
  public Load(Plan plan, Supplier<HoldfastClient> newClient) {
    this.plan = plan;
    this.running = new CountDownLatch(plan.callers());
    this.intervalNanos =
        plan.pairsPerSecond().isEmpty()
            ? 0
            : (long) (plan.callers() * 1e9 / plan.pairsPerSecond().getAsDouble());
    this.payload = "x".repeat(plan.payloadBytes());
    for (int i = 0; i < plan.connections(); i++) {
      clients.add(newClient.get());
    }
  }

  /** Hears how the load goes; called by the thread that runs it. */
  public interface Progress {
    /** Another second is over. */
    void second(double pairsPerSecond);

    /** The load is warm: from now on everything counts. */
    default void countingBegins() throws InterruptedException {}

    /** What follows does not count any more. */
    default void countingEnds() throws InterruptedException {}
  }

  /** Runs the load to its end. */
  public Outcome run(Progress progress) throws InterruptedException {
    try {
      long start = System.nanoTime();
      for (int caller = 0; caller < plan.callers(); caller++) {
        // Evenly spread over the interval, or all at once where there is none.
        next(caller, start + intervalNanos * caller / plan.callers());
      }
      if (finished.await(plan.warmUp().toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("the load was ended before it was warm");
      }
      progress.countingBegins();
      latencies.reset();
      longestGapNanos.set(0);
      counting = true;
      long began = System.nanoTime();
      awaitTelling(began, progress);
      double seconds = (System.nanoTime() - began) / 1e9;
      progress.countingEnds();
      Outcome outcome = outcome(seconds);
      ending = true;
      clock.shutdownNow().forEach(neverBegun -> running.countDown());
      running.await();
      return outcome;
    } finally {
      ending = true;
      clock.shutdownNow();
      clients.forEach(HoldfastClient::close);
    }
  }

  /** Ends the load before its time; what was measured until then counts. Any thread. */
  public void finish() {
    finished.countDown();
  }

  public HoldWatch holds() {
    return holds;
  }

  private void awaitTelling(long began, Progress progress) throws InterruptedException {
    long secondBegan = began;
    long end = began + plan.duration().toNanos();
    boolean over = false;
    while (!over) {
      long left = end - System.nanoTime();
      long slice = Math.min(left, TimeUnit.SECONDS.toNanos(1));
      over = finished.await(slice, TimeUnit.NANOSECONDS) || System.nanoTime() - end >= 0;
      long now = System.nanoTime();
      Second second = new Second((now - secondBegan) / 1e9, latencies.getIntervalHistogram());
      secondBegan = now;
      course.add(second);
      if (!over) {
        progress.second(second.pairsPerSecond());
      }
    }
  }

  private Outcome outcome(double seconds) {
    noteGap(System.nanoTime());
    Histogram all = new Histogram(SIGNIFICANT_DIGITS);
    course.forEach(second -> all.add(second.latencyMicros()));
    return new Outcome(
        seconds,
        all.getTotalCount(),
        all,
        List.copyOf(course),
        errors.sum(),
        Optional.ofNullable(firstError),
        violations.sum(),
        Optional.ofNullable(firstViolation),
        longestGapNanos.get() / 1e6);
  }

  /**
   * @param dueNanos when the pair should begin; in the past if the service kept the caller waiting
   */
  private void next(int caller, long dueNanos) {
    if (ending) {
      running.countDown();
      return;
    }
    long wait = dueNanos - System.nanoTime();
    if (wait <= 0) {
      pair(caller, dueNanos);
      return;
    }
    try {
      var unused =
          clock.schedule(() -> pairUnlessEnding(caller, dueNanos), wait, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException ended) {
      running.countDown();
    }
  }

  private void pairUnlessEnding(int caller, long dueNanos) {
    if (ending) {
      running.countDown();
    } else {
      pair(caller, dueNanos);
    }
  }

  private void pair(int caller, long dueNanos) {
    HoldfastClient client = clients.get(caller % clients.size());
    String name = plan.prefix() + (caller % plan.locks());
    CompletableFuture<Void> pair =
        client.lock(name).acquireAsync().thenCompose(this::publish).thenCompose(this::release);
    var unused =
        pair.whenComplete(
            (done, failure) -> {
              long now = System.nanoTime();
              if (failure == null) {
                count(now - dueNanos);
              } else {
                fail(failure);
              }
              next(caller, intervalNanos == 0 ? System.nanoTime() : dueNanos + intervalNanos);
            });
  }

  private CompletableFuture<Lease> publish(Lease lease) {
    return payload.isEmpty()
        ? CompletableFuture.completedFuture(lease)
        : lease.publishAsync(payload).thenApply(published -> lease);
  }

  private CompletableFuture<Void> release(Lease lease) {
    noteGap(System.nanoTime());
    holds.granted(lease).ifPresent(this::violate);
    holds.releasing(lease);
    return lease.releaseAsync();
  }

  private void noteGap(long now) {
    long before = lastGrantNanos.getAndSet(now);
    if (before != 0 && counting) {
      longestGapNanos.accumulateAndGet(now - before, Math::max);
    }
  }

  private void count(long nanos) {
    latencies.recordValue(Math.max(1, nanos / 1_000));
  }

  private void fail(Throwable failure) {
    errors.increment();
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (firstError == null) {
      firstError = cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }
  }

  private static Thread clockThread(Runnable work) {
    Thread thread = new Thread(work, "holdfast-bench-clock");
    thread.setDaemon(true);
    return thread;
  }

  private void violate(String what) {
    violations.increment();
    if (firstViolation == null) {
      firstViolation = what;
    }
  }
}
