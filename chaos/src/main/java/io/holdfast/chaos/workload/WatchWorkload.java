package io.holdfast.chaos.workload;

import io.holdfast.api.Event;
import io.holdfast.client.HoldfastException;
import io.holdfast.client.Watch;
import io.holdfast.client.WatchListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Locks that are taken and released, and watchers who must be told of every grant, in order. */
record WatchWorkload() implements Workload {
  private static final int LOCKS = 3;
  private static final int WATCHERS = 2;
  private static final long HOLD_MILLIS_MAX = 20;
  private static final long CATCH_UP_NANOS = 3_000_000_000L;
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  @Override
  public String name() {
    return "watch";
  }

  @Override
  public String description() {
    return "Watchers are told of every grant once and in order, over reconnections and changes of"
        + " leader, or told that they missed something.";
  }

  @Override
  public List<Judgement> judgements() {
    return List.of(
        new Judgement.ByModel("lock-", "leased-lock"),
        new Judgement.ByCheck("", "watched grants", Watched::violations));
  }

  @Override
  public Running start(WorkloadContext context) {
    return new Watching(context);
  }

  private final class Watching implements Running {
    private final WorkloadContext context;
    private final Loops loops;
    private final List<TestClient> watchers = new ArrayList<>();
    private final List<Caller> callers = new ArrayList<>();
    private final List<Watch> watches = new ArrayList<>();

    Watching(WorkloadContext context) {
      this.context = context;
      this.loops = new Loops(context, name());
      for (int number = 0; number < WATCHERS; number++) {
        watch(number);
      }
      for (int client = 0; client < context.load().clients(); client++) {
        Caller caller =
            new Caller(
                context, Drivers.java(context, "client-" + client, context.load().sessionTtl()));
        callers.add(caller);
        loops.repeat(() -> round(caller), 2);
      }
    }

    private void watch(int number) {
      TestClient client =
          context
              .environment()
              .newClient(
                  new ClientOptions(
                      context.prefix() + "watcher-" + number,
                      context.load().sessionTtl(),
                      context.load().requestTimeout()));
      watchers.add(client);
      long process = context.recorder().newProcess();
      String key = context.prefix() + "seen-" + number;
      WatchListener listener =
          new WatchListener() {
            @Override
            public void changed(Event.LockChanged change) {
              Map<String, Object> told = new TreeMap<>();
              told.put("at", change.index());
              told.put("change", change.change().wireName());
              told.put("lock", change.lock());
              told.put("granted", change.token());
              context.recorder().invoke(process, "event", key, null).ok(told);
            }

            @Override
            public void reset(long index) {
              context.recorder().invoke(process, "reset", key, null).ok(index);
            }

            @Override
            public void refused(HoldfastException why) {
              context
                  .problems()
                  .add(
                      new Problems.Problem(
                          name(),
                          context.environment().nowNanos(),
                          "a watch was refused: " + why.getMessage()));
            }
          };
      watches.add(client.api().watch(context.prefix() + "lock-", listener));
    }

    private CompletableFuture<Void> round(Caller caller) {
      String lock = context.prefix() + "lock-" + context.environment().random().nextInt(LOCKS);
      return caller
          .acquire(LockWish.exclusive(lock, caller.owner(), PATIENCE))
          .thenCompose(
              held -> {
                if (held.isEmpty()) {
                  return CompletableFuture.completedFuture(null);
                }
                long holdNanos =
                    context.environment().random().nextLong(HOLD_MILLIS_MAX * 1_000_000);
                return loops.pause(holdNanos).thenCompose(over -> caller.release(held.get()));
              });
    }

    @Override
    public CompletableFuture<Void> drain() {
      return loops.drain();
    }

    /** Watchers get some time to be told of the last grants. */
    @Override
    public CompletableFuture<Void> finish() {
      List<String> locks = new ArrayList<>();
      for (int number = 0; number < LOCKS; number++) {
        locks.add(context.prefix() + "lock-" + number);
      }
      return new FinalAcquires(context, name())
          .all(callers.get(0), locks)
          .thenCompose(done -> loops.pause(CATCH_UP_NANOS))
          .thenCompose(
              done -> {
                watches.forEach(Watch::close);
                List<CompletableFuture<Void>> closing = new ArrayList<>();
                callers.forEach(caller -> closing.add(caller.driver().close()));
                watchers.forEach(watcher -> closing.add(watcher.close()));
                return CompletableFuture.allOf(closing.toArray(CompletableFuture[]::new));
              });
    }
  }
}
