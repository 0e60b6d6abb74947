package io.holdfast.client;

import io.holdfast.api.Reply;
import io.holdfast.client.internal.SessionCore;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * A session of its own, for those who want locks to live and die together apart from the rest of
 * the client. Kept alive by the client until it is closed or lost. Safe for use by many threads.
 */
public final class Session implements AutoCloseable {
  private final DistributedLock.Context context;
  private final SessionCore core;

  Session(DistributedLock.Context context, SessionCore core) {
    this.context = context;
    this.core = core;
  }

  /** The service's number for the session. */
  public long id() {
    return core.id();
  }

  /** The TTL in force. */
  public Duration ttl() {
    return Duration.ofNanos(core.ttlNanos());
  }

  /** Whether the session certainly lives now. Never waits. */
  public boolean isValid() {
    return core.remainingNanos() > 0;
  }

  /** How long it certainly lives if nothing more is heard of the service. Never waits. */
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, core.remainingNanos()));
  }

  /** A lock to be held by this session. */
  public DistributedLock lock(String name) {
    return new DistributedLock(context, DistributedLock.requireName(name));
  }

  /** Several locks to be acquired together, all or nothing, by this session. */
  public LockSet locks(String... names) {
    return new LockSet(context, List.of(names));
  }

  /**
   * Adds one to be told, by the callback executor, why the session is over; at once if it is.
   *
   * @return this
   */
  public Session onEnd(Consumer<String> listener) {
    context
        .calls()
        .inside(
            () ->
                core.onLost(
                    why -> context.calls().outside(() -> listener.accept(why.detail().message()))));
    return this;
  }

  /**
   * Ends the session: all it holds is free, all it waits for is withdrawn. Waits for the service
   * for the request timeout at most; if it does not answer, the session ends with its TTL.
   */
  @Override
  public void close() {
    try {
      context.calls().<Reply>awaitUninterruptibly(core::close, Failures::exception);
    } catch (HoldfastException unheard) {
      // Documented: it ends with its TTL.
    }
  }

  @Override
  public String toString() {
    return "Session[" + core.id() + (isValid() ? "]" : ", not valid]");
  }
}
