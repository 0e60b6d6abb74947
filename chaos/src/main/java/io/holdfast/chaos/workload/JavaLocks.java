package io.holdfast.chaos.workload;

import io.holdfast.api.Reply;
import io.holdfast.client.DistributedLock;
import io.holdfast.client.Lease;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Locks through the Java client. */
final class JavaLocks implements LockDriver {
  private final TestClient client;

  JavaLocks(TestClient client) {
    this.client = client;
  }

  @Override
  public CompletableFuture<Optional<Hold>> acquire(LockWish wish) {
    DistributedLock lock = client.api().lock(wish.lock()).owner(wish.owner());
    DistributedLock asked =
        switch (wish.mode()) {
          case EXCLUSIVE -> lock;
          case SHARED -> lock.shared();
          case SEMAPHORE -> lock.semaphore(wish.limit(), wish.permits());
        };
    return asked.tryAcquireAsync(wish.patience()).thenApply(lease -> lease.map(LeaseHold::new));
  }

  /** A lease as a hold. */
  record LeaseHold(Lease lease) implements Hold {
    @Override
    public String lock() {
      return lease.lock();
    }

    @Override
    public long token() {
      return lease.token();
    }

    @Override
    public long remainingNanos() {
      return lease.remaining().toNanos();
    }

    @Override
    public CompletableFuture<Void> release() {
      return lease.releaseAsync();
    }
  }

  @Override
  public CompletableFuture<Reading> read(String lock) {
    return client.api().reads().lockAsync(lock).thenApply(JavaLocks::reading);
  }

  private static Reading reading(Reply.LockState state) {
    return state.holders().isEmpty()
        ? new Reading(0, "", state.waiting())
        : new Reading(
            state.holders().get(0).token(), state.holders().get(0).owner(), state.waiting());
  }

  @Override
  public void pause(long nanos) {
    client.pause(nanos);
  }

  @Override
  public void crash() {
    client.crash();
  }

  @Override
  public CompletableFuture<Void> close() {
    return client.close();
  }
}
