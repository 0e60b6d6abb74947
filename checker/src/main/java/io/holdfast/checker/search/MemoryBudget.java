package io.holdfast.checker.search;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that all searches of one check may hold together. Safe for use by many threads. */
public final class MemoryBudget {
  /** Thrown when the budget does not allow another array or state. */
  static final class Exhausted extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Exhausted() {
      super("memory budget exhausted", null, false, false);
    }
  }

  private final long limitBytes;
  private final AtomicLong usedBytes = new AtomicLong();

  /** Makes a budget of this many bytes. */
  public MemoryBudget(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  /** The budget in bytes. */
  public long limitBytes() {
    return limitBytes;
  }

  void reserve(long bytes) {
    if (usedBytes.addAndGet(bytes) > limitBytes) {
      usedBytes.addAndGet(-bytes);
      throw new Exhausted();
    }
  }

  void release(long bytes) {
    usedBytes.addAndGet(-bytes);
  }
}
