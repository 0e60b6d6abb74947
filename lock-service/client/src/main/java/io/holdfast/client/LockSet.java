package io.holdfast.client;

import io.holdfast.api.Limits;
import io.holdfast.api.LockMode;
import io.holdfast.client.internal.Acquisition.Wish;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Several locks that are wanted together, exclusively, all or nothing. While it waits it holds none
 * of them and stands in all their queues, joined at once: two that want the same locks in different
 * order cannot block each other. Safe for use by many threads.
 */
public final class LockSet {
  private final DistributedLock.Context context;
  private final List<String> names;

  LockSet(DistributedLock.Context context, Collection<String> names) {
    Set<String> distinct = new LinkedHashSet<>();
    for (String name : names) {
      if (!distinct.add(DistributedLock.requireName(name))) {
        throw new IllegalArgumentException("lock '" + name + "' is named twice");
      }
    }
    if (distinct.isEmpty() || distinct.size() > Limits.LOCKS_PER_ACQUIRE_MAX) {
      throw new IllegalArgumentException(
          "1 to "
              + Limits.LOCKS_PER_ACQUIRE_MAX
              + " locks can be acquired at once, not "
              + distinct.size());
    }
    this.context = context;
    this.names = List.copyOf(distinct);
  }

  /** The locks' names. */
  public List<String> names() {
    return names;
  }

  /**
   * Waits for all locks as long as it takes.
   *
   * @throws InterruptedException if interrupted; the wait is withdrawn
   * @throws HoldfastException if it is refused or the session is lost
   */
  public LeaseGroup acquire() throws InterruptedException {
    return required(competition(Limits.WAIT_FOR_EVER).await());
  }

  /**
   * Waits for all locks.
   *
   * @param wait how long, from 0 to one day
   * @throws AcquireTimeoutException if they were not granted in time; then none is held
   * @throws InterruptedException if interrupted; the wait is withdrawn
   * @throws HoldfastException if it is refused or the session is lost
   */
  public LeaseGroup acquire(Duration wait) throws InterruptedException {
    return required(competition(DistributedLock.waitMillis(wait)).await());
  }

  /**
   * Waits for all locks.
   *
   * @param wait how long, from 0 to one day; 0 takes them if all are free
   * @return nothing if they were not granted in time
   */
  public Optional<LeaseGroup> tryAcquire(Duration wait) throws InterruptedException {
    return competition(DistributedLock.waitMillis(wait)).await();
  }

  /**
   * Waits for all locks as long as it takes. Cancelling the future, or completing it in any other
   * way, withdraws the wait; locks granted in the meantime are given back.
   */
  public CompletableFuture<LeaseGroup> acquireAsync() {
    return competition(Limits.WAIT_FOR_EVER).start(this::required);
  }

  /** As {@link #acquireAsync()}, failing with {@link AcquireTimeoutException}. */
  public CompletableFuture<LeaseGroup> acquireAsync(Duration wait) {
    return competition(DistributedLock.waitMillis(wait)).start(this::required);
  }

  /** As {@link #acquireAsync()}, with nothing as the result if they were not granted in time. */
  public CompletableFuture<Optional<LeaseGroup>> tryAcquireAsync(Duration wait) {
    return competition(DistributedLock.waitMillis(wait)).start(found -> found);
  }

  private Competition<LeaseGroup> competition(long waitMillis) {
    return new Competition<>(
        context,
        new Wish(names, true, null, LockMode.EXCLUSIVE, 0, 0, waitMillis),
        this::group,
        LeaseGroup::releaseUnheard);
  }

  private LeaseGroup group(List<Lease> leases) {
    Map<String, Lease> byName = new HashMap<>();
    leases.forEach(lease -> byName.put(lease.lock(), lease));
    return new LeaseGroup(
        names.stream().flatMap(name -> Optional.ofNullable(byName.get(name)).stream()).toList());
  }

  private LeaseGroup required(Optional<LeaseGroup> found) {
    return found.orElseThrow(() -> Failures.timeout(String.join("', '", names)));
  }

  @Override
  public String toString() {
    return "LockSet" + names;
  }
}
