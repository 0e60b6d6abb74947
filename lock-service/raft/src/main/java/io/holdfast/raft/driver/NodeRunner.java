package io.holdfast.raft.driver;

import java.util.concurrent.locks.LockSupport;

/**
 * The thread of a node's event loop, and the only thread of this package: turns the node, then
 * parks until something arrives or a timer is due.
 */
public final class NodeRunner implements AutoCloseable {
  private final EventLoop loop;
  private final Thread thread;
  private volatile boolean stopping;

  /**
   * @param loop its node was started before: {@link RaftNode#start} needs no runner
   */
  public NodeRunner(EventLoop loop, String threadName) {
    this.loop = loop;
    this.thread = new Thread(this::run, threadName);
  }

  public void start() {
    loop.onWork(() -> LockSupport.unpark(thread));
    thread.start();
  }

  private void run() {
    while (!stopping) {
      loop.turn(System.nanoTime());
      long waitNanos = loop.nextWakeNanos() - System.nanoTime();
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
