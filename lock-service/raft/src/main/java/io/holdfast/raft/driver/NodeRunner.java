package io.holdfast.raft.driver;

import java.util.concurrent.locks.LockSupport;

/**
 * The thread of a node's event loop, and the only thread of this package: turns the node, then
 * parks until something arrives or a timer is due.
 */
public final class NodeRunner implements AutoCloseable {
  private final RaftNode<?> node;
  private final Thread thread;
  private volatile boolean stopping;

  /**
   * @param node started on the runner's thread is not needed: {@link RaftNode#start} comes first
   */
  public NodeRunner(RaftNode<?> node, String threadName) {
    this.node = node;
    this.thread = new Thread(this::run, threadName);
  }

  public void start() {
    node.onWork(() -> LockSupport.unpark(thread));
    thread.start();
  }

  private void run() {
    while (!stopping) {
      node.turn(System.nanoTime());
      long waitNanos = node.nextWakeNanos() - System.nanoTime();
      if (waitNanos > 0 && !stopping) {
        LockSupport.parkNanos(this, waitNanos);
      }
    }
  }

  /** Ends the thread after its current turn and waits for it; the node itself stays open. */
  @Override
  public void close() {
    stopping = true;
    LockSupport.unpark(thread);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
