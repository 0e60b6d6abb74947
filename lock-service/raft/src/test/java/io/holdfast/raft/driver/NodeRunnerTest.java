package io.holdfast.raft.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class NodeRunnerTest {
  private static final long BOUND_SECONDS = 60;
  private static final String OWN_THREAD = "loop under test";

  /** A loop that counts what it is given, and notices when two threads turn it. */
  private static final class CountingLoop implements EventLoop {
    final AtomicLong brought = new AtomicLong();
    final AtomicBoolean turning = new AtomicBoolean();
    final AtomicBoolean turnedByTwo = new AtomicBoolean();
    final List<String> turners = new ArrayList<>();
    final CountDownLatch started = new CountDownLatch(1);
    volatile long taken;
    volatile Runnable duringTurn = () -> {};
    long restNanos = TimeUnit.HOURS.toNanos(1);
    private final AtomicBoolean signalled = new AtomicBoolean();
    private Runnable wakeUp = () -> {};
    private long wakeNanos;

    /** Any thread. */
    void bring() {
      brought.incrementAndGet();
      if (!signalled.getAndSet(true)) {
        wakeUp.run();
      }
    }

    @Override
    public void turn(long nowNanos) {
      turnedByTwo.compareAndSet(false, turning.getAndSet(true));
      signalled.set(false);
      taken = brought.get();
      turners.add(Thread.currentThread().getName());
      duringTurn.run();
      wakeNanos = nowNanos + restNanos;
      turning.set(false);
      started.countDown();
    }

    @Override
    public long nextWakeNanos() {
      return wakeNanos;
    }

    @Override
    public void onWork(Runnable newWakeUp) {
      wakeUp = newWakeUp;
    }
  }

  private static NodeRunner started(CountingLoop loop, NodeRunner.Visits visits)
      throws InterruptedException {
    NodeRunner runner = new NodeRunner(loop, OWN_THREAD, visits);
    runner.start();
    assertThat(loop.started.await(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
    return runner;
  }

  /** Brings work until this thread itself turned the loop, which it does when the loop rests. */
  private static void bringToARestingLoop(CountingLoop loop, CountDownLatch turnedHere) {
    String here = Thread.currentThread().getName();
    loop.duringTurn =
        () -> {
          if (Thread.currentThread().getName().equals(here)) {
            turnedHere.countDown();
          }
        };
    while (turnedHere.getCount() > 0) {
      loop.bring();
      Thread.onSpinWait();
    }
  }

  @Test
  void whoeverBringsWorkToARestingLoopTurnsIt() throws InterruptedException {
    CountingLoop loop = new CountingLoop();
    try (NodeRunner runner = started(loop, NodeRunner.Visits.AT_ONCE)) {
      bringToARestingLoop(loop, new CountDownLatch(1));
      assertThat(loop.taken).isEqualTo(loop.brought.get());
    }
  }

  @Test
  void aVisitIsPaidWhenTheVisitorSays() throws InterruptedException {
    CountingLoop loop = new CountingLoop();
    List<Runnable> visits = new ArrayList<>();
    try (NodeRunner runner = started(loop, visits::add)) {
      while (visits.isEmpty()) {
        loop.bring();
        Thread.onSpinWait();
      }
      loop.bring();
      long before = loop.taken;
      visits.get(0).run();
      assertThat(before).isLessThan(loop.brought.get());
      assertThat(loop.taken).isEqualTo(loop.brought.get());
    }
  }

  @Test
  void workThatArrivesDuringAVisitIsTakenByItsNextTurnOrByTheOwnThread()
      throws InterruptedException {
    CountingLoop loop = new CountingLoop();
    AtomicInteger left = new AtomicInteger(20);
    CountDownLatch ownThreadTookTheRest = new CountDownLatch(1);
    try (NodeRunner runner = started(loop, NodeRunner.Visits.AT_ONCE)) {
      bringToARestingLoop(loop, new CountDownLatch(1));
      loop.duringTurn =
          () -> {
            if (left.getAndDecrement() > 0) {
              loop.bring();
            } else if (Thread.currentThread().getName().equals(OWN_THREAD)) {
              ownThreadTookTheRest.countDown();
            }
          };
      loop.bring();
      assertThat(ownThreadTookTheRest.await(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(loop.taken).isEqualTo(loop.brought.get());
  }

  @Test
  void theOwnThreadTurnsTheLoopWhenATimerIsDue() throws InterruptedException {
    CountingLoop loop = new CountingLoop();
    loop.restNanos = TimeUnit.MICROSECONDS.toNanos(200);
    CountDownLatch turns = new CountDownLatch(50);
    loop.duringTurn = turns::countDown;
    try (NodeRunner runner = started(loop, NodeRunner.Visits.AT_ONCE)) {
      assertThat(turns.await(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(loop.turners).containsOnly(OWN_THREAD);
  }

  @Test
  void aTimerThatAVisitBringsForwardIsKept() throws InterruptedException {
    CountingLoop loop = new CountingLoop();
    CountDownLatch turnedByOwnThread = new CountDownLatch(1);
    try (NodeRunner runner = started(loop, NodeRunner.Visits.AT_ONCE)) {
      bringToARestingLoop(loop, new CountDownLatch(1));
      loop.duringTurn =
          () -> {
            loop.restNanos = TimeUnit.MILLISECONDS.toNanos(1);
            if (Thread.currentThread().getName().equals(OWN_THREAD)) {
              turnedByOwnThread.countDown();
            }
          };
      loop.bring();
      assertThat(turnedByOwnThread.await(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void manyThreadsTurnTheLoopOneAtATimeAndNothingIsForgotten() throws InterruptedException {
    CountingLoop loop = new CountingLoop();
    loop.restNanos = TimeUnit.MICROSECONDS.toNanos(300);
    NodeRunner runner = started(loop, NodeRunner.Visits.AT_ONCE);
    List<Thread> visitors = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Thread visitor =
          new Thread(
              () -> {
                for (int work = 0; work < 20_000; work++) {
                  loop.bring();
                }
              });
      visitor.start();
      visitors.add(visitor);
    }
    for (Thread visitor : visitors) {
      visitor.join();
    }
    loop.restNanos = TimeUnit.HOURS.toNanos(1);
    CountDownLatch all = new CountDownLatch(1);
    loop.duringTurn = all::countDown;
    loop.bring();
    assertThat(all.await(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
    runner.close();
    assertThat(loop.taken).isEqualTo(80_001);
    assertThat(loop.turnedByTwo).isFalse();
  }

  @Test
  void aClosedRunnerTurnsTheLoopNoMore() throws InterruptedException {
    CountingLoop loop = new CountingLoop();
    NodeRunner runner = started(loop, NodeRunner.Visits.AT_ONCE);
    runner.close();
    int turns = loop.turners.size();
    loop.bring();
    assertThat(loop.turners).hasSize(turns);
  }

  @Test
  void closingWaitsForTheTurnOfAVisitor() throws InterruptedException {
    CountingLoop loop = new CountingLoop();
    NodeRunner runner = started(loop, NodeRunner.Visits.AT_ONCE);
    CountDownLatch inTurn = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    AtomicBoolean ended = new AtomicBoolean();
    bringToARestingLoop(loop, new CountDownLatch(1));
    loop.duringTurn =
        () -> {
          inTurn.countDown();
          awaitQuietly(go);
          ended.set(true);
        };
    Thread visitor = new Thread(loop::bring);
    visitor.start();
    assertThat(inTurn.await(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
    Thread closer = new Thread(runner::close);
    closer.start();
    while (closer.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    assertThat(ended).isFalse();
    go.countDown();
    closer.join();
    assertThat(ended).isTrue();
    visitor.join();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
