package io.holdfast.server;

import io.holdfast.raft.PeerId;
import io.holdfast.server.config.Config;
import io.holdfast.server.config.ConfigKeys;
import io.holdfast.server.gateway.Gateway;
import io.holdfast.server.gateway.GatewayException;
import io.holdfast.server.gateway.GatewaySettings;
import io.holdfast.server.metrics.ServerMetrics;
import io.holdfast.server.peer.Peer;
import io.holdfast.server.security.Principals;
import io.holdfast.server.security.PrincipalsException;
import io.holdfast.server.security.PrincipalsFile;
import io.holdfast.server.transport.LinkFilter;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * One running peer and its client port. All methods may be called by any thread.
 *
 * <p>A stop closes the peer first: it answers what was accepted and tells the clients to go
 * elsewhere, which the gateway still has to carry.
 */
public final class HoldfastServer implements AutoCloseable {
  private final Peer peer;
  private final Gateway gateway;
  private final ServerMetrics metrics;
  private final CompletableFuture<String> failure;

  private HoldfastServer(
      Peer peer, Gateway gateway, ServerMetrics metrics, CompletableFuture<String> failure) {
    this.peer = peer;
    this.gateway = gateway;
    this.metrics = metrics;
    this.failure = failure;
  }

  /**
   * Recovers the stored state, joins the other peers and opens the client port. Blocks until it is
   * open; whether there is a leader by then is another matter.
   *
   * @throws io.holdfast.raft.spi.StorageException if the data directory is damaged, foreign or in
   *     use; nothing in it was changed
   * @throws GatewayException if the client port cannot be opened
   * @throws PrincipalsException if the file of principals cannot be used
   */
  public static HoldfastServer start(Config config) throws GatewayException, PrincipalsException {
    return start(config, LinkFilter.NONE);
  }

  /**
   * As {@link #start(Config)}, for programs that take the peer's network away to see what it does.
   *
   * @param filter decides which messages between peers are lost
   */
  public static HoldfastServer start(Config config, LinkFilter filter)
      throws GatewayException, PrincipalsException {
    Optional<Principals> principals =
        config.get(ConfigKeys.AUTH_ENABLED)
            ? Optional.of(
                PrincipalsFile.read(config.find(ConfigKeys.AUTH_PRINCIPALS_FILE).orElseThrow()))
            : Optional.empty();
    CompletableFuture<String> failure = new CompletableFuture<>();
    Peer peer =
        Peer.start(
            new PeerConfiguration(config).settings(new SecureRandom().nextLong(), filter),
            Gateway::visit,
            broken -> failure.complete("the event loop failed: " + broken));
    ServerMetrics metrics = metrics(config, peer);
    try {
      Optional<Supplier<String>> page =
          config.get(ConfigKeys.METRICS_ENABLED) ? Optional.of(metrics::scrape) : Optional.empty();
      Gateway gateway =
          Gateway.open(GatewaySettings.from(config, principals), new ServicePort(peer), page);
      metrics.bindGateway(gateway.metrics());
      return new HoldfastServer(peer, gateway, metrics, failure);
    } catch (GatewayException | RuntimeException e) {
      peer.close();
      metrics.close();
      throw e;
    }
  }

  private static ServerMetrics metrics(Config config, Peer peer) {
    PeerId self = new PeerId(config.get(ConfigKeys.PEER_ID));
    ServerMetrics metrics = new ServerMetrics(self.toString());
    metrics.bindPeer(peer.metrics());
    metrics.bindTransport(
        config.get(ConfigKeys.CLUSTER_PEERS).byId().keySet().stream()
            .map(PeerId::new)
            .filter(other -> !other.equals(self))
            .toList(),
        peer::transportMetrics);
    metrics.bindStorage(peer::storageCommits);
    return metrics;
  }

  /** The port on which clients are served. */
  public int clientPort() {
    return gateway.port();
  }

  /**
   * Completes, with the reason, when the peer can go on only after a restart because of a fault of
   * its own. A peer whose storage failed is not meant: it stays up, takes no part and says why.
   */
  public CompletableFuture<String> failure() {
    return failure;
  }

  /**
   * Stops gracefully: tells clients to go elsewhere, answers what was accepted, hands leadership
   * over and closes the files. Blocks. Does nothing the second time.
   */
  @Override
  public void close() {
    gateway.beginStop();
    peer.close();
    gateway.close();
    metrics.close();
  }
}
