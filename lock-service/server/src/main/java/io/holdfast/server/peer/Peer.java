package io.holdfast.server.peer;

import io.holdfast.locks.CommandResult;
import io.holdfast.locks.LockStateMachine;
import io.holdfast.raft.driver.EventLoop;
import io.holdfast.raft.driver.NodeRunner;
import io.holdfast.raft.driver.RaftNode;
import io.holdfast.raft.spi.StorageException;
import io.holdfast.server.storage.MapDbLogStorage;
import io.holdfast.server.transport.JGroupsTransport;
import io.holdfast.server.transport.TransportMetrics;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One peer of a cluster in this process: storage, transport, node, service, and the runner that
 * turns them. All methods may be called by any thread.
 *
 * <p>If the loop itself fails, which no input should bring about, the peer is of no more use: the
 * loop ends, every open request is answered, {@link #state} says so, and the given handler is told,
 * so that the process can end and be started anew. The data is left as it is.
 */
public final class Peer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Peer.class);
  private static final long LONG_TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final PeerSettings settings;
  private final RaftNode<CommandResult> node;
  private final PeerService service;
  private final JGroupsTransport transport;
  private final MapDbLogStorage storage;
  private final NodeRunner runner;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final CountDownLatch settled = new CountDownLatch(1);
  private boolean stopped;

  private Peer(PeerSettings settings, NodeRunner.Visits visits, Consumer<Throwable> onFailure) {
    this.settings = settings;
    LockStateMachine machine = new LockStateMachine();
    SplittableRandom random = new SplittableRandom();
    this.service =
        new PeerService(settings.node().self(), settings.service(), machine, random.split());
    this.transport = new JGroupsTransport(settings.transport());
    this.storage = MapDbLogStorage.open(settings.storage());
    this.node =
        new RaftNode<>(
            settings.node(),
            storage,
            transport,
            machine,
            random.split(),
            new LoggedEvents(settings.node().self(), service.listener()));
    service.bind(node);
    this.runner =
        new NodeRunner(new GuardedLoop(onFailure), "holdfast-" + settings.node().self(), visits);
  }

  /**
   * Recovers what is stored, and starts to take part. Blocks while it recovers.
   *
   * @param onFailure told if the loop fails, on the loop's thread, which must not close the peer
   *     itself
   * @throws StorageException if the data directory is in use, damaged or foreign; nothing was
   *     changed
   */
  public static Peer start(PeerSettings settings, Consumer<Throwable> onFailure) {
    return start(settings, NodeRunner.Visits.AT_ONCE, onFailure);
  }

  /**
   * As {@link #start(PeerSettings, Consumer)}.
   *
   * @param visits when a thread that brings work to the peer's loop turns it
   */
  public static Peer start(
      PeerSettings settings, NodeRunner.Visits visits, Consumer<Throwable> onFailure) {
    Peer peer = new Peer(settings, visits, onFailure);
    try {
      peer.node.start(System.nanoTime());
    } catch (RuntimeException refused) {
      peer.node.close();
      throw refused;
    }
    peer.runner.start();
    LOG.info("{} of cluster {} started", settings.node().self(), peer.clusterId());
    return peer;
  }

  /** What the gateway hands requests to. */
  public PeerService service() {
    return service;
  }

  /**
   * Makes a backup of the cluster's state.
   *
   * @return false when the peer has too much to do: nothing will be given to the sink
   */
  public boolean backup(BackupSink sink) {
    return state().live() && service.backup(clusterId(), sink);
  }

  /** A sink that was not ready is ready again, or wants no more. */
  public void backupResumed() {
    service.wake();
  }

  public PeerMetrics metrics() {
    return service.metrics();
  }

  public TransportMetrics transportMetrics() {
    return transport.metrics();
  }

  /** Batches made durable since the start, one synchronous write each. */
  public long storageCommits() {
    return storage.commits();
  }

  /** The port other peers reach this one at; of use where the configured one was 0. */
  public int peerPort() {
    return transport.port();
  }

  public PeerState state() {
    Throwable broken = failure.get();
    return broken == null
        ? service.state()
        : new PeerState(false, false, "the event loop failed: " + broken);
  }

  private String clusterId() {
    return settings.storage().identity().clusterId();
  }

  /**
   * Stops: takes no more requests, tells clients to go elsewhere, hands leadership over, waits for
   * requests under way, answers what is left with a definite refusal or an unknown outcome, writes
   * what was handed to storage, and closes. Blocks, at most for the time in the settings and what
   * the disk needs. The gateway should be closed after it, so that the last answers still leave.
   */
  @Override
  public synchronized void close() {
    if (stopped) {
      return;
    }
    stopped = true;
    boolean asked =
        failure.get() == null
            && node.execute(
                () -> {
                  service.beginStop();
                  node.beginClose();
                });
    if (asked && !awaitSettled()) {
      LOG.warn(
          "{} stops with requests under way: they did not end within {} ms",
          settings.node().self(),
          settings.stopMillisMax());
    }
    runner.close();
    node.close();
    service.abandonCalls("the peer stopped");
    LOG.info("{} stopped", settings.node().self());
  }

  private boolean awaitSettled() {
    try {
      return settled.await(settings.stopMillisMax(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Turns the service; after a failure it turns nothing any more. */
  private final class GuardedLoop implements EventLoop {
    private final Consumer<Throwable> onFailure;

    private GuardedLoop(Consumer<Throwable> onFailure) {
      this.onFailure = onFailure;
    }

    @Override
    public void turn(long nowNanos) {
      if (failure.get() != null) {
        return;
      }
      try {
        service.turn(nowNanos);
        noteLongTurn(System.nanoTime() - nowNanos);
        if (node.isClosed() && service.isDrained()) {
          settled.countDown();
        }
      } catch (RuntimeException | Error broken) {
        fail(broken);
      }
    }

    private void noteLongTurn(long nanos) {
      if (nanos >= LONG_TURN_NANOS) {
        LOG.debug("a turn of the event loop took {} ms", TimeUnit.NANOSECONDS.toMillis(nanos));
      }
    }

    private void fail(Throwable broken) {
      failure.set(broken);
      settled.countDown();
      LOG.error(
          "the event loop of {} failed; the peer takes no part any more. Its data is left as it is."
              + " Next step: restart the peer, and report this",
          settings.node().self(),
          broken);
      try {
        service.abandonCalls("the peer failed");
      } catch (RuntimeException worse) {
        LOG.error("open requests could not be answered", worse);
      }
      onFailure.accept(broken);
    }

    @Override
    public long nextWakeNanos() {
      return failure.get() == null
          ? service.nextWakeNanos()
          : System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
    }

    @Override
    public void onWork(Runnable wakeUp) {
      service.onWork(wakeUp);
    }
  }
}
