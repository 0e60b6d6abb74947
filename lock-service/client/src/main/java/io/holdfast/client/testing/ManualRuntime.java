package io.holdfast.client.testing;

import io.holdfast.client.spi.ClientRuntime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A runtime whose time stands still until a test moves it. Tasks run on the thread that brings
 * them, one at a time, so a test with one thread is the same every time. Several clients may share
 * it. Safe for use by many threads.
 */
public final class ManualRuntime implements ClientRuntime {
  private final ReentrantLock lock = new ReentrantLock();
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final Queue<Runnable> callbacks = new ConcurrentLinkedQueue<>();
  private final PriorityQueue<Timer> timers = new PriorityQueue<>();
  private final RandomGenerator random;
  private long timersMade;
  private boolean running;
  private volatile long nowNanos;

  /** Time zero; the seed draws all that is random. */
  public ManualRuntime(long seed) {
    this.random = new SplittableRandom(seed);
  }

  @Override
  public long nanoTime() {
    return nowNanos;
  }

  @Override
  public void execute(Runnable task) {
    lock.lock();
    try {
      tasks.add(task);
      drain();
    } finally {
      lock.unlock();
    }
    runCallbacks();
  }

  private void drain() {
    if (running) {
      return;
    }
    running = true;
    try {
      Runnable next = tasks.poll();
      while (next != null) {
        next.run();
        next = tasks.poll();
      }
    } finally {
      running = false;
    }
  }

  /** Runs code of the application after the task at hand, outside of all tasks, in order. */
  public Executor callbacks() {
    return callbacks::add;
  }

  private void runCallbacks() {
    if (lock.isHeldByCurrentThread()) {
      return;
    }
    Runnable callback = callbacks.poll();
    while (callback != null) {
      callback.run();
      callback = callbacks.poll();
    }
  }

  @Override
  public Cancellable schedule(long delayNanos, Runnable task) {
    Timer timer = new Timer(nowNanos + Math.max(0, delayNanos), ++timersMade, task);
    timers.add(timer);
    return timer;
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  /** Lets time pass; what falls due on the way happens at its time and in order. */
  public void advance(Duration time) {
    long target = nowNanos + time.toNanos();
    while (runNext(target)) {
      runCallbacks();
    }
    runCallbacks();
  }

  /**
   * Lets time pass while nothing runs, as when the whole process is stopped; what fell due waits.
   */
  public void stall(Duration time) {
    lock.lock();
    try {
      long later = nowNanos + time.toNanos();
      nowNanos = later;
    } finally {
      lock.unlock();
    }
  }

  /** Runs what falls due next, if it does until then. */
  private boolean runNext(long targetNanos) {
    lock.lock();
    try {
      Timer next = timers.peek();
      if (next == null || next.dueNanos > targetNanos) {
        nowNanos = Math.max(nowNanos, targetNanos);
        return false;
      }
      timers.poll();
      nowNanos = Math.max(nowNanos, next.dueNanos);
      Runnable task = next.task;
      if (task != null) {
        next.task = null;
        tasks.add(task);
        drain();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    // Others may share it; there is nothing to give back.
  }

  private static final class Timer implements Cancellable, Comparable<Timer> {
    private final long dueNanos;
    private final long number;

    /** Null when run or cancelled. */
    private @Nullable Runnable task;

    Timer(long dueNanos, long number, Runnable task) {
      this.dueNanos = dueNanos;
      this.number = number;
      this.task = task;
    }

    @Override
    public void cancel() {
      task = null;
    }

    @Override
    public int compareTo(Timer other) {
      int byTime = Long.compare(dueNanos, other.dueNanos);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(number);
    }
  }
}
