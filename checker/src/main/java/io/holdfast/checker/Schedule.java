package io.holdfast.checker;

import io.holdfast.checker.verdict.Conclusion;
import io.holdfast.checker.verdict.Evidence.Cause;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Shares the time among the partitions: smallest first, each for a slice that doubles with every
 * round, so that one that is refuted easily is found however hard the others are.
 *
 * @param <S> type of the model's states
 */
final class Schedule<S> {
  private static final long FIRST_SLICE_STEPS = 4096;
  private static final long SLICE_STEPS_MAX = 1L << 22;

  /** A partition waiting for its next slice. */
  private record Waiting<S>(PartitionTask<S> task, long sliceSteps) {}

  private final List<PartitionTask<S>> tasks;
  private final CheckOptions options;
  private final long deadlineNanos;
  private final PriorityBlockingQueue<Waiting<S>> queue;
  private final AtomicInteger decided = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile boolean refuted;

  Schedule(List<PartitionTask<S>> tasks, CheckOptions options, long beganNanos) {
    this.tasks = tasks;
    this.options = options;
    deadlineNanos = beganNanos + options.timeLimit().toNanos();
    queue =
        new PriorityBlockingQueue<>(
            Math.max(1, tasks.size()),
            Comparator.<Waiting<S>>comparingLong(Waiting::sliceSteps)
                .thenComparingInt(waiting -> waiting.task().size()));
  }

  /** Runs until every partition is decided or given up. */
  void run() {
    for (PartitionTask<S> task : tasks) {
      queue.add(new Waiting<>(task, FIRST_SLICE_STEPS));
    }
    int helpers = Math.min(options.threads(), tasks.size()) - 1;
    CountDownLatch done = new CountDownLatch(Math.max(0, helpers));
    for (int i = 0; i < helpers; i++) {
      Thread thread =
          new Thread(
              () -> {
                work();
                done.countDown();
              },
              "checker-" + i);
      thread.setDaemon(true);
      thread.start();
    }
    work();
    awaitUninterruptibly(done);
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw new IllegalStateException("the model failed: " + thrown, thrown);
    }
    giveUpTheRest();
  }

  private void work() {
    try {
      Waiting<S> waiting = queue.poll();
      while (waiting != null && !mustStop()) {
        PartitionTask<S> task = waiting.task();
        long steps = task.run(waiting.sliceSteps(), deadlineNanos, () -> refuted);
        if (task.conclusion() == null) {
          queue.add(new Waiting<>(task, Math.min(2 * waiting.sliceSteps(), SLICE_STEPS_MAX)));
        } else {
          decided.incrementAndGet();
          refuted |= options.failFast() && task.conclusion() == Conclusion.INVALID;
        }
        options.progress().report(decided.get(), tasks.size(), steps);
        waiting = queue.poll();
      }
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    }
  }

  private boolean mustStop() {
    return refuted || failure.get() != null || System.nanoTime() - deadlineNanos >= 0;
  }

  private void giveUpTheRest() {
    for (PartitionTask<S> task : tasks) {
      if (task.conclusion() == null) {
        if (refuted) {
          task.giveUp(
              Cause.STOPPED, "Stopped after " + task.steps() + " steps: another key is invalid.");
        } else {
          task.giveUp(
              Cause.TIME,
              "No verdict within "
                  + options.timeLimit().toMillis()
                  + " ms, after "
                  + task.steps()
                  + " steps; give more with a higher time limit.");
        }
      }
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    boolean interrupted = false;
    while (true) {
      try {
        latch.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
