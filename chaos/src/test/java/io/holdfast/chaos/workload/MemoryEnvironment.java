package io.holdfast.chaos.workload;

import io.holdfast.client.HoldfastClient;
import io.holdfast.client.testing.InMemoryHoldfast;
import java.time.Duration;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/** Real clients, a service in memory, and time that passes when the test says so. */
final class MemoryEnvironment implements Environment {
  private static final long STEP_NANOS = 1_000_000;

  private final InMemoryHoldfast service = new InMemoryHoldfast();
  private final RandomGenerator random;
  private final PriorityQueue<Task> tasks = new PriorityQueue<>();
  private long made;

  private record Task(long dueNanos, long number, Runnable work) implements Comparable<Task> {
    @Override
    public int compareTo(Task other) {
      int byTime = Long.compare(dueNanos, other.dueNanos);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
  }

  MemoryEnvironment(long seed) {
    this.random = new SplittableRandom(seed);
  }

  @Override
  public long nowNanos() {
    return service.now().toNanos();
  }

  @Override
  public void after(long delayNanos, Runnable task) {
    tasks.add(new Task(nowNanos() + Math.max(0, delayNanos), made++, task));
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public TestClient newClient(ClientOptions options) {
    HoldfastClient client =
        service.newClient(
            builder ->
                builder
                    .sessionTtl(options.sessionTtl())
                    .requestTimeout(options.requestTimeout())
                    .ownerName(options.name()));
    return new TestClient() {
      @Override
      public HoldfastClient api() {
        return client;
      }

      @Override
      public void pause(long nanos) {
        service.freeze(client);
        after(nanos, () -> service.heal(client));
      }

      @Override
      public void crash() {
        service.cutOff(client);
      }

      @Override
      public CompletableFuture<Void> close() {
        return client.closeAsync();
      }
    };
  }

  @Override
  public Optional<HttpCaller> http() {
    return Optional.empty();
  }

  /** Lets time pass. */
  void run(Duration time) {
    long end = nowNanos() + time.toNanos();
    while (nowNanos() < end) {
      step();
    }
  }

  /** Lets time pass until the future is done. */
  void runUntilDone(CompletableFuture<Void> future, Duration most) {
    long end = nowNanos() + most.toNanos();
    while (!future.isDone()) {
      if (nowNanos() > end) {
        throw new AssertionError("not done within " + most);
      }
      step();
    }
    future.join();
  }

  private void step() {
    Task next = tasks.peek();
    while (next != null && next.dueNanos() <= nowNanos()) {
      tasks.remove();
      next.work().run();
      next = tasks.peek();
    }
    service.advance(Duration.ofNanos(STEP_NANOS));
  }
}
