package io.holdfast.client.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SerialTasksTest {
  @Test
  void taskOfATaskRunsAfterItAndBeforeTheCallReturns() {
    List<String> ran = new ArrayList<>();
    SerialTasks tasks = new SerialTasks(() -> ran.add("flush"), thrown -> {}, () -> false);
    tasks.execute(
        () -> {
          tasks.execute(() -> ran.add("inner"));
          ran.add("outer");
        });
    assertThat(ran).containsExactly("outer", "flush", "inner", "flush");
  }

  @Test
  void taskThatThrowsIsReportedAndDoesNotStopTheOthers() {
    List<Throwable> reported = new ArrayList<>();
    AtomicInteger ran = new AtomicInteger();
    SerialTasks tasks = new SerialTasks(() -> {}, reported::add, () -> false);
    tasks.execute(
        () -> {
          tasks.execute(ran::incrementAndGet);
          throw new IllegalStateException("planted");
        });
    assertThat(reported).hasSize(1);
    assertThat(ran).hasValue(1);
  }

  @Test
  void callerWithTooMuchToDoHandsTheRestOver() {
    AtomicInteger ran = new AtomicInteger();
    AtomicBoolean asked = new AtomicBoolean();
    SerialTasks tasks =
        new SerialTasks(
            () -> {},
            thrown -> {},
            () -> {
              asked.set(true);
              return true;
            });
    chain(tasks, ran, 1_000);
    assertThat(asked).isTrue();
    assertThat(ran.get()).isBetween(100, 999);
    tasks.takeOver();
    assertThat(ran).hasValue(1_000);
  }

  @Test
  void callerGoesOnWhenThereIsNobodyToHandOverTo() {
    AtomicInteger ran = new AtomicInteger();
    SerialTasks tasks = new SerialTasks(() -> {}, thrown -> {}, () -> false);
    chain(tasks, ran, 1_000);
    assertThat(ran).hasValue(1_000);
  }

  private static void chain(SerialTasks tasks, AtomicInteger ran, int left) {
    tasks.execute(
        () -> {
          ran.incrementAndGet();
          if (left > 1) {
            chain(tasks, ran, left - 1);
          }
        });
  }

  @Test
  void tasksOfManyThreadsNeverRunAtOnceAndNoneIsLost() throws Exception {
    int[] plain = new int[1];
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger collisions = new AtomicInteger();
    SerialTasks tasks = new SerialTasks(() -> {}, thrown -> {}, () -> false);
    CountDownLatch done = new CountDownLatch(8);
    for (int thread = 0; thread < 8; thread++) {
      new Thread(
              () -> {
                for (int number = 0; number < 20_000; number++) {
                  tasks.execute(
                      () -> {
                        collisions.addAndGet(inside.getAndIncrement());
                        plain[0]++;
                        inside.decrementAndGet();
                      });
                }
                done.countDown();
              })
          .start();
    }
    assertThat(done.await(100, TimeUnit.SECONDS)).isTrue();
    CountDownLatch last = new CountDownLatch(1);
    tasks.execute(last::countDown);
    assertThat(last.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(collisions).hasValue(0);
    assertThat(plain[0]).isEqualTo(160_000);
  }
}
