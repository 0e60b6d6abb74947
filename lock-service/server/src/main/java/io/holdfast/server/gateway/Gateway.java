package io.holdfast.server.gateway;

import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServerOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The open client port of one peer. */
public final class Gateway implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("io.holdfast.gateway");
  private static final long START_SECONDS_MAX = 60;
  private static final long CLOSE_SECONDS_MAX = 30;
  private static final long DRAIN_POLL_MILLIS = 10;

  private final GatewayParts parts;
  private final Vertx vertx;
  private final List<GatewayLoop> loops = new ArrayList<>();
  private boolean closed;

  private Gateway(GatewayParts parts) {
    this.parts = parts;
    this.vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(parts.settings().eventLoops())
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(2)
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
  }

  /**
   * Opens the port. Blocks until it is open.
   *
   * @param metricsPage the text of /metrics; empty where metrics are switched off
   */
  public static Gateway open(
      GatewaySettings settings, PeerPort peer, Optional<Supplier<String>> metricsPage)
      throws GatewayException {
    Admission admission = new Admission(settings.bounds());
    GatewayParts parts =
        new GatewayParts(
            settings,
            peer,
            admission,
            new Gatekeeper(settings.principals()),
            new GatewayMetrics(admission),
            new Notices());
    HttpServerOptions options = ServerOptions.of(settings);
    Gateway gateway = new Gateway(parts);
    try {
      for (int i = 0; i < settings.eventLoops(); i++) {
        GatewayLoop loop = new GatewayLoop(parts, options, metricsPage);
        await(gateway.vertx.deployVerticle((Deployable) loop), START_SECONDS_MAX);
        gateway.loops.add(loop);
        // Where the system chose the port, the other loops share it.
        options.setPort(loop.port());
      }
    } catch (ExecutionException | TimeoutException e) {
      gateway.vertx.close();
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new GatewayException(
          "the client port "
              + settings.host()
              + ":"
              + settings.port()
              + " cannot be opened: "
              + cause.getMessage()
              + "; see client.bind-host, cluster.peers and tls.*",
          cause);
    }
    LOG.info(
        "serving clients on {}:{}{}",
        options.getHost(),
        gateway.port(),
        settings.tls().isPresent() ? " with TLS" : "");
    return gateway;
  }

  /**
   * When a thread that brought requests to the peer's loop turns it: an event loop of a gateway
   * does so after it has read what its connections had for it, so that all of that shares a turn.
   */
  public static void visit(Runnable visit) {
    Context loop = Vertx.currentContext();
    if (loop != null && loop.isEventLoopContext()) {
      loop.runOnContext(unused -> visit.run());
    } else {
      visit.run();
    }
  }

  /** The port that is open. */
  public int port() {
    return loops.get(0).port();
  }

  public GatewayMetrics metrics() {
    return parts.metrics();
  }

  /**
   * Takes no new requests, tells clients to go elsewhere, and says on /health/ready that it stops.
   * What was accepted is still answered. Blocks for a moment.
   */
  public void beginStop() {
    try {
      for (GatewayLoop loop : loops) {
        await(
            loop.onLoop(
                () -> {
                  loop.beginStop();
                  return true;
                }),
            CLOSE_SECONDS_MAX);
      }
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("clients could not be told that the peer stops", e);
    }
  }

  /**
   * Stops gracefully: begins to stop if that was not done, waits for the answers to what was
   * accepted, at most as long as the settings say, then closes. Blocks. Does nothing the second
   * time.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    beginStop();
    try {
      drain();
      for (GatewayLoop loop : loops) {
        await(loop.onLoop(loop::close).compose(closing -> closing), CLOSE_SECONDS_MAX);
      }
      await(vertx.close(), CLOSE_SECONDS_MAX);
      LOG.info("the client port is closed");
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("the client port was not closed in good order", e);
      vertx.close();
    }
  }

  private void drain() throws ExecutionException, TimeoutException {
    CompletableFuture<Void> drained = new CompletableFuture<>();
    long deadline = System.nanoTime() + parts.settings().timeouts().drainMillis() * 1_000_000L;
    checkDrained(drained, deadline);
    try {
      drained.get(CLOSE_SECONDS_MAX + parts.settings().timeouts().drainMillis(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      // Whoever interrupts wants the port closed without waiting for clients.
      Thread.currentThread().interrupt();
    }
  }

  private void checkDrained(CompletableFuture<Void> drained, long deadlineNanos) {
    List<Future<Boolean>> answers = new ArrayList<>();
    loops.forEach(loop -> answers.add(loop.onLoop(loop::isDrained)));
    Future.all(answers)
        .onComplete(
            unused -> {
              boolean all =
                  answers.stream().allMatch(answer -> Boolean.TRUE.equals(answer.result()));
              if (all || System.nanoTime() - deadlineNanos >= 0) {
                drained.complete(null);
              } else {
                vertx.setTimer(DRAIN_POLL_MILLIS, again -> checkDrained(drained, deadlineNanos));
              }
            });
  }

  private static <T> T await(Future<T> future, long secondsMax)
      throws ExecutionException, TimeoutException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return future.toCompletionStage().toCompletableFuture().get(secondsMax, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
