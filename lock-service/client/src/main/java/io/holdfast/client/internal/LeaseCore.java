package io.holdfast.client.internal;

import io.holdfast.api.LockMode;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A hold of a lock: what is known of it, and who wants to know when it is in danger or gone. */
public final class LeaseCore {
  /** Why a lease is lost. */
  public enum Loss {
    /** No keep-alive was acknowledged in time. */
    EXPIRED,
    /** The service ended the session. */
    SESSION_ENDED,
    /** An administrator took the lock. */
    REVOKED,
    /** The session or the client was closed by the application. */
    CLOSED
  }

  private enum State {
    HELD,
    RELEASED,
    LOST
  }

  private final SessionCore session;
  private final String lock;
  private final String owner;
  private final LockMode mode;
  private final long token;
  private final List<Runnable> atRiskListeners = new ArrayList<>(1);
  private final List<Consumer<Loss>> lossListeners = new ArrayList<>(1);
  private volatile State state = State.HELD;
  private volatile @Nullable Loss loss;

  LeaseCore(SessionCore session, String lock, String owner, LockMode mode, long token) {
    this.session = session;
    this.lock = lock;
    this.owner = owner;
    this.mode = mode;
    this.token = token;
  }

  public String lock() {
    return lock;
  }

  public String owner() {
    return owner;
  }

  public LockMode mode() {
    return mode;
  }

  public long token() {
    return token;
  }

  public SessionCore session() {
    return session;
  }

  /** Whether the lease is held for certain, by the local clock. Any thread. */
  public boolean isValid() {
    return state == State.HELD && session.remainingNanos() > 0;
  }

  /** How long it is held for certain if nothing more is heard; 0 if it is not. Any thread. */
  public long remainingNanos() {
    return state == State.HELD ? Math.max(0, session.remainingNanos()) : 0;
  }

  /** Whether it was given back, or is on the way. Any thread. */
  public boolean isReleased() {
    return state == State.RELEASED;
  }

  /** Why it is lost, or null. Any thread. */
  public @Nullable Loss loss() {
    return loss;
  }

  /** Adds one to be told when the lease is in danger; told at once if it is. */
  public void onAtRisk(Runnable listener) {
    if (state == State.HELD) {
      atRiskListeners.add(listener);
      if (session.isAtRisk()) {
        listener.run();
      }
    }
  }

  /** Adds one to be told when the lease is lost; told at once if it is. */
  public void onLost(Consumer<Loss> listener) {
    Loss known = loss;
    if (known != null) {
      listener.accept(known);
    } else if (state == State.HELD) {
      lossListeners.add(listener);
    }
  }

  /** Gives the lock back; the attempt goes on in the background until the service answers. */
  public void release(Completion<Reply> completion) {
    session.checkClock();
    if (state == State.LOST) {
      completion.failed(CallFailure.sessionLost("the lease of '" + lock + "' was lost before"));
      return;
    }
    if (state == State.RELEASED) {
      completion.succeeded(new Reply.Released(lock));
      return;
    }
    state = State.RELEASED;
    session.released(this);
    session.release(lock, owner, token, completion);
  }

  /** Sets the lock's value. */
  public void publish(String value, Completion<Reply> completion) {
    session.checkClock();
    if (state != State.HELD) {
      completion.failed(CallFailure.sessionLost("the lease of '" + lock + "' is not held"));
      return;
    }
    session.call(
        id -> new Request.Publish(session.id(), id, lock, owner, token, value), completion);
  }

  void atRisk() {
    for (Runnable listener : List.copyOf(atRiskListeners)) {
      listener.run();
    }
  }

  void lost(Loss why) {
    if (state != State.HELD) {
      return;
    }
    loss = why;
    state = State.LOST;
    for (Consumer<Loss> listener : List.copyOf(lossListeners)) {
      listener.accept(why);
    }
    lossListeners.clear();
    atRiskListeners.clear();
  }
}
