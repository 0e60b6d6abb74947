package io.holdfast.server.gateway;

import io.vertx.core.Future;

/**
 * Bytes written to one client that its side has not taken yet. Changed on the client's event loop;
 * read by any thread.
 */
final class Unread {
  /** From this part of the bound on, the client counts as slow and its watches stand still. */
  private static final int LOW_DIVISOR = 8;

  private final int bytesMax;
  private volatile long bytes;
  private Runnable whenTaken = () -> {};

  Unread(int bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** Sets what is to be done when the client has taken something. */
  void onTaken(Runnable action) {
    whenTaken = action;
  }

  /** Counts bytes until their write has ended. */
  void track(int count, Future<?> write) {
    add(count);
    write.onComplete(
        unused -> {
          add(-count);
          whenTaken.run();
        });
  }

  /** Whether the client may be cut off. */
  boolean isOverfull() {
    return bytes > bytesMax;
  }

  /** Whether the client reads as fast as it is written to, more or less. */
  boolean isLow() {
    return bytes <= bytesMax / LOW_DIVISOR;
  }

  // One writer: the event loop.
  @SuppressWarnings("NonAtomicVolatileUpdate")
  private void add(long count) {
    bytes += count;
  }
}
