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
  private boolean givenBack;

  Attempt(long process, String lock, LockMode mode, int permits, ClientHost host) {
    this.process = process;
    this.lock = lock;
    this.mode = mode;
    this.permits = permits;
    this.host = host;
  }

  /** Its client does not rely on the lock any more. */
  void giveBack() {
    givenBack = true;
  }

  /** Unlike that of any other attempt, so that holds in the log can be told apart. */
  String owner() {
    return "a" + process;
  }

  /** Whether its client believes now that it holds the lock. */
  boolean isBelieved() {
    return lease != null && !givenBack && !host.isDead() && lease.isValid();
  }
}
