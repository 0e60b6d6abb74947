package io.holdfast.server;

import com.google.common.net.HostAndPort;
import io.holdfast.locks.CommandResult;
import io.holdfast.locks.LockStateMachine;
import io.holdfast.raft.Configuration;
import io.holdfast.raft.Member;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.core.Timing;
import io.holdfast.raft.driver.NodeRunner;
import io.holdfast.raft.driver.RaftNode;
import io.holdfast.raft.driver.RaftNodeSettings;
import io.holdfast.raft.driver.SnapshotPolicy;
import io.holdfast.server.config.Config;
import io.holdfast.server.config.ConfigKeys;
import io.holdfast.server.config.PeerList;
import io.holdfast.server.gateway.Gateway;
import io.holdfast.server.gateway.GatewayException;
import io.holdfast.server.gateway.GatewaySettings;
import io.holdfast.server.peer.PeerService;
import io.holdfast.server.peer.PeerServiceSettings;
import io.holdfast.server.security.Principals;
import io.holdfast.server.security.PrincipalsException;
import io.holdfast.server.security.PrincipalsFile;
import io.holdfast.server.storage.MapDbLogStorage;
import io.holdfast.server.storage.StorageSettings;
import io.holdfast.server.transport.JGroupsTransport;
import io.holdfast.server.transport.PeerTls;
import io.holdfast.server.transport.TransportSettings;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running peer: storage, transport, consensus, request handling and the client port. All
 * methods may be called by any thread.
 */
public final class HoldfastServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("io.holdfast.server");
  private static final long DRAIN_POLL_MILLIS = 5;
  private static final long CLOSE_SECONDS_MAX = 10;

  private final PeerId self;
  private final RaftNode<CommandResult> node;
  private final PeerService service;
  private final PeerLoop loop;
  private final NodeRunner runner;
  private final Gateway gateway;
  private boolean closed;

  private HoldfastServer(
      PeerId self,
      RaftNode<CommandResult> node,
      PeerService service,
      PeerLoop loop,
      NodeRunner runner,
      Gateway gateway) {
    this.self = self;
    this.node = node;
    this.service = service;
    this.loop = loop;
    this.runner = runner;
    this.gateway = gateway;
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
    PeerId self = new PeerId(config.get(ConfigKeys.PEER_ID));
    Optional<Principals> principals = principals(config);
    RandomGenerator random = new SplittableRandom(new SecureRandom().nextLong());
    LockStateMachine machine = new LockStateMachine();
    PeerService service = new PeerService(self, serviceSettings(config), machine, random);
    PeerLoop loop = new PeerLoop(service);
    NodeEvents events =
        new NodeEvents(self, service.listener(), loop, new ReplicatedLimits(config));
    RaftNode<CommandResult> node =
        new RaftNode<>(
            nodeSettings(config, self),
            storage(config, self),
            transport(config, self, random.nextLong()),
            machine,
            random,
            events);
    service.bind(node);
    loop.bind(node);
    events.bind(node, machine);
    node.start(System.nanoTime());
    NodeRunner runner = new NodeRunner(loop, "holdfast-" + self);
    runner.start();
    try {
      Gateway gateway =
          Gateway.open(
              GatewaySettings.from(config, principals),
              new ServicePort(service, loop),
              Optional.empty());
      return new HoldfastServer(self, node, service, loop, runner, gateway);
    } catch (GatewayException | RuntimeException e) {
      runner.close();
      node.close();
      throw e;
    }
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
    return loop.failure();
  }

  /**
   * Stops gracefully: tells clients to go elsewhere, answers what was accepted, hands leadership
   * over and closes the files. Blocks. Does nothing the second time.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    LOG.info("{} is stopping", self);
    onLoop(service::beginStop);
    gateway.close();
    onLoop(node::beginClose);
    awaitOnLoop(() -> node.isClosed() && service.isDrained());
    onLoop(() -> service.abandonCalls(self + " is stopping"));
    runner.close();
    node.close();
    LOG.info("{} has stopped", self);
  }

  private void onLoop(Runnable task) {
    if (!loop.failure().isDone()) {
      awaitOnLoop(
          () -> {
            task.run();
            return true;
          });
    }
  }

  /** Asks on the loop until the answer is yes, for a bounded time. */
  private void awaitOnLoop(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS_MAX);
    CountDownLatch met = new CountDownLatch(1);
    try {
      while (System.nanoTime() - deadline < 0 && !loop.failure().isDone()) {
        boolean taken =
            node.execute(
                () -> {
                  if (condition.getAsBoolean()) {
                    met.countDown();
                  }
                });
        if (met.await(DRAIN_POLL_MILLIS, TimeUnit.MILLISECONDS)) {
          return;
        }
        if (!taken) {
          LOG.debug("the event loop is full; asking again");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Optional<Principals> principals(Config config) throws PrincipalsException {
    return config.get(ConfigKeys.AUTH_ENABLED)
        ? Optional.of(
            PrincipalsFile.read(config.find(ConfigKeys.AUTH_PRINCIPALS_FILE).orElseThrow()))
        : Optional.empty();
  }

  private static PeerServiceSettings serviceSettings(Config config) {
    return PeerServiceSettings.DEFAULT
        .withTimes(
            PeerServiceSettings.Times.forElectionTimeout(
                config.get(ConfigKeys.RAFT_ELECTION_TIMEOUT_MAX_MILLIS)))
        .withTold(
            new PeerServiceSettings.Told(
                config.get(ConfigKeys.LIMIT_REQUESTS_PER_CONNECTION),
                io.holdfast.api.Limits.FRAME_BYTES_MAX));
  }

  private static RaftNodeSettings nodeSettings(Config config, PeerId self) {
    List<Member> members = new ArrayList<>();
    config
        .get(ConfigKeys.CLUSTER_PEERS)
        .byId()
        .forEach(
            (id, address) ->
                members.add(
                    new Member(new PeerId(id), address.peerAddress(), address.clientAddress())));
    int heartbeatMillis = config.get(ConfigKeys.RAFT_HEARTBEAT_MILLIS);
    int electionMinMillis = config.get(ConfigKeys.RAFT_ELECTION_TIMEOUT_MIN_MILLIS);
    SnapshotPolicy snapshots = SnapshotPolicy.DEFAULT;
    return RaftNodeSettings.defaults(self, Configuration.ofVoters(members))
        .withTiming(
            new Timing(
                heartbeatMillis,
                electionMinMillis,
                config.get(ConfigKeys.RAFT_ELECTION_TIMEOUT_MAX_MILLIS),
                Math.min(Timing.DEFAULT.commitNotifyMicros(), heartbeatMillis * 1_000L),
                Math.min(Timing.DEFAULT.disconnectDelayMaxMillis(), electionMinMillis)))
        .withSnapshots(
            new SnapshotPolicy(
                config.get(ConfigKeys.SNAPSHOT_LOG_ENTRIES),
                config.get(ConfigKeys.SNAPSHOT_LOG_BYTES),
                config.get(ConfigKeys.SNAPSHOT_ENTRIES_KEPT),
                snapshots.chunkBytes(),
                snapshots.windowChunks()));
  }

  private static MapDbLogStorage storage(Config config, PeerId self) {
    return MapDbLogStorage.open(
        new StorageSettings(
            config.get(ConfigKeys.DATA_DIR), config.get(ConfigKeys.CLUSTER_ID), self));
  }

  private static JGroupsTransport transport(Config config, PeerId self, long epoch) {
    PeerList.PeerAddress address = config.get(ConfigKeys.CLUSTER_PEERS).byId().get(self.value());
    String host = config.find(ConfigKeys.PEER_BIND_HOST).orElse(address.host());
    TransportSettings settings =
        TransportSettings.of(
            new TransportSettings.Identity(config.get(ConfigKeys.CLUSTER_ID), self, epoch),
            HostAndPort.fromString(host).withDefaultPort(address.peerPort()));
    if (config.get(ConfigKeys.PEER_TLS_ENABLED)) {
      settings =
          settings.withTls(
              new PeerTls(
                  config.find(ConfigKeys.PEER_TLS_KEY_STORE_FILE).orElseThrow(),
                  config.find(ConfigKeys.PEER_TLS_TRUST_STORE_FILE).orElseThrow(),
                  config.find(ConfigKeys.PEER_TLS_STORE_PASSWORD).orElseThrow()));
    }
    return new JGroupsTransport(settings);
  }
}
