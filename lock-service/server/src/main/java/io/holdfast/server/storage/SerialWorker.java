package io.holdfast.server.storage;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One thread that runs tasks in order and cannot be interrupted: an interrupt during file I/O would
 * close the channel under MapDB. After a task threw, the rest are dropped.
 */
final class SerialWorker {
  /** Far more than the layers above keep under way; reaching it means that something is broken. */
  private static final int TASKS_MAX = 1 << 20;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Queue<Task> tasks = new ArrayDeque<>();
  private final Consumer<Throwable> onFailure;
  private final Thread thread;
  private boolean closing;
  private boolean failed;

  /** A piece of work that may fail; its failure is final for the storage. */
  interface Task {
    void run() throws Exception;
  }

  SerialWorker(String threadName, Consumer<Throwable> onFailure) {
    this.onFailure = onFailure;
    this.thread = new Thread(this::work, threadName);
    thread.setDaemon(true);
    thread.start();
  }

  void execute(Task task) {
    lock.lock();
    try {
      if (closing || failed) {
        return;
      }
      if (tasks.size() >= TASKS_MAX) {
        throw new IllegalStateException(
            "more than " + TASKS_MAX + " storage requests are waiting for " + thread.getName());
      }
      tasks.add(task);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private void work() {
    Task task = next();
    while (task != null) {
      try {
        task.run();
      } catch (Throwable e) {
        discard();
        onFailure.accept(e);
        return;
      }
      task = next();
    }
  }

  private @Nullable Task next() {
    lock.lock();
    try {
      while (tasks.isEmpty() && !closing && !failed) {
        changed.awaitUninterruptibly();
      }
      return failed ? null : tasks.poll();
    } finally {
      lock.unlock();
    }
  }

  /** Drops what has not begun, and takes nothing more. Any thread; does not wait. */
  void discard() {
    lock.lock();
    try {
      failed = true;
      tasks.clear();
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Runs what is waiting, then ends the thread. Waits for it, and keeps an interrupt for later. */
  void close() {
    lock.lock();
    try {
      closing = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    while (thread.isAlive() && Thread.currentThread() != thread) {
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
