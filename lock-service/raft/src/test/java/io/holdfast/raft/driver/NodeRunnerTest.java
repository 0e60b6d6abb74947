package io.holdfast.raft.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class NodeRunnerTest {
  private static final long BOUND_SECONDS = 60;

  @Test
  void workThatArrivesWhileTheLoopIsParkedIsTurnedAtOnce() throws InterruptedException {
    AtomicReference<Runnable> wakeUp = new AtomicReference<>();
    CountDownLatch firstTurn = new CountDownLatch(1);
    CountDownLatch secondTurn = new CountDownLatch(2);
    EventLoop loop =
        new EventLoop() {
          private long wake;

          @Override
          public void turn(long nowNanos) {
            wake = nowNanos + TimeUnit.HOURS.toNanos(1);
            firstTurn.countDown();
            secondTurn.countDown();
          }

          @Override
          public long nextWakeNanos() {
            return wake;
          }

          @Override
          public void onWork(Runnable newWakeUp) {
            wakeUp.set(newWakeUp);
          }
        };
    try (NodeRunner runner = new NodeRunner(loop, "loop under test")) {
      runner.start();
      assertThat(firstTurn.await(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
      wakeUp.get().run();
      assertThat(secondTurn.await(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
  }
}
