package io.holdfast.chaos.sim;

import io.holdfast.api.LockMode;
import io.holdfast.client.AcquireTimeoutException;
import io.holdfast.client.DistributedLock;
import io.holdfast.client.Lease;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One sequence of operations inside a client process. */
final class ClientFiber {
  private static final int SEMAPHORE_LIMIT = 3;
  private static final double MILLION = 1e6;
  private static final double LONG_FROM = 0.95;
  private static final long LONG_MILLIS_MAX = 5_000;

  private final Clients clients;
  private final ClientHost host;
  private final int number;
  private final SimWorld world;
  private final HistoryKeeper history;
  private boolean busy;
  private String doing = "";

  ClientFiber(Clients clients, ClientHost host, int number) {
    this.clients = clients;
    this.host = host;
    this.number = number;
    this.world = clients.world();
    this.history = clients.history();
  }

  boolean isIdle() {
    return !busy;
  }

  @Override
  public String toString() {
    return host.name() + " with " + doing;
  }

  void start() {
    later(1 + number, this::next);
  }

  /** In the client's own process: it waits while that stands still. */
  private void later(long millis, Runnable step) {
    world.afterMillis(millis, () -> host.execute(step));
  }

  private void next() {
    busy = false;
    if (clients.isFinishing()) {
      return;
    }
    int operation = clients.nextOperation(number);
    RandomGenerator random =
        world.draws().of("operation", (long) number * Kept.OPERATIONS_MAX + operation);
    long think = random.nextInt((int) clients.plan().client().thinkMillisMax());
    later(
        think,
        () -> {
          if (clients.isFinishing() || clients.isLeftOut(number, operation)) {
            next();
          } else {
            busy = true;
            clients.noteBegun(number, operation);
            begin(random);
          }
        });
  }

  private void begin(RandomGenerator random) {
    int locks = clients.plan().client().locks();
    int kind = random.nextInt(100);
    if (kind < 50) {
      acquire(
          random,
          new Wish("lock-" + random.nextInt(locks), LockMode.EXCLUSIVE, false, 0, 0, wait(random)));
    } else if (kind < 65) {
      boolean shared = random.nextInt(3) != 0;
      LockMode mode = shared ? LockMode.SHARED : LockMode.EXCLUSIVE;
      acquire(random, new Wish("rw-0", mode, true, 0, 0, wait(random)));
    } else if (kind < 78) {
      int permits = 1 + random.nextInt(2);
      acquire(
          random,
          new Wish("sem-0", LockMode.SEMAPHORE, false, permits, SEMAPHORE_LIMIT, wait(random)));
    } else if (kind < 84) {
      acquire(random, new Wish(Observers.ELECTION, LockMode.EXCLUSIVE, false, 0, 0, wait(random)));
    } else {
      read("lock-" + random.nextInt(locks));
    }
  }

  private static long wait(RandomGenerator random) {
    int draw = random.nextInt(10);
    return draw < 4 ? 0 : draw < 8 ? 50 + random.nextInt(1_500) : -1;
  }

  private DistributedLock lock(Wish wish, Attempt attempt) {
    DistributedLock lock = host.client().lock(wish.lock());
    DistributedLock inMode =
        switch (wish.mode()) {
          case EXCLUSIVE -> lock;
          case SHARED -> lock.shared();
          case SEMAPHORE -> lock.semaphore(wish.limit(), wish.permits());
        };
    return inMode.owner(attempt.owner());
  }

  private void acquire(RandomGenerator random, Wish wish) {
    Attempt attempt = history.asks(host, wish);
    doing = attempt.owner() + " " + wish;
    DistributedLock lock = lock(wish, attempt);
    if (wish.waitMillis() >= 0) {
      var unused =
          lock.tryAcquireAsync(Duration.ofMillis(wish.waitMillis()))
              .whenComplete(
                  (lease, failure) ->
                      answered(
                          attempt, random, lease == null ? null : lease.orElse(null), failure));
      return;
    }
    CompletableFuture<Lease> asked = lock.acquireAsync();
    var unused = asked.whenComplete((lease, failure) -> answered(attempt, random, lease, failure));
    // Nobody waits for ever: after some time the wait is withdrawn.
    later(200 + random.nextInt(3_000), () -> asked.cancel(false));
  }

  private void answered(
      Attempt attempt, RandomGenerator random, @Nullable Lease lease, @Nullable Throwable failure) {
    if (failure != null) {
      if (failure instanceof AcquireTimeoutException) {
        history.refused(attempt);
      } else {
        history.unknown(attempt);
      }
      next();
    } else if (lease == null) {
      history.refused(attempt);
      next();
    } else {
      history.acquired(attempt, lease);
      hold(attempt, random, lease);
    }
  }

  private void hold(Attempt attempt, RandomGenerator random, Lease lease) {
    long holdMillis = holdMillis(random.nextDouble());
    if (attempt.lock.equals(Observers.ELECTION)) {
      String value = clients.observers().publishes(lease);
      var unused = lease.publishAsync(value);
    } else if (random.nextInt(6) == 0) {
      check(attempt, lease);
    }
    clients.noteHold(host, world.now() + holdMillis * 1_000_000);
    later(holdMillis, () -> release(attempt, lease));
  }

  /** Mostly short; now and then longer than a session lives without being kept alive. */
  private static long holdMillis(double draw) {
    return draw < LONG_FROM
        ? 1 + (long) (draw * draw * draw * 600)
        : 600 + (long) ((draw - LONG_FROM) / (1 - LONG_FROM) * LONG_MILLIS_MAX);
  }

  /** The holder asks whether it holds: while its lease is valid it must. */
  private void check(Attempt attempt, Lease lease) {
    var unused =
        host.client()
            .reads()
            .checkAsync(attempt.lock, lease.token())
            .whenComplete(
                (checked, failure) -> {
                  if (checked != null
                      && !checked.current()
                      && attempt.isBelieved()
                      && history.areLeasesExact()) {
                    world.violate(
                        "lease",
                        "%s is told that its token %d is not current while it believes in it for %.1f ms"
                            .formatted(
                                attempt.owner(),
                                lease.token(),
                                lease.remaining().toNanos() / MILLION));
                  }
                });
  }

  private void release(Attempt attempt, Lease lease) {
    history.releases(attempt);
    var unused =
        lease
            .releaseAsync()
            .whenComplete(
                (nothing, failure) -> {
                  if (failure == null) {
                    history.released(attempt);
                  } else {
                    history.releaseFailed(attempt);
                  }
                  next();
                });
  }

  private void read(String lock) {
    long process = history.reads(lock);
    doing = "read of " + lock;
    var unused =
        host.client()
            .reads()
            .checkAsync(lock, 1)
            .whenComplete(
                (checked, failure) -> {
                  if (failure != null) {
                    history.readFailed(process, lock);
                  } else if (checked.holders().size() > 1) {
                    world.violate("history", lock + " is read with two holders: " + checked);
                  } else {
                    history.read(
                        process,
                        lock,
                        checked.holders().isEmpty() ? 0 : checked.holders().get(0).token());
                  }
                  next();
                });
  }
}
