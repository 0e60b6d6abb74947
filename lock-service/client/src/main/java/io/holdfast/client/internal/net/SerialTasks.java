package io.holdfast.client.internal.net;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Runs tasks one at a time on whichever thread brings one: it runs its own and what others bring
 * meanwhile. A caller that finds nobody at work thus reaches the socket without a change of thread.
 */
final class SerialTasks {
  /** After so many tasks a caller hands what is left to the client's own thread. */
  private static final int TASKS_PER_CALLER_MAX = 128;

  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger pending = new AtomicInteger();
  private final Runnable afterRound;
  private final Consumer<Throwable> failure;
  private final BooleanSupplier handOver;
  private final AtomicBoolean handedOver = new AtomicBoolean();

  /**
   * @param afterRound run when no task is left for the moment, still as the only one
   * @param failure told what a task threw
   * @param handOver asks the client's own thread to call {@link #takeOver}; false if it has ended
   */
  SerialTasks(Runnable afterRound, Consumer<Throwable> failure, BooleanSupplier handOver) {
    this.afterRound = afterRound;
    this.failure = failure;
    this.handOver = handOver;
  }

  void execute(Runnable task) {
    tasks.add(task);
    if (pending.getAndIncrement() == 0) {
      drain(TASKS_PER_CALLER_MAX);
    }
  }

  /** Continues, on the client's own thread, what a caller has handed over. */
  void takeOver() {
    if (handedOver.compareAndSet(true, false)) {
      drain(Integer.MAX_VALUE);
    }
  }

  private void drain(int tasksMax) {
    int left = tasksMax;
    int count = pending.get();
    while (count != 0) {
      for (int at = 0; at < count; at++) {
        run(tasks.poll());
      }
      run(afterRound);
      left -= count;
      count = pending.addAndGet(-count);
      if (count != 0 && left <= 0 && handOver()) {
        return;
      }
    }
  }

  /** Returns whether the client's own thread goes on. */
  private boolean handOver() {
    handedOver.set(true);
    return handOver.getAsBoolean() || !handedOver.compareAndSet(true, false);
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error thrown) {
      failure.accept(thrown);
    }
  }
}
