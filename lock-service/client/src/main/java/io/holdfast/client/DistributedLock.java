package io.holdfast.client;

import io.holdfast.api.Limits;
import io.holdfast.api.LockMode;
import io.holdfast.api.Names;
import io.holdfast.client.internal.Acquisition.Wish;
import io.holdfast.client.internal.ClientCore;
import io.holdfast.client.internal.SessionCore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A lock by name and the way to hold it; cheap to make, without state of its own, safe for use by
 * many threads. Each acquire is a competitor of its own, also within one process, unless an owner
 * is named. Exclusive unless {@link #shared()} or {@link #semaphore(int)} say otherwise.
 */
public final class DistributedLock {
  /** What locks of one session have in common. */
  record Context(
      ClientCore core, Calls calls, ThreadHolds threadHolds, @Nullable SessionCore session) {}

  private final Context context;
  private final String name;
  private final LockMode mode;
  private final int limit;
  private final int permits;
  private final @Nullable String owner;

  DistributedLock(Context context, String name) {
    this(context, name, LockMode.EXCLUSIVE, 0, 0, null);
  }

  private DistributedLock(
      Context context, String name, LockMode mode, int limit, int permits, @Nullable String owner) {
    this.context = context;
    this.name = name;
    this.mode = mode;
    this.limit = limit;
    this.permits = permits;
    this.owner = owner;
  }

  static String requireName(String name) {
    String problem = Names.lockProblem(name);
    if (problem != null) {
      throw new IllegalArgumentException("lock " + problem + "; it is '" + name + "'");
    }
    return name;
  }

  /** The lock's name. */
  public String name() {
    return name;
  }

  /** The same lock, held together with other shared holders and no exclusive one. */
  public DistributedLock shared() {
    return new DistributedLock(context, name, LockMode.SHARED, 0, 0, owner);
  }

  /** The name as a semaphore, of which one permit is acquired. */
  public DistributedLock semaphore(int limit) {
    return semaphore(limit, 1);
  }

  /**
   * The name as a semaphore.
   *
   * @param limit permits in all; the first user of the name fixes it
   * @param permits permits to acquire, 1 to {@code limit}
   */
  public DistributedLock semaphore(int limit, int permits) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be at least 1; it is " + limit);
    }
    if (permits < 1 || permits > limit) {
      throw new IllegalArgumentException(
          "permits must be from 1 to the limit " + limit + "; it is " + permits);
    }
    return new DistributedLock(context, name, LockMode.SEMAPHORE, limit, permits, owner);
  }

  /**
   * The same lock for a named owner. Whoever asks as an owner that holds the lock already gets the
   * hold there is, with the same token; one release ends it for all.
   */
  public DistributedLock owner(String ownerName) {
    String problem = Names.ownerProblem(ownerName);
    if (problem != null) {
      throw new IllegalArgumentException("owner " + problem + "; it is '" + ownerName + "'");
    }
    return new DistributedLock(context, name, mode, limit, permits, ownerName);
  }

  /**
   * Waits for the lock as long as it takes.
   *
   * @throws InterruptedException if interrupted; the wait is withdrawn
   * @throws HoldfastException if it is refused or the session is lost
   */
  public Lease acquire() throws InterruptedException {
    return required(await(Limits.WAIT_FOR_EVER));
  }

  /**
   * Waits for the lock.
   *
   * @param wait how long, from 0 to one day
   * @throws AcquireTimeoutException if it was not granted in time
   * @throws InterruptedException if interrupted; the wait is withdrawn
   * @throws HoldfastException if it is refused or the session is lost
   */
  public Lease acquire(Duration wait) throws InterruptedException {
    return required(await(waitMillis(wait)));
  }

  /**
   * Takes the lock if it is free.
   *
   * @return nothing if it is not
   */
  public Optional<Lease> tryAcquire() throws InterruptedException {
    return await(0);
  }

  /**
   * Waits for the lock.
   *
   * @param wait how long, from 0 to one day
   * @return nothing if it was not granted in time
   */
  public Optional<Lease> tryAcquire(Duration wait) throws InterruptedException {
    return await(waitMillis(wait));
  }

  /**
   * Waits for the lock as long as it takes. Cancelling the future, or completing it in any other
   * way, withdraws the wait; a lock granted in the meantime is given back.
   */
  public CompletableFuture<Lease> acquireAsync() {
    return start(Limits.WAIT_FOR_EVER, this::required);
  }

  /** As {@link #acquireAsync()}, failing with {@link AcquireTimeoutException}. */
  public CompletableFuture<Lease> acquireAsync(Duration wait) {
    return start(waitMillis(wait), this::required);
  }

  /** As {@link #acquireAsync()}, with nothing as the result if the lock was not granted in time. */
  public CompletableFuture<Optional<Lease>> tryAcquireAsync(Duration wait) {
    return start(waitMillis(wait), lease -> lease);
  }

  /**
   * This lock as {@code java.util.concurrent} has it: bound to threads and reentrant, counted by
   * this client. Conditions are not supported. Unlocking after the lease was lost throws {@link
   * LeaseLostException}.
   */
  public Lock asLock() {
    return new LockView(this, context.threadHolds());
  }

  /** Tells holds of one thread apart by what is held. */
  String holdKey() {
    return mode.wireName() + ' ' + limit + ' ' + permits + ' ' + name;
  }

  private Lease required(Optional<Lease> lease) {
    return lease.orElseThrow(() -> Failures.timeout(name));
  }

  static long waitMillis(Duration wait) {
    if (wait.isNegative() || wait.compareTo(Duration.ofMillis(Limits.WAIT_MILLIS_MAX)) > 0) {
      throw new IllegalArgumentException(
          "wait must be from 0 to one day; it is " + wait + "; acquire() waits for ever");
    }
    boolean fraction = wait.toNanosPart() % 1_000_000 != 0;
    return wait.toMillis() + (fraction ? 1 : 0);
  }

  private Competition<Lease> competition(long waitMillis) {
    return new Competition<>(
        context,
        new Wish(List.of(name), false, owner, mode, limit, permits, waitMillis),
        leases -> leases.get(0),
        Lease::releaseUnheard);
  }

  private Optional<Lease> await(long waitMillis) throws InterruptedException {
    return competition(waitMillis).await();
  }

  private <R> CompletableFuture<R> start(
      long waitMillis, Function<Optional<Lease>, ? extends R> result) {
    return competition(waitMillis).start(result);
  }

  @Override
  public String toString() {
    return "DistributedLock[" + name + ", " + mode.wireName() + "]";
  }
}
