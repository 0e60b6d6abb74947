package io.holdfast.client;

import io.holdfast.api.Event;
import io.holdfast.api.Reply;
import io.holdfast.api.Request;
import io.holdfast.client.internal.CallFailure;
import io.holdfast.client.internal.ClientCore;
import io.holdfast.client.internal.Completion;
import io.holdfast.client.internal.CoreListener;
import io.holdfast.client.internal.CoreSettings;
import io.holdfast.client.internal.SessionCore;
import io.holdfast.client.internal.WatchCore;
import io.holdfast.client.spi.ClientRuntime;
import io.holdfast.client.spi.Connector;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A client of a Holdfast cluster. Safe for use by many threads; one for a process is enough.
 *
 * <p>It connects when it is first needed, follows the leader, and moves to another peer when one
 * fails. All locks that name no session of their own belong to one shared session, kept alive by
 * one heartbeat; after it is lost the next acquire opens another. Requests that got no answer are
 * sent again with the same id and take effect once.
 */
public final class HoldfastClient implements AutoCloseable {
  private final ClientRuntime runtime;
  private final Calls calls;
  private final ClientCore core;
  private final DistributedLock.Context context;
  private final Runnable afterClose;

  HoldfastClient(
      ClientRuntime runtime,
      Connector connector,
      CoreSettings settings,
      ClientListener listener,
      Executor callbacks,
      Runnable afterClose) {
    this.runtime = runtime;
    this.afterClose = afterClose;
    this.calls = new Calls(runtime, callbacks);
    this.core = new ClientCore(runtime, connector, settings, new Telling(calls, listener));
    this.context = new DistributedLock.Context(core, calls, new ThreadHolds(), null);
  }

  /**
   * A client with everything else left as it is.
   *
   * @param endpoints {@code host:port} of the peers' client ports, separated by commas
   */
  public static HoldfastClient connect(String endpoints) {
    return builder().endpoints(endpoints.split(",", -1)).build();
  }

  /** Options, then a client. */
  public static ClientBuilder builder() {
    return new ClientBuilder();
  }

  /**
   * A lock by name, to be held by the client's shared session.
   *
   * @param name 1 to 512 bytes of UTF-8, segments separated by {@code /}
   */
  public DistributedLock lock(String name) {
    return new DistributedLock(context, DistributedLock.requireName(name));
  }

  /**
   * Several locks to be acquired together, all or nothing, by the client's shared session.
   *
   * @param names distinct, 1 to 256
   */
  public LockSet locks(String... names) {
    return new LockSet(context, List.of(names));
  }

  /**
   * Acquires several locks exclusively, all or nothing, and waits as long as it takes. {@link
   * #locks} has the bounded and the asynchronous forms.
   *
   * @throws InterruptedException if interrupted; the wait is withdrawn
   */
  public LeaseGroup acquireAll(String... names) throws InterruptedException {
    return locks(names).acquire();
  }

  /** As {@link #acquireAll}, without waiting; cancelling the future withdraws the wait. */
  public CompletableFuture<LeaseGroup> acquireAllAsync(String... names) {
    return locks(names).acquireAsync();
  }

  /** An election by the name of the lock that decides it. */
  public Election election(String name) {
    return new Election(context, lock(name));
  }

  /**
   * Opens a session of its own.
   *
   * @throws HoldfastException if the service refuses or does not answer in time
   * @throws InterruptedException if interrupted; a session opened all the same is closed
   */
  public Session newSession() throws InterruptedException {
    CompletableFuture<SessionCore> opened = new CompletableFuture<>();
    CompletableFuture<SessionCore> opening = new CompletableFuture<>();
    calls.inside(
        () -> {
          SessionCore session = core.newSession();
          opening.complete(session);
          session.whenOpen(Calls.completing(opened, Failures::exception));
        });
    try {
      return session(Calls.get(opened));
    } catch (InterruptedException interrupted) {
      calls.inside(() -> opening.join().close(new Unheard()));
      throw interrupted;
    }
  }

  /** As {@link #newSession()}, without waiting. */
  public CompletableFuture<Session> newSessionAsync() {
    return calls.async(
        completion -> core.newSession().whenOpen(completion), (SessionCore it) -> session(it));
  }

  private Session session(SessionCore session) {
    return new Session(
        new DistributedLock.Context(core, calls, new ThreadHolds(), session), session);
  }

  /** Questions about locks, sessions and the cluster. */
  public Reads reads() {
    return new Reads(core, calls, false);
  }

  /** Whether the token is that of a current holder of the lock; linearizable. */
  public boolean check(String lock, long token) throws InterruptedException {
    return reads().check(lock, token).current();
  }

  /**
   * Takes a lock from whoever holds it; those who wait come next. An administrator's tool.
   *
   * @return number of holds taken away
   */
  public int forceRelease(String lock) throws InterruptedException {
    DistributedLock.requireName(lock);
    Reply reply = calls.<Reply>await(completion -> core.forceRelease(lock, completion));
    return ((Reply.ForceReleased) reply).released();
  }

  /**
   * Forgets a lock that nobody holds or waits for. An administrator's tool, rarely needed: idle
   * locks make room for others by themselves. Its tokens go on above all it ever granted.
   *
   * @return whatever lock the service does not remember begins above this token
   */
  public long forget(String lock) throws InterruptedException {
    DistributedLock.requireName(lock);
    Reply reply = calls.<Reply>await(completion -> core.call(new Request.Forget(lock), completion));
    return ((Reply.Forgotten) reply).tokenFloor();
  }

  /**
   * Watches all locks whose names begin with a prefix, beginning with what happens next.
   *
   * @param prefix may be empty
   */
  public Watch watch(String prefix, WatchListener listener) {
    return watch(prefix, 0, listener);
  }

  /**
   * Watches all locks whose names begin with a prefix.
   *
   * @param from first log index wanted
   */
  public Watch watch(String prefix, long from, WatchListener listener) {
    Reads.requirePrefix(prefix);
    return watch(null, prefix, from, listener);
  }

  /** Watches one lock, beginning with what happens next. */
  public Watch watchLock(String lock, WatchListener listener) {
    return watch(DistributedLock.requireName(lock), null, 0, listener);
  }

  private Watch watch(
      @Nullable String lock, @Nullable String prefix, long from, WatchListener listener) {
    CompletableFuture<WatchCore> watch = new CompletableFuture<>();
    WatchCore.Listener outside =
        new WatchCore.Listener() {
          @Override
          public void changed(Event.LockChanged change) {
            calls.outside(() -> listener.changed(change));
          }

          @Override
          public void reset(long index) {
            calls.outside(() -> listener.reset(index));
          }

          @Override
          public void refused(CallFailure failure) {
            calls.outside(() -> listener.refused(Failures.exception(failure)));
          }
        };
    calls.inside(() -> watch.complete(core.watch(lock, prefix, from, outside)));
    return () -> calls.inside(() -> core.unwatch(watch.join()));
  }

  /**
   * Ends all sessions, and with them all leases, then disconnects. Waits for the service for the
   * request timeout at most; sessions it did not hear of end with their TTL.
   */
  @Override
  public void close() {
    CompletableFuture<Boolean> closed = new CompletableFuture<>();
    calls.inside(() -> core.close(() -> closed.complete(true)));
    closed.join();
    end();
  }

  /** As {@link #close()}, without waiting. */
  public CompletableFuture<Void> closeAsync() {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    calls.inside(
        () ->
            core.close(
                () ->
                    calls.outside(
                        () -> {
                          end();
                          closed.complete(null);
                        })));
    return closed;
  }

  private void end() {
    runtime.close();
    afterClose.run();
  }

  private static final class Unheard implements Completion<Reply> {
    @Override
    public void succeeded(Reply reply) {
      // Closed.
    }

    @Override
    public void failed(CallFailure failure) {
      // It ends with its TTL.
    }
  }

  /** Tells the application's listener, outside the core. */
  private record Telling(Calls calls, ClientListener listener) implements CoreListener {
    @Override
    public void connected(String address) {
      calls.outside(() -> listener.connected(address));
    }

    @Override
    public void disconnected(String address, String reason) {
      calls.outside(() -> listener.disconnected(address, reason));
    }

    @Override
    public void sessionOpened(long session, long ttlMillis) {
      calls.outside(() -> listener.sessionOpened(session, Duration.ofMillis(ttlMillis)));
    }

    @Override
    public void sessionAtRisk(long session) {
      calls.outside(() -> listener.sessionAtRisk(session));
    }

    @Override
    public void sessionRecovered(long session) {
      calls.outside(() -> listener.sessionRecovered(session));
    }

    @Override
    public void sessionLost(long session, String reason) {
      calls.outside(() -> listener.sessionLost(session, reason));
    }
  }
}
