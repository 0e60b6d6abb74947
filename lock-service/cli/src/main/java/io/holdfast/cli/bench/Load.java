package io.holdfast.cli.bench;

import io.holdfast.client.HoldfastClient;
import io.holdfast.client.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * A closed loop: each of a number of callers acquires a lock, releases it, and begins again as soon
 * as the service has answered.
 */
public final class Load {
  private static final int SIGNIFICANT_DIGITS = 3;

  private final Plan plan;
  private final List<HoldfastClient> clients = new ArrayList<>();
  private final HoldWatch holds = new HoldWatch();
  private final Recorder latencies = new Recorder(SIGNIFICANT_DIGITS);
  private final LongAdder pairs = new LongAdder();
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
   */
  public record Plan(
      int callers, int connections, int locks, String prefix, Duration warmUp, Duration duration) {}

  /**
   * What was measured.
   *
   * @param latencyMicros of one acquire and release together, in microseconds
   * @param errors callers that got an exception instead of an answer
   * @param violations locks held twice, tokens that did not grow
   * @param longestGapMillis longest time without any grant
   */
  public record Outcome(
      double seconds,
      long pairs,
      Histogram latencyMicros,
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
    for (int i = 0; i < plan.connections(); i++) {
      clients.add(newClient.get());
    }
  }

  /**
   * Runs the load to its end.
   *
   * @param progress told once a second what the rate of that second was
   */
  public Outcome run(Consumer<Double> progress) throws InterruptedException {
    try {
      for (int caller = 0; caller < plan.callers(); caller++) {
        next(caller);
      }
      if (finished.await(plan.warmUp().toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("the load was ended before it was warm");
      }
      latencies.reset();
      pairs.reset();
      longestGapNanos.set(0);
      counting = true;
      long began = System.nanoTime();
      awaitTelling(began, progress);
      double seconds = (System.nanoTime() - began) / 1e9;
      Outcome outcome = outcome(seconds);
      ending = true;
      running.await();
      return outcome;
    } finally {
      ending = true;
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

  private void awaitTelling(long began, Consumer<Double> progress) throws InterruptedException {
    long told = 0;
    long end = began + plan.duration().toNanos();
    while (true) {
      long left = end - System.nanoTime();
      long slice = Math.min(left, TimeUnit.SECONDS.toNanos(1));
      if (left <= 0 || finished.await(slice, TimeUnit.NANOSECONDS)) {
        return;
      }
      long now = pairs.sum();
      progress.accept((double) (now - told));
      told = now;
    }
  }

  private Outcome outcome(double seconds) {
    noteGap(System.nanoTime());
    return new Outcome(
        seconds,
        pairs.sum(),
        latencies.getIntervalHistogram(),
        errors.sum(),
        Optional.ofNullable(firstError),
        violations.sum(),
        Optional.ofNullable(firstViolation),
        longestGapNanos.get() / 1e6);
  }

  private void next(int caller) {
    if (ending) {
      running.countDown();
      return;
    }
    long began = System.nanoTime();
    HoldfastClient client = clients.get(caller % clients.size());
    String name = plan.prefix() + (caller % plan.locks());
    CompletableFuture<Void> pair = client.lock(name).acquireAsync().thenCompose(this::release);
    var unused =
        pair.whenComplete(
            (done, failure) -> {
              if (failure == null) {
                count(System.nanoTime() - began);
              } else {
                fail(failure);
              }
              next(caller);
            });
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
    pairs.increment();
    latencies.recordValue(Math.max(1, nanos / 1_000));
  }

  private void fail(Throwable failure) {
    errors.increment();
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (firstError == null) {
      firstError = cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }
  }

  private void violate(String what) {
    violations.increment();
    if (firstViolation == null) {
      firstViolation = what;
    }
  }
}
