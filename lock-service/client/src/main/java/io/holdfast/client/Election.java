package io.holdfast.client;

import io.holdfast.api.Event;
import io.holdfast.api.Holder;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.client.internal.CallFailure;
import io.holdfast.client.internal.Completion;
import io.holdfast.client.internal.WatchCore;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An election: whoever holds the exclusive lock of that name leads, and publishes a value that
 * others observe. Candidates lead in the order they came. Safe for use by many threads.
 */
public final class Election {
  private final DistributedLock.Context context;
  private final DistributedLock lock;

  Election(DistributedLock.Context context, DistributedLock lock) {
    this.context = context;
    this.lock = lock;
  }

  /** Waits to lead as long as it takes; see {@link DistributedLock#acquire()}. */
  public Leadership campaign() throws InterruptedException {
    return new Leadership(lock.acquire());
  }

  /** Waits to lead; see {@link DistributedLock#tryAcquire(Duration)}. */
  public Optional<Leadership> campaign(Duration wait) throws InterruptedException {
    return lock.tryAcquire(wait).map(Leadership::new);
  }

  /**
   * Waits to lead as long as it takes. Cancelling the future withdraws the candidate; see {@link
   * DistributedLock#acquireAsync()}.
   */
  public CompletableFuture<Leadership> campaignAsync() {
    CompletableFuture<Lease> lease = lock.acquireAsync();
    CompletableFuture<Leadership> leadership = new CompletableFuture<>();
    CompletableFuture<Lease> unusedWin =
        lease.whenComplete(
            (held, failure) -> {
              if (failure != null) {
                leadership.completeExceptionally(failure);
              } else if (!leadership.complete(new Leadership(held))) {
                held.releaseUnheard();
              }
            });
    CompletableFuture<Leadership> unusedEnd =
        leadership.whenComplete((ignored, failure) -> lease.cancel(false));
    return leadership;
  }

  /** Who leads now. */
  public Optional<Leader> leader() throws InterruptedException {
    Request request = new Request.GetLock(lock.name(), false);
    Reply state = context.calls().<Reply>await(it -> context.core().call(request, it));
    return leader((Reply.LockState) state);
  }

  /** Tells who leads, now and after every change, until closed. */
  public Watch observe(ElectionListener listener) {
    Observation observation = new Observation(listener);
    context.calls().inside(observation::start);
    return () -> context.calls().inside(observation::stop);
  }

  private static Optional<Leader> leader(Reply.LockState state) {
    if (state.holders().isEmpty()) {
      return Optional.empty();
    }
    Holder holder = state.holders().get(0);
    return Optional.of(
        new Leader(
            holder.session(), holder.owner(), holder.token(), Optional.ofNullable(state.value())));
  }

  /**
   * Reads the lock after each event instead of piecing its state together from events: several that
   * come while a read is under way cost one more read, and nothing can be missed.
   */
  private final class Observation implements WatchCore.Listener, Completion<Reply> {
    private final ElectionListener listener;
    private @Nullable WatchCore watch;
    private Optional<Leader> told = Optional.empty();
    private boolean toldOnce;
    private boolean reading;
    private boolean readAgain;
    private boolean stopped;

    Observation(ElectionListener listener) {
      this.listener = listener;
    }

    void start() {
      watch = context.core().watch(lock.name(), null, 0, this);
      read();
    }

    void stop() {
      stopped = true;
      if (watch != null) {
        context.core().unwatch(watch);
      }
    }

    private void read() {
      if (stopped) {
        return;
      }
      if (reading) {
        readAgain = true;
        return;
      }
      reading = true;
      context.core().call(new Request.GetLock(lock.name(), false), this);
    }

    @Override
    public void changed(Event.LockChanged change) {
      if (change.change() != Event.Change.QUEUED) {
        read();
      }
    }

    @Override
    public void reset(long index) {
      read();
    }

    @Override
    public void refused(CallFailure failure) {
      stopped = true;
      context.calls().outside(() -> listener.refused(Failures.exception(failure)));
    }

    @Override
    public void succeeded(Reply reply) {
      reading = false;
      Optional<Leader> leader = leader((Reply.LockState) reply);
      if (!stopped && !(toldOnce && leader.equals(told))) {
        toldOnce = true;
        told = leader;
        context.calls().outside(() -> listener.leader(leader));
      }
      if (readAgain) {
        readAgain = false;
        read();
      }
    }

    @Override
    public void failed(CallFailure failure) {
      reading = false;
      switch (failure.kind()) {
        // A read is tried for the whole request timeout, so this is no busy loop.
        case UNAVAILABLE, UNKNOWN -> read();
        case CLOSED, SESSION_LOST -> stopped = true;
        case REFUSED -> {
          if (!stopped) {
            stop();
            refused(failure);
          }
        }
      }
    }
  }
}
