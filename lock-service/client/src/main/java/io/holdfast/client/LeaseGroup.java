package io.holdfast.client;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Locks that were granted together, all or nothing. Each is a {@link Lease} of its own, with its
 * own token, and may be released alone; the group stands for all of them. Safe for use by many
 * threads.
 */
public final class LeaseGroup implements AutoCloseable {
  private final List<Lease> leases;

  LeaseGroup(List<Lease> leases) {
    this.leases = List.copyOf(leases);
  }

  /** The leases, in the order of the locks as they were asked for. */
  public List<Lease> leases() {
    return leases;
  }

  /**
   * The lease of one lock.
   *
   * @throws IllegalArgumentException if the lock is not of the group
   */
  public Lease lease(String lock) {
    return leases.stream()
        .filter(lease -> lease.lock().equals(lock))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "lock '"
                        + lock
                        + "' is not of the group "
                        + leases.stream().map(Lease::lock).toList()));
  }

  /** Whether every lock is certainly held now. Never waits. */
  public boolean isValid() {
    return leases.stream().allMatch(Lease::isValid);
  }

  /** How long every lock is certainly held if nothing more is heard. Never waits. */
  public Duration remaining() {
    return leases.stream()
        .map(Lease::remaining)
        .min(Comparator.naturalOrder())
        .orElse(Duration.ZERO);
  }

  /**
   * Returns this group if every lock is certainly held.
   *
   * @throws LeaseLostException if one is not
   */
  public LeaseGroup requireValid() {
    leases.forEach(Lease::requireValid);
    return this;
  }

  /**
   * Adds one to be told, by the callback executor, of each lease that is lost; at once of those
   * that are lost already.
   *
   * @return this
   */
  public LeaseGroup onLost(Consumer<Lease> listener) {
    leases.forEach(lease -> lease.onLost(reason -> listener.accept(lease)));
    return this;
  }

  /**
   * Gives all locks back, and waits until the service has done it. Every one is tried, whatever
   * becomes of the others.
   *
   * @throws HoldfastException of the first that could not be released; the further ones are
   *     suppressed in it. See {@link Lease#release()}
   */
  public void release() {
    List<CompletableFuture<Void>> releasing = leases.stream().map(Lease::releaseAsync).toList();
    RuntimeException first = null;
    for (CompletableFuture<Void> each : releasing) {
      try {
        each.join();
      } catch (java.util.concurrent.CompletionException failed) {
        RuntimeException failure = Failures.here(failed.getCause());
        if (first == null) {
          first = failure;
        } else {
          first.addSuppressed(failure);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }

  /** As {@link #release()}, without waiting. */
  public CompletableFuture<Void> releaseAsync() {
    return CompletableFuture.allOf(
        leases.stream().map(Lease::releaseAsync).toArray(CompletableFuture<?>[]::new));
  }

  /** Releases what is held. Throws nothing, as {@link Lease#close()}. */
  @Override
  public void close() {
    try {
      release();
    } catch (HoldfastException notReleased) {
      // Documented: whoever must know calls release().
    }
  }

  void releaseUnheard() {
    leases.forEach(Lease::releaseUnheard);
  }

  @Override
  public String toString() {
    return "LeaseGroup" + leases;
  }
}
