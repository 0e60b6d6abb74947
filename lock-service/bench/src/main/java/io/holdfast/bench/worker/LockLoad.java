package io.holdfast.bench.worker;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * A closed loop on a thread for each client: acquire, release, again. The same for every system, by
 * the blocking calls an application would use.
 */
final class LockLoad implements AutoCloseable {
  private static final long PAUSE_AFTER_ERROR_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long END_PATIENCE_MILLIS = 60_000;

  private final LockSystem system;
  private final LockSystem.Clients clients;
  private final Recorder latencies = new Recorder(Measured.SIGNIFICANT_DIGITS);
  private final Exclusion exclusion = new Exclusion();
  private final LongAdder errors = new LongAdder();
  private final AtomicReference<@Nullable String> firstError = new AtomicReference<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Runnable onGrant;
  private volatile boolean ending;

  /**
   * Opens the clients and begins.
   *
   * @param locks number of locks they share
   * @param onGrant called by the client's thread when it was granted the lock
   */
  LockLoad(LockSystem system, int count, int locks, String prefix, Runnable onGrant)
      throws Exception {
    this.system = system;
    this.onGrant = onGrant;
    this.clients = system.open(count);
    for (int i = 0; i < count; i++) {
      String lock = prefix + (i % locks);
      LockClient client = clients.client(i, lock);
      AtomicReference<@Nullable Object> holder = exclusion.holderOf(lock);
      threads.add(new Thread(() -> loop(client, holder), "client-" + i));
    }
    threads.forEach(Thread::start);
  }

  /**
   * Warms up, then measures.
   *
   * @param warmUpSeconds not counted
   * @param seconds that count
   */
  Measured measure(int warmUpSeconds, int seconds) throws Exception {
    TimeUnit.SECONDS.sleep(warmUpSeconds);
    Windows windows = new Windows(latencies, system::memberPids, /* driverIsMember= */ false);
    Measured measured = windows.measure(seconds);
    String first = firstError.get();
    return measured
        .plus(Measured.errors(errors.sum(), first == null ? "" : first))
        .withOverlaps(overlaps());
  }

  /** Grants, until now, of a lock that another client held. */
  long overlaps() {
    return exclusion.overlaps();
  }

  boolean isRunning() {
    return !ending;
  }

  private void loop(LockClient client, AtomicReference<@Nullable Object> holder) {
    while (!ending) {
      long began = System.nanoTime();
      try {
        client.acquire();
        onGrant.run();
        exclusion.pass(holder, client);
        client.release();
        latencies.recordValue(Math.max(1, (System.nanoTime() - began) / 1_000));
      } catch (Exception failure) {
        errors.increment();
        firstError.compareAndSet(null, String.valueOf(failure));
        LockSupport.parkNanos(PAUSE_AFTER_ERROR_NANOS);
      }
    }
  }

  /** Ends the loops, then the clients. A loop that waits for ever is interrupted in the end. */
  @Override
  public void close() throws IOException {
    ending = true;
    try {
      for (Thread thread : threads) {
        thread.join(END_PATIENCE_MILLIS);
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    clients.close();
  }
}
