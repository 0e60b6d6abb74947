package io.holdfast.client;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Limits;
import io.holdfast.api.LockMode;
import io.holdfast.api.Reply;
import io.holdfast.client.internal.CallFailure;
import io.holdfast.client.internal.Completion;
import io.holdfast.client.internal.LeaseCore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A lock that is held, until it is released or lost. Belongs to no thread; safe for use by many.
 *
 * <p>A lease is kept by the session's keep-alives. Whether it is still held is answered from the
 * local clock, counted from the sending of the last acknowledged keep-alive, so {@link #isValid()}
 * turns false before the service can give the lock to anybody else. What neither clock nor network
 * can exclude is a pause of this process between the question and the deed: hand the {@link
 * #token()} to the resource and let it refuse smaller ones.
 */
public final class Lease implements AutoCloseable {
  private final Calls calls;
  private final LeaseCore core;

  Lease(Calls calls, LeaseCore core) {
    this.calls = calls;
    this.core = core;
  }

  /** The lock's name. */
  public String lock() {
    return core.lock();
  }

  /** How it is held. */
  public LockMode mode() {
    return core.mode();
  }

  /** The fencing token: larger than that of every earlier grant of this lock, for ever. */
  public long token() {
    return core.token();
  }

  /** The owner within the session. */
  public String owner() {
    return core.owner();
  }

  /** The service's number for the session that holds it. */
  public long session() {
    return core.session().id();
  }

  /** Whether the lock is certainly held now. Never waits. */
  public boolean isValid() {
    return core.isValid();
  }

  /** How long the lock is certainly held if nothing more is heard of the service. Never waits. */
  public Duration remaining() {
    return Duration.ofNanos(core.remainingNanos());
  }

  /**
   * Returns this lease if it is certainly held.
   *
   * @throws LeaseLostException if it is not
   */
  public Lease requireValid() {
    if (!core.isValid()) {
      throw lost();
    }
    return this;
  }

  /**
   * Adds one to be told, by the callback executor, each time the lease comes into danger: two
   * thirds of the TTL have passed since the last acknowledged keep-alive was sent.
   *
   * @return this
   */
  public Lease onAtRisk(Runnable listener) {
    calls.inside(() -> core.onAtRisk(() -> calls.outside(listener)));
    return this;
  }

  /**
   * Adds one to be told, by the callback executor and once, that the lease is lost; at once if it
   * is lost already. Not told of a release.
   *
   * @return this
   */
  public Lease onLost(Consumer<LossReason> listener) {
    calls.inside(() -> core.onLost(why -> calls.outside(() -> listener.accept(reason(why)))));
    return this;
  }

  /**
   * Gives the lock back and waits until the service has done it. An interrupt does not end the
   * wait. Without effect on a lease that was released.
   *
   * @throws LeaseLostException if the lease was lost before: what was done under it may have
   *     happened while somebody else held the lock
   * @throws OutcomeUnknownException if no answer came in time; the release is tried on in the
   *     background, and the lock is free at the latest when the session ends
   * @throws UnavailableException if no peer could be asked in time; tried on as well
   */
  public void release() {
    calls.<Reply>awaitUninterruptibly(core::release, this::exception);
  }

  /** As {@link #release()}, without waiting. */
  public CompletableFuture<Void> releaseAsync() {
    return calls.<Reply, Void>async(core::release, reply -> done(), this::exception);
  }

  /**
   * Releases the lease if it is held. Unlike {@link #release()} it throws nothing when the lease is
   * lost or the service does not answer: the lock is then free when the session ends, at the
   * latest.
   */
  @Override
  public void close() {
    try {
      release();
    } catch (HoldfastException notReleased) {
      // Documented: whoever must know calls release().
    }
  }

  /**
   * Sets the lock's value for others to read; it ends with the hold. Exclusive holds only.
   *
   * @param value at most 64 KiB of UTF-8, or less where the service is so configured
   * @throws LeaseLostException if the lease is lost or released
   * @throws InterruptedException if interrupted; the value may be set all the same
   */
  public void publish(String value) throws InterruptedException {
    requireValue(value);
    calls.<Reply>await(completion -> core.publish(value, completion), this::exception);
  }

  /** As {@link #publish}, without waiting. */
  public CompletableFuture<Void> publishAsync(String value) {
    requireValue(value);
    return calls.<Reply, Void>async(
        completion -> core.publish(value, completion), reply -> done(), this::exception);
  }

  private static @Nullable Void done() {
    return null;
  }

  private static void requireValue(String value) {
    if (value.length() > Limits.VALUE_BYTES_MAX) {
      throw new IllegalArgumentException(
          "value has " + value.length() + " characters; at most " + Limits.VALUE_BYTES_MAX);
    }
  }

  /** For its holder a session that is over, or a hold nobody knows, is the lease lost. */
  private HoldfastException exception(CallFailure failure) {
    boolean gone =
        failure.kind() == CallFailure.Kind.SESSION_LOST
            || failure.detail().error() == ErrorCode.NOT_HOLDER;
    return gone ? lost() : Failures.exception(failure);
  }

  private LeaseLostException lost() {
    LeaseCore.Loss loss = core.loss();
    return new LeaseLostException(
        core.lock(), core.token(), loss == null ? "it is not held" : describe(reason(loss)));
  }

  private static String describe(LossReason reason) {
    return switch (reason) {
      case EXPIRED -> "the session was not kept alive in time";
      case SESSION_ENDED -> "the service ended the session";
      case REVOKED -> "an administrator took the lock";
      case CLOSED -> "the session was closed";
    };
  }

  private static LossReason reason(LeaseCore.Loss loss) {
    return switch (loss) {
      case EXPIRED -> LossReason.EXPIRED;
      case SESSION_ENDED -> LossReason.SESSION_ENDED;
      case REVOKED -> LossReason.REVOKED;
      case CLOSED -> LossReason.CLOSED;
    };
  }

  void releaseUnheard() {
    calls.inside(() -> core.release(new Unheard()));
  }

  private static final class Unheard implements Completion<Reply> {
    @Override
    public void succeeded(Reply reply) {
      // The hold is gone.
    }

    @Override
    public void failed(CallFailure failure) {
      // Tried on by the core.
    }
  }

  @Override
  public String toString() {
    return "Lease[" + core.lock() + ", token " + core.token() + (isValid() ? "]" : ", not valid]");
  }
}
