package io.holdfast.client.internal;

import io.holdfast.api.Event;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.client.spi.ClientRuntime;
import org.jspecify.annotations.Nullable;

/** A watch that outlives connections: each new one resumes behind the last event seen. */
public final class WatchCore {
  private static final long RETRY_NANOS = 100_000_000L;

  /** Told what is seen. Called inside tasks of the runtime; must not block. */
  public interface Listener {
    /** Something happened to a lock. */
    void changed(Event.LockChanged change);

    /** Events were lost: what is known must be read again. */
    void reset(long index);

    /** The watch was refused; the last call. */
    void refused(CallFailure failure);
  }

  private final ClientRuntime runtime;
  private final Link link;
  private final @Nullable String lock;
  private final @Nullable String prefix;
  private final Listener listener;

  /** Number of the watch on the line in use, or 0. */
  private long number;

  /** Index of the last event seen, and how many events of that entry were seen. */
  private long lastIndex;

  private int seenOfLast;

  /** Events of entry {@link #lastIndex} that come again after a resumption. */
  private int repeatsToSkip;

  private boolean closed;

  WatchCore(
      ClientRuntime runtime,
      Link link,
      @Nullable String lock,
      @Nullable String prefix,
      long from,
      Listener listener) {
    this.runtime = runtime;
    this.link = link;
    this.lock = lock;
    this.prefix = prefix;
    this.lastIndex = from;
    this.listener = listener;
  }

  long number() {
    return number;
  }

  /** Asks for the events on the line in use. */
  void start() {
    number = 0;
    repeatsToSkip = seenOfLast;
    link.sendOnce(new Request.Watch(lock, prefix, lastIndex), this::answered);
  }

  /** Asks what only the leader can answer, and what whoever may watch may ask. */
  Request probe() {
    return new Request.ListLocks(lock != null ? lock : prefix != null ? prefix : "", "", 1, false);
  }

  private void answered(Reply reply) {
    if (reply instanceof Reply.Watching watching) {
      if (closed) {
        link.sendOnce(new Request.Unwatch(watching.watch()), ignored -> {});
        return;
      }
      number = watching.watch();
      if (watching.reread()) {
        reset(watching.index());
      } else if (lastIndex == 0) {
        lastIndex = watching.index() + 1;
      }
    } else if (reply instanceof Reply.Failed failed && !closed) {
      if (failed.error().retryable()) {
        runtime.schedule(RETRY_NANOS, this::startAgain);
      } else {
        closed = true;
        listener.refused(CallFailure.of(failed, false));
      }
    }
  }

  private void startAgain() {
    if (!closed && number == 0) {
      start();
    }
  }

  void event(Event.LockChanged change) {
    if (closed) {
      return;
    }
    if (change.index() == lastIndex && repeatsToSkip > 0) {
      repeatsToSkip--;
      return;
    }
    repeatsToSkip = 0;
    seenOfLast = change.index() == lastIndex ? seenOfLast + 1 : 1;
    lastIndex = change.index();
    listener.changed(change);
  }

  void reset(long index) {
    lastIndex = index + 1;
    seenOfLast = 0;
    repeatsToSkip = 0;
    if (!closed) {
      listener.reset(index);
    }
  }

  boolean isClosed() {
    return closed;
  }

  void close() {
    closed = true;
    if (number != 0) {
      link.sendOnce(new Request.Unwatch(number), ignored -> {});
    }
  }
}
