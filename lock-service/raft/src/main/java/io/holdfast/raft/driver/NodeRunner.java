package io.holdfast.raft.driver;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Turns a node's event loop, one turn at a time, and is the only class of this package that knows
 * threads. A thread that brings work to a loop at rest visits it: it turns the loop itself, so that
 * what it brought is dealt with without a change of thread, and whatever the turn brings about
 * leaves from there. Work that arrives during a turn is taken by the next one, of the same visitor;
 * but a visitor soon has its own things to see to, and leaves a loop that stays busy to the loop's
 * own thread. That thread also turns it when a timer is due.
 *
 * <p>Everything a turn touches belongs to whoever turns: {@link #turning} passes it on, and with it
 * what the turns before have written. Nobody waits for the loop.
 */
public final class NodeRunner implements AutoCloseable {
  /** Turns of one visit. */
  private static final int VISIT_TURNS_MAX = 2;

  private static final long FAR_NANOS = TimeUnit.HOURS.toNanos(1);

  /** Who turns the loop. */
  private enum Turning {
    NOBODY,
    SOMEBODY,
    /** Somebody, and more has arrived since this turn began. */
    SOMEBODY_AGAIN,
    /** Nobody yet; the loop's own thread has been asked to. */
    OWN_THREAD_NEXT,
    /** Nobody ever again. */
    CLOSED
  }

  /** Says when a thread that brought work pays its visit. */
  @FunctionalInterface
  public interface Visits {
    /** As soon as the work is brought. */
    Visits AT_ONCE = Runnable::run;

    /**
     * Runs the visit on this thread, now, or when this thread has brought everything it has. A
     * visit that never comes is not missed for longer than until the loop's next timer.
     */
    void pay(Runnable visit);
  }

  private final EventLoop loop;
  private final Visits visits;
  private final Thread thread;
  private final AtomicReference<Turning> turning = new AtomicReference<>(Turning.OWN_THREAD_NEXT);

  /** When the loop must be turned at the latest. */
  private volatile long wakeNanos = System.nanoTime();

  /** Until when the own thread means to sleep. */
  private volatile long asleepUntilNanos = wakeNanos;

  private volatile boolean stopping;

  /**
   * @param loop its node was started before: {@link RaftNode#start} needs no runner
   */
  public NodeRunner(EventLoop loop, String threadName, Visits visits) {
    this.loop = loop;
    this.visits = visits;
    this.thread = new Thread(this::run, threadName);
  }

  public void start() {
    loop.onWork(this::workArrived);
    thread.start();
  }

  private void workArrived() {
    if (!noted()) {
      visits.pay(this::visit);
    }
  }

  /** Whether somebody will see to what arrived: whoever turns will turn again. */
  private boolean noted() {
    Turning now = turning.get();
    while (now == Turning.SOMEBODY
        && !turning.compareAndSet(Turning.SOMEBODY, Turning.SOMEBODY_AGAIN)) {
      now = turning.get();
    }
    return now != Turning.NOBODY;
  }

  private void visit() {
    while (!turning.compareAndSet(Turning.NOBODY, Turning.SOMEBODY)) {
      if (noted()) {
        return;
      }
    }
    for (int turns = 0; turns < VISIT_TURNS_MAX; turns++) {
      if (!turn()) {
        return;
      }
    }
    turning.set(Turning.OWN_THREAD_NEXT);
    LockSupport.unpark(thread);
  }

  /**
   * One turn by whoever may.
   *
   * @return whether another turn is due, which the caller sees to; if not, nobody turns any more
   */
  private boolean turn() {
    turning.set(Turning.SOMEBODY);
    boolean whole = false;
    try {
      loop.turn(System.nanoTime());
      whole = true;
    } finally {
      if (!whole) {
        turning.set(Turning.CLOSED);
      }
    }
    long wake = loop.nextWakeNanos();
    wakeNanos = wake;
    if (wake - System.nanoTime() <= 0 || !turning.compareAndSet(Turning.SOMEBODY, Turning.NOBODY)) {
      return true;
    }
    if (wake - asleepUntilNanos < 0) {
      LockSupport.unpark(thread);
    }
    return false;
  }

  private void run() {
    while (!stopping && turning.get() != Turning.CLOSED) {
      long wake = wakeNanos;
      boolean due = wake - System.nanoTime() <= 0;
      if (begins(Turning.OWN_THREAD_NEXT) || (due && begins(Turning.NOBODY))) {
        boolean more = turn();
        while (more && !stopping) {
          more = turn();
        }
        if (more) {
          turning.set(Turning.NOBODY);
        }
      } else {
        // When a visitor is at it, he will say what comes next.
        sleep(due ? System.nanoTime() + FAR_NANOS : wake);
      }
    }
    while (!isClosed()) {
      sleep(System.nanoTime() + FAR_NANOS);
    }
  }

  private boolean begins(Turning before) {
    return turning.compareAndSet(before, Turning.SOMEBODY);
  }

  private boolean isClosed() {
    return turning.compareAndSet(Turning.NOBODY, Turning.CLOSED)
        || turning.compareAndSet(Turning.OWN_THREAD_NEXT, Turning.CLOSED)
        || turning.get() == Turning.CLOSED;
  }

  /** Sleeps, unless a turn that ended meanwhile has not seen until when. */
  private void sleep(long untilNanos) {
    asleepUntilNanos = untilNanos;
    Turning now = turning.get();
    boolean someoneTurns = now == Turning.SOMEBODY || now == Turning.SOMEBODY_AGAIN;
    boolean knows = someoneTurns || (now == Turning.NOBODY && wakeNanos - untilNanos >= 0);
    if (knows) {
      LockSupport.parkNanos(this, untilNanos - System.nanoTime());
    }
  }

  /**
   * Ends the thread, waits for a turn that is under way, and lets nobody turn the loop again; the
   * node itself stays open.
   */
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
