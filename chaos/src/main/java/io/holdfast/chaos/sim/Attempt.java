package io.holdfast.chaos.sim;

import io.holdfast.api.LockMode;
import io.holdfast.client.Lease;
import org.jspecify.annotations.Nullable;

/** One attempt at a lock, from the question to the end of the hold; a process of its own. */
final class Attempt {
  /** How far it is. */
  enum State {
    /** No answer yet, or none that is certain. */
    ASKING,
    /** Not granted, for certain. */
    REFUSED,
    /** Granted, as its client knows. */
    HELD,
    /** Its client gives the lock back; perhaps it never hears whether it did. */
    RELEASING,
    /** The hold is over. */
    OVER
  }

  final long process;
  final String lock;
  final LockMode mode;

  /** Of a semaphore. */
  final int permits;

  final ClientHost host;
  State state = State.ASKING;

  /** Whether the log granted it, and whether the log ended the hold. */
  boolean granted;

  boolean freed;
  @Nullable Lease lease;

  final long askedNanos;

  /** When its client gave it back, if it did. */
  long givenBackNanos = Long.MAX_VALUE;

  Attempt(long process, Wish wish, ClientHost host, long askedNanos) {
    this.process = process;
    this.askedNanos = askedNanos;
    this.lock = wish.lock();
    this.mode = wish.mode();
    this.permits = wish.permits();
    this.host = host;
  }

  /** Its client does not rely on the lock any more. */
  void giveBack(long nowNanos) {
    givenBackNanos = nowNanos;
  }

  /** Unlike that of any other attempt, so that holds in the log can be told apart. */
  String owner() {
    return "a" + process;
  }

  /** Whether its client believes now that it holds the lock. */
  boolean isBelieved() {
    return lease != null && givenBackNanos == Long.MAX_VALUE && !host.isDead() && lease.isValid();
  }
}
