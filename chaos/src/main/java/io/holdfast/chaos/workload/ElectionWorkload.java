package io.holdfast.chaos.workload;

import io.holdfast.chaos.history.OpenOperation;
import io.holdfast.chaos.history.Recorder;
import io.holdfast.chaos.history.Value;
import io.holdfast.client.ElectionListener;
import io.holdfast.client.Leader;
import io.holdfast.client.Leadership;
import io.holdfast.client.Watch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Candidates that lead in turn and publish who they are, and observers of them. */
record ElectionWorkload() implements Workload {
  private static final String SEAT = "seat";
  private static final String SEEN = "seen";
  private static final long TERM_MILLIS_MAX = 200;
  private static final int OBSERVERS = 2;

  @Override
  public String name() {
    return "election";
  }

  @Override
  public String description() {
    return "Candidates lead in turn and publish who they are; observers never see an earlier leader"
        + " after a later one.";
  }

  @Override
  public List<Judgement> judgements() {
    return List.of(
        new Judgement.ByModel(SEAT, "leased-lock"),
        new Judgement.ByCheck("", "observed leaders", Observed::violations));
  }

  @Override
  public double leastTraffic() {
    return 0.01;
  }

  @Override
  public Running start(WorkloadContext context) {
    return new Campaign(context);
  }

  private final class Campaign implements Running {
    private final WorkloadContext context;
    private final Loops loops;
    private final String seat;
    private final List<TestClient> clients = new ArrayList<>();
    private final List<CompletableFuture<Leadership>> campaigns = new ArrayList<>();
    private final List<Watch> watches = new ArrayList<>();

    Campaign(WorkloadContext context) {
      this.context = context;
      this.loops = new Loops(context, name());
      this.seat = context.prefix() + SEAT;
      for (int client = 0; client < context.load().clients(); client++) {
        TestClient candidate = newClient("candidate-" + client);
        Ballot ballot = new Ballot(candidate);
        loops.repeat(ballot::round, 2);
      }
      for (int observer = 0; observer < OBSERVERS; observer++) {
        observe(newClient("observer-" + observer));
      }
    }

    private TestClient newClient(String name) {
      TestClient client =
          context
              .environment()
              .newClient(
                  new ClientOptions(
                      context.prefix() + name,
                      context.load().sessionTtl(),
                      context.load().requestTimeout()));
      clients.add(client);
      return client;
    }

    private void observe(TestClient client) {
      long process = context.recorder().newProcess();
      ElectionListener listener =
          new ElectionListener() {
            @Override
            public void leader(Optional<Leader> leader) {
              Map<String, Object> seen =
                  new TreeMap<>(Value.token(leader.map(Leader::token).orElse(0L)));
              leader.flatMap(Leader::value).ifPresent(value -> seen.put("value", value));
              context.recorder().invoke(process, "observe", context.prefix() + SEEN, null).ok(seen);
            }
          };
      watches.add(client.api().election(seat).observe(listener));
    }

    /** One candidate; each time it leads it publishes its token's number. */
    private final class Ballot {
      private final TestClient client;
      private long process = context.recorder().newProcess();

      Ballot(TestClient client) {
        this.client = client;
      }

      CompletableFuture<Void> round() {
        Recorder recorder = context.recorder();
        long invokedNanos = context.environment().nowNanos();
        OpenOperation open = recorder.invoke(process, "acquire", seat, null);
        CompletableFuture<Leadership> campaign = client.api().election(seat).campaignAsync();
        campaigns.add(campaign);
        return campaign
            .handle(
                (leadership, failure) -> {
                  campaigns.removeIf(CompletableFuture::isDone);
                  if (failure != null) {
                    open.failed(failure);
                    process = recorder.newProcess();
                    return Optional.<Leadership>empty();
                  }
                  long now = context.environment().nowNanos();
                  long certain = now - invokedNanos + leadership.lease().remaining().toNanos();
                  open.ok(Value.lease(leadership.token(), certain / 1_000_000));
                  return Optional.of(leadership);
                })
            .thenCompose(
                won -> won.isPresent() ? lead(won.get()) : CompletableFuture.completedFuture(null));
      }

      private CompletableFuture<Void> lead(Leadership leadership) {
        LockDriver.Hold hold = new JavaLocks.LeaseHold(leadership.lease());
        long termNanos = context.environment().random().nextLong(TERM_MILLIS_MAX * 1_000_000);
        return leadership
            .lease()
            .publishAsync("leader " + leadership.token())
            .handle((published, lost) -> null)
            .thenCompose(told -> loops.pause(termNanos))
            .thenCompose(over -> resign(hold));
      }

      private CompletableFuture<Void> resign(LockDriver.Hold hold) {
        if (hold.remainingNanos() <= 0) {
          process = context.recorder().newProcess();
          return CompletableFuture.completedFuture(null);
        }
        OpenOperation open =
            context.recorder().invoke(process, "release", seat, Value.token(hold.token()));
        return hold.release()
            .handle(
                (done, failure) -> {
                  if (failure == null) {
                    open.ok(null);
                  } else {
                    open.info(failure.getClass().getSimpleName());
                    process = context.recorder().newProcess();
                  }
                  return null;
                });
      }
    }

    @Override
    public CompletableFuture<Void> drain() {
      CompletableFuture<Void> drained = loops.drain();
      List.copyOf(campaigns).forEach(campaign -> campaign.cancel(false));
      return drained;
    }

    @Override
    public CompletableFuture<Void> finish() {
      Caller last = new Caller(context, Drivers.java(context, "last", context.load().sessionTtl()));
      return new FinalAcquires(context, name())
          .all(last, List.of(seat))
          .thenCompose(done -> last.driver().close())
          .thenCompose(
              done -> {
                watches.forEach(Watch::close);
                return CompletableFuture.allOf(
                    clients.stream().map(TestClient::close).toArray(CompletableFuture[]::new));
              });
    }
  }
}
