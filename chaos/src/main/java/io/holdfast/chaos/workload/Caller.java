package io.holdfast.chaos.workload;

import io.holdfast.chaos.history.OpenOperation;
import io.holdfast.chaos.history.Outcomes;
import io.holdfast.chaos.history.Value;
import io.holdfast.chaos.workload.LockDriver.Hold;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One sequential client: does lock operations one after the other and records each. After an
 * outcome nobody knows it goes on as a new process, with a new owner.
 */
final class Caller {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final WorkloadContext context;
  private final LockDriver driver;
  private long process;
  private long unknown;

  Caller(WorkloadContext context, LockDriver driver) {
    this.context = context;
    this.driver = driver;
    this.process = context.recorder().newProcess();
  }

  /**
   * A hold and who got it.
   *
   * @param process which must release it
   */
  record Held(Hold hold, long process, LockWish wish) {}

  LockDriver driver() {
    return driver;
  }

  long process() {
    return process;
  }

  /** Ends the clients behind callers. */
  static CompletableFuture<Void> closeAll(Stream<Caller> callers) {
    return CompletableFuture.allOf(
        callers.map(caller -> caller.driver.close()).toArray(CompletableFuture[]::new));
  }

  /** The owner that this process asks under, from which reads tell the process. */
  String owner() {
    return "p" + process;
  }

  /** Operations so far whose outcome nobody knows. */
  long unknown() {
    return unknown;
  }

  /** What was held or waited for before is somebody else's from now on. */
  void becomeAnother() {
    process = context.recorder().newProcess();
  }

  /** Acquires and records it; nothing when it was refused, not granted or is unknown. */
  CompletableFuture<Optional<Held>> acquire(LockWish wish) {
    String function = wish.patience().isZero() ? "tryAcquire" : "acquire";
    long asking = process;
    long invokedNanos = context.environment().nowNanos();
    OpenOperation open = context.recorder().invoke(asking, function, wish.lock(), asked(wish));
    return driver
        .acquire(wish)
        .handle(
            (hold, failure) -> {
              if (failure != null) {
                end(open, failure, wish);
                return Optional.empty();
              }
              if (hold.isEmpty()) {
                refused(open, wish);
                return Optional.empty();
              }
              open.ok(granted(hold.get(), wish, invokedNanos));
              return Optional.of(new Held(hold.get(), asking, wish));
            });
  }

  private static void refused(OpenOperation open, LockWish wish) {
    if (wish.patience().isZero()) {
      open.fail();
    } else {
      open.fail("NotInTime");
    }
  }

  private static @Nullable Map<String, Object> asked(LockWish wish) {
    return switch (wish.mode()) {
      case EXCLUSIVE -> null;
      case SHARED -> Value.mode("shared");
      case SEMAPHORE -> Value.permits(wish.permits(), wish.limit());
    };
  }

  /**
   * The client is certain of the hold until some instant; the lease is recorded as what lies
   * between the request and that.
   */
  private Map<String, Object> granted(Hold hold, LockWish wish, long invokedNanos) {
    return wish.mode() == LockWish.Mode.EXCLUSIVE
        ? Value.lease(hold.token(), certainMillis(hold, invokedNanos))
        : Value.token(hold.token());
  }

  private long certainMillis(Hold hold, long sinceNanos) {
    long now = context.environment().nowNanos();
    return (now - sinceNanos + hold.remainingNanos()) / NANOS_PER_MILLI;
  }

  /**
   * Records, when the client is certain of the hold, for how long it is: nobody else may get the
   * lock until then.
   *
   * @return whether it is certain
   */
  boolean certify(Held held) {
    if (held.hold().remainingNanos() <= 0) {
      return false;
    }
    long invokedNanos = context.environment().nowNanos();
    OpenOperation open =
        context
            .recorder()
            .invoke(
                held.process(), "keepAlive", held.hold().lock(), Value.token(held.hold().token()));
    long certain = certainMillis(held.hold(), invokedNanos);
    if (held.hold().remainingNanos() <= 0) {
      open.info("lost meanwhile");
      return false;
    }
    open.ok(Value.lease(held.hold().token(), certain));
    return true;
  }

  /** Releases and records it. Never fails. */
  CompletableFuture<Void> release(Held held) {
    OpenOperation open =
        context.recorder().invoke(held.process(), "release", held.hold().lock(), given(held));
    return held.hold()
        .release()
        .handle(
            (done, failure) -> {
              if (failure == null) {
                open.ok(null);
              } else {
                // A refused release proves that the hold is over, which the lease tells as well; a
                // release that is tried on in the background may still take effect.
                unknown++;
                open.info(Outcomes.failure(failure).error());
                becomeAnother();
              }
              return null;
            });
  }

  private static Map<String, Object> given(Held held) {
    LockWish wish = held.wish();
    return wish.mode() == LockWish.Mode.SEMAPHORE
        ? Value.permits(wish.permits(), wish.limit())
        : Value.token(held.hold().token());
  }

  /** Reads who holds the lock, and records it. Never fails. */
  CompletableFuture<Void> read(String lock) {
    OpenOperation open = context.recorder().invoke(process, "read", lock, null);
    return driver
        .read(lock)
        .handle(
            (reading, failure) -> {
              if (failure != null) {
                // A read changes nothing, whatever became of it.
                open.fail(Outcomes.failure(failure).error());
              } else if (reading.token() == 0) {
                open.ok(Value.token(0));
              } else {
                open.ok(Value.holder(reading.token(), processOf(reading.owner())));
              }
              return null;
            });
  }

  private static long processOf(String owner) {
    return owner.matches("p\\d{1,18}") ? Long.parseLong(owner.substring(1)) : -1;
  }

  private void end(OpenOperation open, Throwable failure, LockWish wish) {
    Outcomes.Failure told = Outcomes.failure(failure);
    open.failed(failure);
    if (told.definite()) {
      return;
    }
    unknown++;
    if (wish.mode() != LockWish.Mode.EXCLUSIVE) {
      // What may have been granted is given back by the client at some time, or ends with its
      // session. Exclusive locks are judged by leases, which say so by themselves.
      Object value =
          wish.mode() == LockWish.Mode.SEMAPHORE
              ? Value.permits(wish.permits(), wish.limit())
              : null;
      context
          .recorder()
          .invoke(open.process(), "release", wish.lock(), value)
          .info("given back unseen");
    }
    becomeAnother();
  }
}
