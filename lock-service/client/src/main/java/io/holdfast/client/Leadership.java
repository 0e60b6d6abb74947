package io.holdfast.client;

import java.util.function.Consumer;

/** An election that was won, until it is resigned or lost. Safe for use by many threads. */
public final class Leadership implements AutoCloseable {
  private final Lease lease;

  Leadership(Lease lease) {
    this.lease = lease;
  }

  /** The lease that makes the leader. */
  public Lease lease() {
    return lease;
  }

  /** The fencing token: larger than that of every earlier leader. */
  public long token() {
    return lease.token();
  }

  /** Whether this is certainly the leader now. Never waits. */
  public boolean isLeader() {
    return lease.isValid();
  }

  /** Tells observers something, an address for instance; see {@link Lease#publish}. */
  public void publish(String value) throws InterruptedException {
    lease.publish(value);
  }

  /**
   * Adds one to be told that leadership is lost; see {@link Lease#onLost}.
   *
   * @return this
   */
  public Leadership onLost(Consumer<LossReason> listener) {
    lease.onLost(listener);
    return this;
  }

  /** Resigns and waits until the service knows; see {@link Lease#release}. */
  public void resign() {
    lease.release();
  }

  /** Resigns if this still leads; see {@link Lease#close}. */
  @Override
  public void close() {
    lease.close();
  }
}
