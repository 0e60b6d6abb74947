package io.holdfast.chaos.workload;

import io.holdfast.chaos.history.OpenOperation;
import io.holdfast.chaos.workload.Caller.Held;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * A set or counter outside of the cluster, changed under a lock by reading, thinking and writing
 * back. Some clients are paused while they think, for longer than their TTL.
 *
 * @param counts a counter; otherwise a set
 * @param fenced whether the store checks the fencing token
 */
record GuardedWorkload(String name, String description, boolean counts, boolean fenced)
    implements Workload {
  private static final Duration TTL_MAX = Duration.ofMillis(1_500);
  private static final long THINK_MILLIS_MAX = 10;
  private static final double PAUSES = 0.12;
  private static final int CHANGES_MAX = 30;
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** Who records the marks of writes that came too late. */
  static final String LATE_WRITER = "store";

  private static final String DATA = "data/";
  private static final String LOCK = "lock";

  @Override
  public boolean mustHold() {
    return fenced;
  }

  @Override
  public List<Judgement> judgements() {
    return List.of(
        new Judgement.ByModel(DATA, counts ? "counter" : "set"),
        new Judgement.ByModel(LOCK, "leased-lock"));
  }

  @Override
  public double leastTraffic() {
    return 0.01;
  }

  @Override
  public Running start(WorkloadContext context) {
    return new Changes(this, context);
  }

  private static final class Changes implements Running {
    private final GuardedWorkload workload;
    private final WorkloadContext context;
    private final Loops loops;
    private final GuardedStore store;
    private final Duration ttl;
    private final List<Caller> callers = new ArrayList<>();
    private final KeyRing names;
    private long element;

    Changes(GuardedWorkload workload, WorkloadContext context) {
      this.workload = workload;
      this.context = context;
      this.loops = new Loops(context, workload.name());
      this.store = new GuardedStore(workload.fenced());
      this.names = new KeyRing(context.prefix() + DATA, 1, CHANGES_MAX);
      Duration asked = context.load().sessionTtl();
      this.ttl = asked.compareTo(TTL_MAX) > 0 ? TTL_MAX : asked;
      for (int client = 0; client < context.load().clients(); client++) {
        Caller caller = new Caller(context, Drivers.java(context, "client-" + client, ttl));
        callers.add(caller);
        loops.repeat(() -> round(caller), 3);
      }
    }

    private CompletableFuture<Void> round(Caller caller) {
      String lock = context.prefix() + LOCK;
      return caller
          .acquire(LockWish.exclusive(lock, caller.owner(), PATIENCE))
          .thenCompose(
              held ->
                  held.isPresent()
                      ? change(caller, held.get())
                      : CompletableFuture.completedFuture(null));
    }

    private CompletableFuture<Void> change(Caller caller, Held held) {
      RandomGenerator random = context.environment().random();
      if (random.nextInt(8) == 0) {
        read(held, names.name(0));
        return giveBack(caller, held);
      }
      String name = names.use(0);
      long token = held.hold().token();
      long added = workload.counts() ? 1 : ++element;
      OpenOperation open = context.recorder().invoke(held.process(), "add", name, added);
      Optional<List<Long>> before = store.read(name, token);
      if (before.isEmpty()) {
        open.fail("StaleToken");
        return giveBack(caller, held);
      }
      long thinkNanos = 1 + random.nextLong(THINK_MILLIS_MAX * 1_000_000);
      if (random.nextDouble() < PAUSES) {
        thinkNanos += ttl.toNanos() + random.nextLong(ttl.toNanos());
        caller.driver().pause(thinkNanos);
      }
      return loops
          .pause(thinkNanos)
          .thenCompose(
              thought -> {
                // A careful client asks here whether it still holds the lock, and is paused between
                // the answer and the deed: so nothing is asked.
                List<Long> after = new ArrayList<>(before.get());
                after.add(added);
                boolean late = store.isLate(token);
                if (store.write(name, token, after)) {
                  open.ok(null);
                  if (late) {
                    confess(held, added);
                  }
                } else {
                  open.fail("StaleToken");
                }
                return giveBack(caller, held);
              });
    }

    /** Says what the history shows only to those who compare many lines of it. */
    private void confess(Held held, long added) {
      String what =
          "process "
              + held.process()
              + " wrote "
              + (workload.counts() ? "the counter" : "the set with " + added)
              + " back under token "
              + held.hold().token()
              + " after its lease had run out and a later holder had been there: what that one"
              + " changed is lost. A store that checks the token would have refused it";
      context.recorder().mark(LATE_WRITER, context.prefix() + "late-write", what);
    }

    private void read(Held held, String name) {
      OpenOperation open = context.recorder().invoke(held.process(), "read", name, null);
      Optional<List<Long>> found = store.read(name, held.hold().token());
      if (found.isEmpty()) {
        open.fail("StaleToken");
      } else {
        open.ok(workload.counts() ? (long) found.get().size() : found.get());
      }
    }

    private CompletableFuture<Void> giveBack(Caller caller, Held held) {
      if (held.hold().remainingNanos() > 0) {
        return caller.release(held);
      }
      caller.becomeAnother();
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> drain() {
      return loops.drain();
    }

    /** The last holder reads every name there was. */
    @Override
    public CompletableFuture<Void> finish() {
      Caller last = callers.get(0);
      String lock = context.prefix() + LOCK;
      Duration patience = ttl.multipliedBy(2).plus(Duration.ofSeconds(15));
      return last.acquire(LockWish.exclusive(lock, last.owner(), patience))
          .thenCompose(held -> held.isPresent() ? readAll(last, held.get()) : notHad())
          .thenCompose(done -> Caller.closeAll(callers.stream()));
    }

    private CompletableFuture<Void> readAll(Caller last, Held held) {
      names.all(0).forEach(name -> read(held, name));
      return giveBack(last, held);
    }

    private CompletableFuture<Void> notHad() {
      context
          .problems()
          .add(
              new Problems.Problem(
                  workload.name(),
                  context.environment().nowNanos(),
                  "the lock could not be had after everything was healed"));
      return CompletableFuture.completedFuture(null);
    }
  }
}
