package io.holdfast.chaos.workload;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A way to use locks: the Java client, or plain HTTP. Used inside tasks only. */
interface LockDriver {
  /** A hold as its client sees it. */
  interface Hold {
    String lock();

    long token();

    /** How long it is held for certain if nothing more is heard; 0 if it is not. */
    long remainingNanos();

    /** Fails unless the service has confirmed it. */
    CompletableFuture<Void> release();
  }

  /**
   * What a read found.
   *
   * @param token the first holder's token, 0 when nobody holds the lock
   * @param owner that holder's owner, empty when nobody does
   * @param waiting length of the queue
   */
  record Reading(long token, String owner, int waiting) {}

  /** Nothing if it was not granted in time, for certain. */
  CompletableFuture<Optional<Hold>> acquire(LockWish wish);

  CompletableFuture<Reading> read(String lock);

  /** As {@link TestClient#pause}. */
  void pause(long nanos);

  /** As {@link TestClient#crash}. */
  void crash();

  CompletableFuture<Void> close();
}
