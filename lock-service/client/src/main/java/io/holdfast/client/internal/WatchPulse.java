package io.holdfast.client.internal;

import io.holdfast.api.Reply;
import io.holdfast.client.spi.ClientRuntime;
import java.util.Optional;
import java.util.Set;

/**
 * Finds out whether the line in use still leads to the service while nothing but watches needs it.
 * A watch alone sends nothing: when its peer stops answering, or is cut off from the other peers
 * and lives on, no event comes, which looks like locks that do not change. So the client asks, as
 * often as a session would be renewed, something that only the leader can answer; the {@link Link}
 * leaves a peer that does not answer, or can only say that it knows no leader. While a session is
 * open its keep-alives do the same.
 */
final class WatchPulse {
  private static final int PULSES_PER_TTL = 3;

  private final ClientRuntime runtime;
  private final Link link;
  private final CoreSettings settings;
  private final Set<WatchCore> watches;
  private final Set<SessionCore> sessions;
  private boolean beating;

  /**
   * @param watches those that the client has
   * @param sessions those that the client has
   */
  WatchPulse(
      ClientRuntime runtime,
      Link link,
      CoreSettings settings,
      Set<WatchCore> watches,
      Set<SessionCore> sessions) {
    this.runtime = runtime;
    this.link = link;
    this.settings = settings;
    this.watches = watches;
    this.sessions = sessions;
  }

  /** Begins, unless it beats already; it ends by itself with the last watch. */
  void start() {
    if (!beating) {
      beating = true;
      scheduleNext();
    }
  }

  private void scheduleNext() {
    long millis = Math.max(1, settings.sessionTtlMillis() / PULSES_PER_TTL);
    runtime.schedule(millis * 1_000_000, this::beat);
  }

  private void beat() {
    Optional<WatchCore> watch = watches.stream().filter(it -> !it.isClosed()).findFirst();
    if (watch.isEmpty()) {
      beating = false;
    } else if (sessions.isEmpty()) {
      link.submit(
          new Call(
              watch.get()::probe,
              false,
              runtime.nanoTime(),
              settings.requestTimeoutNanos(),
              new Answered()));
    } else {
      scheduleNext();
    }
  }

  /** Whatever the answer is, and whether there is one: the line was judged on the way. */
  private final class Answered implements Completion<Reply> {
    @Override
    public void succeeded(Reply reply) {
      scheduleNext();
    }

    @Override
    public void failed(CallFailure failure) {
      if (failure.kind() == CallFailure.Kind.CLOSED) {
        beating = false;
      } else {
        scheduleNext();
      }
    }
  }
}
