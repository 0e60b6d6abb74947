package io.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.client.testing.InMemoryHoldfast;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@SuppressWarnings("LockNotBeforeTry") // The views themselves are tried.
class LockViewTest {
  private final InMemoryHoldfast holdfast = new InMemoryHoldfast();
  private final HoldfastClient client = holdfast.newClient();
  private final Lock lock = client.lock("x").asLock();

  private static <T> T inAnotherThread(Callable<T> work) throws Exception {
    CompletableFuture<T> result = new CompletableFuture<>();
    start(work, result);
    return result.get(30, TimeUnit.SECONDS);
  }

  private static <T> Thread start(Callable<T> work, CompletableFuture<T> result) {
    Thread thread =
        new Thread(
            () -> {
              try {
                result.complete(work.call());
              } catch (Exception failure) {
                result.completeExceptionally(failure);
              }
            });
    thread.start();
    return thread;
  }

  private void awaitWaiters(int count) throws InterruptedException {
    while (client.reads().lock("x").waiting() != count) {
      Thread.onSpinWait();
    }
  }

  @Test
  void threadEntersAgainAndLeavesAsOften() throws Exception {
    lock.lock();
    client.lock("x").asLock().lock();
    assertThat(lock.tryLock()).isTrue();
    assertThat((boolean) inAnotherThread(lock::tryLock)).isFalse();
    lock.unlock();
    lock.unlock();
    assertThat((boolean) inAnotherThread(lock::tryLock)).isFalse();
    lock.unlock();
    assertThat(client.reads().lock("x").holders()).isEmpty();
    assertThat((boolean) inAnotherThread(lock::tryLock)).isTrue();
  }

  @Test
  void onlyTheHoldingThreadUnlocks() throws Exception {
    assertThatThrownBy(lock::unlock).isInstanceOf(IllegalMonitorStateException.class);
    lock.lock();
    assertThatThrownBy(
            () ->
                inAnotherThread(
                    () -> {
                      lock.unlock();
                      return true;
                    }))
        .hasCauseInstanceOf(IllegalMonitorStateException.class);
    lock.unlock();
  }

  @Test
  void unlockAfterTheLossSaysSo() {
    lock.lock();
    holdfast.cutOff(client);
    holdfast.advance(Duration.ofSeconds(10));

    assertThatThrownBy(lock::tryLock).isInstanceOf(LeaseLostException.class);
    assertThatThrownBy(lock::unlock).isInstanceOf(LeaseLostException.class);
    assertThatThrownBy(lock::unlock).isInstanceOf(IllegalMonitorStateException.class);
  }

  @Test
  void interruptEndsAnInterruptibleWaitAndLeavesTheQueue() throws Exception {
    lock.lock();
    CompletableFuture<Boolean> result = new CompletableFuture<>();
    Thread waiter =
        start(
            () -> {
              lock.lockInterruptibly();
              return true;
            },
            result);
    awaitWaiters(1);
    waiter.interrupt();

    assertThat(result)
        .failsWithin(Duration.ofSeconds(30))
        .withThrowableOfType(java.util.concurrent.ExecutionException.class)
        .withCauseInstanceOf(InterruptedException.class);
    awaitWaiters(0);
    lock.unlock();
    assertThat(client.reads().lock("x").holders()).isEmpty();
  }

  @Test
  void interruptIsKeptForLaterByAnUninterruptibleWait() throws Exception {
    lock.lock();
    CompletableFuture<Boolean> result = new CompletableFuture<>();
    Thread waiter =
        start(
            () -> {
              lock.lock();
              boolean interrupted = Thread.interrupted();
              lock.unlock();
              return interrupted;
            },
            result);
    awaitWaiters(1);
    waiter.interrupt();
    lock.unlock();
    assertThat(result.get(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void boundedTryWaitsForItsTimeOnly() throws Exception {
    lock.lock();
    CompletableFuture<Boolean> result = new CompletableFuture<>();
    Thread waiter = start(() -> lock.tryLock(1, TimeUnit.MINUTES), result);
    awaitWaiters(1);
    holdfast.advance(Duration.ofMinutes(1));
    assertThat(result.get(30, TimeUnit.SECONDS)).isFalse();
    waiter.join();
    lock.unlock();
  }

  @Test
  void sharedViewsOfTwoThreadsHoldTogether() throws Exception {
    Lock shared = client.lock("y").shared().asLock();
    shared.lock();
    assertThat((boolean) inAnotherThread(shared::tryLock)).isTrue();
    assertThat((boolean) inAnotherThread(() -> client.lock("y").asLock().tryLock())).isFalse();
  }

  @Test
  void conditionsAreNotSupported() {
    assertThatThrownBy(lock::newCondition).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void closingWhileOthersAcquireLeavesNothingHeld() throws Exception {
    for (int round = 0; round < 100; round++) {
      HoldfastClient doomed = holdfast.newClient();
      CompletableFuture<Boolean> closed = new CompletableFuture<>();
      Thread closer =
          start(
              () -> {
                doomed.close();
                return true;
              },
              closed);
      for (int number = 0; number < 20; number++) {
        CompletableFuture<Lease> unused = doomed.lock("race").acquireAsync();
      }
      assertThat(closed.get(30, TimeUnit.SECONDS)).isTrue();
      closer.join();
      assertThat(client.reads().lock("race").holders()).isEmpty();
      assertThat(client.reads().lock("race").waiting()).isZero();
    }
  }
}
