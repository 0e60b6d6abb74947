package io.holdfast.client.internal;

import io.holdfast.api.Event;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.api.RequestId;
import io.holdfast.client.internal.Acquisition.Wish;
import io.holdfast.client.spi.ClientRuntime;
import io.holdfast.client.spi.Connector;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A client without threads: everything happens inside tasks of the runtime, and every method must
 * be called from one. The same inputs at the same times give the same outputs.
 */
public final class ClientCore implements Link.Owner {
  private final ClientRuntime runtime;
  private final CoreSettings settings;
  private final CoreListener listener;
  private final Link link;
  private final Set<SessionCore> sessions = new LinkedHashSet<>();
  private final Set<WatchCore> watches = new LinkedHashSet<>();
  private final WatchPulse pulse;
  private @Nullable SessionCore shared;
  private boolean closed;

  /** A client that connects when it is first needed. Any thread. */
  public ClientCore(
      ClientRuntime runtime, Connector connector, CoreSettings settings, CoreListener listener) {
    this.runtime = runtime;
    this.settings = settings;
    this.listener = listener;
    this.link = new Link(runtime, connector, settings, listener, this);
    this.pulse = new WatchPulse(runtime, link, settings, watches, sessions);
  }

  /** The session for all that names none; a new one if there is none or it has ended. */
  public SessionCore sharedSession() {
    SessionCore session = shared;
    if (session == null) {
      session = newSession();
      shared = session;
    }
    return session;
  }

  /** Opens another session. */
  public SessionCore newSession() {
    SessionCore session = new SessionCore(runtime, link, settings, listener);
    if (closed) {
      session.refuse(CallFailure.closed());
      return session;
    }
    sessions.add(session);
    session.onEnd(() -> ended(session));
    session.open();
    return session;
  }

  private void ended(SessionCore session) {
    sessions.remove(session);
    if (shared == session) {
      shared = null;
    }
  }

  /**
   * Begins to acquire a lock, or several at once.
   *
   * @param session the session that shall hold it, or null for the shared one
   * @param completion gets the leases, or none if they were not granted in time
   */
  public Acquisition acquire(
      @Nullable SessionCore session, Wish wish, Completion<List<LeaseCore>> completion) {
    SessionCore holder = session == null ? sharedSession() : session;
    Acquisition acquisition = new Acquisition(runtime, settings, holder, wish, completion);
    acquisition.start();
    return acquisition;
  }

  /** Sends a request that belongs to no session; it is sent again until it has an answer. */
  public void call(Request request, Completion<Reply> completion) {
    boolean effect = request instanceof Request.ForceRelease || request instanceof Request.Forget;
    link.submit(
        new Call(
            () -> request, effect, runtime.nanoTime(), settings.requestTimeoutNanos(), completion));
  }

  /** Takes a lock from whoever holds it, once however often it is sent. */
  public void forceRelease(String lock, Completion<Reply> completion) {
    String key = Long.toHexString(runtime.random().nextLong());
    call(new Request.ForceRelease(lock, RequestId.of("force-" + key)), completion);
  }

  /**
   * Begins to watch one lock, or all with a prefix.
   *
   * @param from first log index wanted; 0 begins with what happens next
   */
  public WatchCore watch(
      @Nullable String lock, @Nullable String prefix, long from, WatchCore.Listener observer) {
    WatchCore watch = new WatchCore(runtime, link, lock, prefix, from, observer);
    if (closed) {
      observer.refused(CallFailure.closed());
      return watch;
    }
    watches.add(watch);
    watch.start();
    link.connectIfWanted();
    pulse.start();
    return watch;
  }

  /** Ends a watch. */
  public void unwatch(WatchCore watch) {
    watches.remove(watch);
    watch.close();
  }

  /** Closes all sessions, then the connection; done when the service knows or time is over. */
  public void close(Runnable done) {
    if (closed) {
      done.run();
      return;
    }
    closed = true;
    List<SessionCore> closing = new ArrayList<>(sessions);
    Countdown countdown =
        new Countdown(
            closing.size(),
            () -> {
              link.close();
              done.run();
            });
    closing.forEach(session -> session.close(countdown));
  }

  private static final class Countdown implements Completion<Reply> {
    private final Runnable done;
    private int left;

    Countdown(int left, Runnable done) {
      this.left = left;
      this.done = done;
      if (left == 0) {
        done.run();
      }
    }

    @Override
    public void succeeded(Reply reply) {
      next();
    }

    @Override
    public void failed(CallFailure failure) {
      next();
    }

    private void next() {
      if (--left == 0) {
        done.run();
      }
    }
  }

  @Override
  public boolean wantsConnection() {
    return !sessions.isEmpty() || !watches.isEmpty();
  }

  @Override
  public void ready() {
    List.copyOf(sessions).forEach(SessionCore::reattach);
    watches.removeIf(WatchCore::isClosed);
    List.copyOf(watches).forEach(WatchCore::start);
  }

  @Override
  public void event(Event event) {
    if (event instanceof Event.LockChanged changed) {
      WatchCore watch = watch(changed.watch());
      if (watch != null) {
        watch.event(changed);
      }
    } else if (event instanceof Event.WatchReset reset) {
      WatchCore watch = watch(reset.watch());
      if (watch != null) {
        watch.reset(reset.index());
      }
    } else {
      sessionEvent(event);
    }
  }

  private void sessionEvent(Event event) {
    long id = sessionOf(event);
    for (SessionCore session : sessions) {
      if (session.id() == id) {
        session.event(event);
        return;
      }
    }
  }

  private static long sessionOf(Event event) {
    if (event instanceof Event.Granted granted) {
      return granted.session();
    }
    if (event instanceof Event.GrantedAll granted) {
      return granted.session();
    }
    if (event instanceof Event.WaitEnded ended) {
      return ended.session();
    }
    if (event instanceof Event.Revoked revoked) {
      return revoked.session();
    }
    return event instanceof Event.SessionEnded ended ? ended.session() : -1;
  }

  private @Nullable WatchCore watch(long number) {
    for (WatchCore watch : watches) {
      if (watch.number() == number) {
        return watch;
      }
    }
    return null;
  }
}
