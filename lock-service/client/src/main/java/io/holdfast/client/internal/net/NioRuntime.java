package io.holdfast.client.internal.net;

import io.holdfast.client.spi.ClientRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One daemon thread that waits for the network and for timers. Tasks run on it or on the thread
 * that brings them, one at a time; what they send leaves together when no task is left.
 */
public final class NioRuntime implements ClientRuntime {
  private static final int READ_BUFFER_BYTES = 64 << 10;
  private static final long NEVER = Long.MAX_VALUE;
  private static final System.Logger LOGGER = System.getLogger("io.holdfast.client");

  private final long originNanos = System.nanoTime();
  private final Selector selector;
  private final Thread thread;
  private final SerialTasks tasks;
  private final ByteBuffer readBuffer = ByteBuffer.allocateDirect(READ_BUFFER_BYTES);
  private final RandomGenerator random = new SplittableRandom(new SecureRandom().nextLong());

  /** Only inside tasks. */
  private final PriorityQueue<Timer> timers = new PriorityQueue<>();

  /** Only inside tasks. */
  private final List<NioConnection> unflushed = new ArrayList<>();

  private long timersMade;

  /** When the thread must look at the timers, as {@link #nanoTime} counts. */
  private volatile long wakeAtNanos = NEVER;

  private volatile boolean closed;

  private NioRuntime(String name) {
    try {
      selector = Selector.open();
    } catch (IOException broken) {
      throw new UncheckedIOException("the system gives no selector", broken);
    }
    tasks = new SerialTasks(this::flush, NioRuntime::report, this::wakeToTakeOver);
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  /** A runtime whose thread runs until {@link #close}. */
  public static NioRuntime start(String name) {
    NioRuntime runtime = new NioRuntime(name);
    runtime.thread.start();
    return runtime;
  }

  private static void report(Throwable thrown) {
    LOGGER.log(Level.ERROR, "the client hit an error of its own; please report it", thrown);
  }

  @Override
  public long nanoTime() {
    return System.nanoTime() - originNanos;
  }

  @Override
  public void execute(Runnable task) {
    tasks.execute(task);
  }

  @Override
  public Cancellable schedule(long delayNanos, Runnable task) {
    Timer timer = new Timer(nanoTime() + Math.max(0, delayNanos), ++timersMade, task);
    timers.add(timer);
    if (timer.dueNanos < wakeAtNanos) {
      wakeAtNanos = timer.dueNanos;
      if (Thread.currentThread() != thread) {
        selector.wakeup();
      }
    }
    return timer;
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public void close() {
    closed = true;
    selector.wakeup();
  }

  /** Has a connection's {@code flush} called when no task is left. Inside a task. */
  void flushLater(NioConnection connection) {
    unflushed.add(connection);
  }

  private void flush() {
    for (int at = 0; at < unflushed.size(); at++) {
      unflushed.get(at).flush();
    }
    unflushed.clear();
  }

  /** Has a connection's readiness told to it by this runtime's thread. */
  SelectionKey register(SocketChannel channel, int interest, NioConnection connection)
      throws IOException {
    SelectionKey key = channel.register(selector, interest, connection);
    if (Thread.currentThread() != thread) {
      selector.wakeup();
    }
    return key;
  }

  /** Makes a change of a key's interest known. */
  void interestChanged() {
    if (Thread.currentThread() != thread) {
      selector.wakeup();
    }
  }

  private void run() {
    while (!closed) {
      try {
        turn();
      } catch (IOException | RuntimeException thrown) {
        report(thrown);
      }
    }
    tasks.takeOver();
    closeSelector();
  }

  private boolean wakeToTakeOver() {
    selector.wakeup();
    return !closed;
  }

  private void turn() throws IOException {
    tasks.takeOver();
    long untilTimer = wakeAtNanos - nanoTime();
    if (wakeAtNanos != NEVER && untilTimer <= 0) {
      // Unset first, so that this thread does not spin while another one runs the tasks.
      wakeAtNanos = NEVER;
      execute(this::runTimers);
      selector.selectNow();
    } else if (wakeAtNanos == NEVER) {
      selector.select();
    } else {
      selector.select(untilTimer / 1_000_000 + 1);
    }
    Iterator<SelectionKey> keys = selector.selectedKeys().iterator();
    while (keys.hasNext()) {
      SelectionKey key = keys.next();
      keys.remove();
      try {
        ((NioConnection) key.attachment()).ready(key, readBuffer);
      } catch (CancelledKeyException closedMeanwhile) {
        // Its owner closed the connection; there is nobody to tell.
      }
    }
  }

  private void runTimers() {
    long now = nanoTime();
    Timer next = timers.peek();
    while (next != null && (next.task == null || next.dueNanos <= now)) {
      timers.poll();
      Runnable task = next.task;
      if (task != null) {
        next.task = null;
        runTimer(task);
      }
      next = timers.peek();
    }
    if (next != null) {
      wakeAtNanos = next.dueNanos;
      interestChanged();
    }
  }

  private static void runTimer(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException thrown) {
      report(thrown);
    }
  }

  private void closeSelector() {
    try {
      selector.close();
    } catch (IOException broken) {
      report(broken);
    }
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
