package io.holdfast.chaos.workload;

import io.holdfast.chaos.history.OpenOperation;
import io.holdfast.chaos.history.Value;
import io.holdfast.chaos.workload.LockDriver.Hold;
import io.holdfast.checker.history.History;
import io.holdfast.checker.history.Operation;
import io.holdfast.checker.history.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Clients that queue one after the other, each once the one before is seen to wait, and are granted
 * the lock in that order.
 */
record FifoWorkload() implements Workload {
  private static final Duration TTL_MIN = Duration.ofSeconds(20);
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final long LOOK_NANOS = 20_000_000;
  private static final long LOOK_NANOS_MAX = 4_000_000_000L;
  private static final String JOIN = "join";
  private static final String GRANT = "grant";

  @Override
  public String name() {
    return "fifo";
  }

  @Override
  public String description() {
    return "Clients queue for a lock one after the other and get it in that order, whoever leads"
        + " meanwhile.";
  }

  @Override
  public List<Judgement> judgements() {
    return List.of(new Judgement.ByCheck("", "first come, first served", FifoWorkload::violations));
  }

  @Override
  public double leastTraffic() {
    return 0.01;
  }

  @Override
  public Running start(WorkloadContext context) {
    return new Queueing(context);
  }

  private final class Queueing implements Running {
    private final WorkloadContext context;
    private final Loops loops;
    private final List<LockDriver> drivers = new ArrayList<>();
    private int rounds;

    Queueing(WorkloadContext context) {
      this.context = context;
      this.loops = new Loops(context, name());
      Duration asked = context.load().sessionTtl();
      Duration ttl = asked.compareTo(TTL_MIN) < 0 ? TTL_MIN : asked;
      for (int client = 0; client < Math.max(3, context.load().clients()); client++) {
        drivers.add(Drivers.java(context, "client-" + client, ttl));
      }
      loops.repeat(this::round, 4 * drivers.size());
    }

    /** The first client holds the lock until the others wait. */
    private CompletableFuture<Void> round() {
      String lock = context.prefix() + rounds++;
      LockDriver first = drivers.get(0);
      return first
          .acquire(LockWish.exclusive(lock, "first", PATIENCE))
          .handle((hold, failure) -> failure == null ? hold : Optional.<Hold>empty())
          .thenCompose(
              hold ->
                  hold.isPresent()
                      ? queue(lock, hold.get())
                      : CompletableFuture.completedFuture(null));
    }

    private CompletableFuture<Void> queue(String lock, Hold held) {
      List<CompletableFuture<Void>> ends = new ArrayList<>();
      CompletableFuture<Boolean> joined = CompletableFuture.completedFuture(true);
      for (int number = 1; number < drivers.size(); number++) {
        int position = number;
        joined =
            joined.thenCompose(
                going ->
                    going ? join(lock, position, ends) : CompletableFuture.completedFuture(false));
      }
      return joined
          .thenCompose(all -> held.release().handle((done, failure) -> null))
          .thenCompose(done -> CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)));
    }

    /** Whether the client is seen to wait. */
    private CompletableFuture<Boolean> join(
        String lock, int position, List<CompletableFuture<Void>> ends) {
      long process = context.recorder().newProcess();
      OpenOperation open = context.recorder().invoke(process, JOIN, lock, null);
      CompletableFuture<Optional<Hold>> asked =
          drivers.get(position).acquire(LockWish.exclusive(lock, "p" + process, PATIENCE));
      ends.add(
          asked
              .handle((hold, failure) -> failure == null ? hold : Optional.<Hold>empty())
              .thenCompose(hold -> granted(lock, process, hold)));
      CompletableFuture<Boolean> seen = new CompletableFuture<>();
      look(lock, position, asked, context.environment().nowNanos() + LOOK_NANOS_MAX, seen);
      return seen.thenApply(
          waits -> {
            if (waits) {
              open.ok(position);
            } else {
              open.info("not seen to wait");
            }
            return waits;
          });
    }

    private void look(
        String lock,
        int position,
        CompletableFuture<Optional<Hold>> asked,
        long deadlineNanos,
        CompletableFuture<Boolean> seen) {
      CompletableFuture<Void> unused =
          drivers
              .get(0)
              .read(lock)
              .handle(
                  (reading, failure) -> {
                    boolean waits = failure == null && reading.waiting() == position;
                    if (waits
                        || asked.isDone()
                        || context.environment().nowNanos() > deadlineNanos) {
                      seen.complete(waits && !asked.isDone());
                    } else {
                      context
                          .environment()
                          .after(
                              LOOK_NANOS, () -> look(lock, position, asked, deadlineNanos, seen));
                    }
                    return null;
                  });
    }

    private CompletableFuture<Void> granted(String lock, long process, Optional<Hold> hold) {
      if (hold.isEmpty()) {
        return CompletableFuture.completedFuture(null);
      }
      // A process of its own: the join of one that was served before it was seen is still open.
      long grantee = context.recorder().newProcess();
      context.recorder().invoke(grantee, GRANT, lock, process).ok(Value.token(hold.get().token()));
      return hold.get().release().handle((done, failure) -> null);
    }

    @Override
    public CompletableFuture<Void> drain() {
      return loops.drain();
    }

    @Override
    public CompletableFuture<Void> finish() {
      return CompletableFuture.allOf(
          drivers.stream().map(LockDriver::close).toArray(CompletableFuture[]::new));
    }
  }

  /** Of two that were seen to wait one after the other, the first gets the smaller token. */
  static List<String> violations(History history) {
    List<String> wrong = new ArrayList<>();
    for (String lock : history.keys()) {
      int[] ids = history.operationsOfKey(history.keys().indexOf(lock));
      List<Operation> joins = new ArrayList<>();
      Map<Long, Long> tokens = new HashMap<>();
      for (int id : ids) {
        Operation operation = history.operation(id);
        if (operation.outcome() != Outcome.OK) {
          continue;
        }
        if (operation.function().equals(JOIN)) {
          joins.add(operation);
        } else if (operation.function().equals(GRANT) && operation.input() instanceof Long who) {
          tokens.put(who, Observed.token(operation.output()));
        }
      }
      for (int at = 1; at < joins.size(); at++) {
        Long earlier = tokens.get(joins.get(at - 1).process());
        Long later = tokens.get(joins.get(at).process());
        if (earlier != null && later != null && earlier > later) {
          wrong.add(
              "lock "
                  + lock
                  + ": process "
                  + joins.get(at - 1).process()
                  + " was seen to wait before process "
                  + joins.get(at).process()
                  + " asked, but got token "
                  + earlier
                  + " after the other's "
                  + later);
        }
      }
    }
    return wrong;
  }
}
