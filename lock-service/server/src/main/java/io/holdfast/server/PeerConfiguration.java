package io.holdfast.server;

import com.google.common.net.HostAndPort;
import io.holdfast.locks.Limit;
import io.holdfast.raft.Configuration;
import io.holdfast.raft.Member;
import io.holdfast.raft.PeerId;
import io.holdfast.raft.core.Timing;
import io.holdfast.raft.driver.RaftNodeSettings;
import io.holdfast.raft.driver.SnapshotPolicy;
import io.holdfast.server.config.Config;
import io.holdfast.server.config.ConfigKeys;
import io.holdfast.server.config.PeerList;
import io.holdfast.server.peer.PeerServiceSettings;
import io.holdfast.server.peer.PeerSettings;
import io.holdfast.server.storage.StorageSettings;
import io.holdfast.server.transport.LinkFilter;
import io.holdfast.server.transport.PeerTls;
import io.holdfast.server.transport.TransportSettings;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What the configuration's keys mean to the parts of a peer. */
final class PeerConfiguration {
  private final Config config;
  private final PeerId self;

  PeerConfiguration(Config config) {
    this.config = config;
    this.self = new PeerId(config.get(ConfigKeys.PEER_ID));
  }

  /**
   * @param epoch differs at every start of the process
   * @param filter which links are cut
   */
  PeerSettings settings(long epoch, LinkFilter filter) {
    return new PeerSettings(node(), service(), storage(), transport(epoch).withFilter(filter));
  }

  /** Where this peer keeps its data. */
  StorageSettings storage() {
    return new StorageSettings(
        config.get(ConfigKeys.DATA_DIR), config.get(ConfigKeys.CLUSTER_ID), self);
  }

  /** The members that a new cluster begins with. */
  Configuration members() {
    return node().initialConfiguration();
  }

  private RaftNodeSettings node() {
    List<Member> members = new ArrayList<>();
    config
        .get(ConfigKeys.CLUSTER_PEERS)
        .byId()
        .forEach(
            (id, address) ->
                members.add(
                    new Member(new PeerId(id), address.peerAddress(), address.clientAddress())));
    if (config.get(ConfigKeys.CLUSTER_JOIN)) {
      // A peer that took itself for a voter could elect itself with a minority of the others.
      members.removeIf(member -> member.id().equals(self));
    }
    SnapshotPolicy snapshots = SnapshotPolicy.DEFAULT;
    return RaftNodeSettings.defaults(self, Configuration.ofVoters(members))
        .withTiming(timing())
        .withSnapshots(
            new SnapshotPolicy(
                config.get(ConfigKeys.SNAPSHOT_LOG_ENTRIES),
                config.get(ConfigKeys.SNAPSHOT_LOG_BYTES),
                config.get(ConfigKeys.SNAPSHOT_ENTRIES_KEPT),
                snapshots.chunkBytes(),
                snapshots.windowChunks()));
  }

  private Timing timing() {
    int heartbeatMillis = config.get(ConfigKeys.RAFT_HEARTBEAT_MILLIS);
    int electionMinMillis = config.get(ConfigKeys.RAFT_ELECTION_TIMEOUT_MIN_MILLIS);
    return new Timing(
        heartbeatMillis,
        electionMinMillis,
        config.get(ConfigKeys.RAFT_ELECTION_TIMEOUT_MAX_MILLIS),
        Math.min(Timing.DEFAULT.commitNotifyMicros(), heartbeatMillis * 1_000L),
        Math.min(Timing.DEFAULT.disconnectDelayMaxMillis(), electionMinMillis));
  }

  private PeerServiceSettings service() {
    return PeerServiceSettings.DEFAULT
        .withTimes(
            PeerServiceSettings.Times.forElectionTimeout(
                config.get(ConfigKeys.RAFT_ELECTION_TIMEOUT_MAX_MILLIS)))
        .withTold(
            new PeerServiceSettings.Told(
                config.get(ConfigKeys.LIMIT_REQUESTS_PER_CONNECTION),
                io.holdfast.api.Limits.FRAME_BYTES_MAX))
        .withLimits(replicatedLimits());
  }

  private Map<Limit, Long> replicatedLimits() {
    Map<Limit, Long> limits = new EnumMap<>(Limit.class);
    limits.put(Limit.SESSIONS, (long) config.get(ConfigKeys.LIMIT_SESSIONS));
    limits.put(Limit.LOCKS, (long) config.get(ConfigKeys.LIMIT_LOCKS));
    limits.put(Limit.WAITERS_PER_LOCK, (long) config.get(ConfigKeys.LIMIT_WAITERS_PER_LOCK));
    long perSession = config.get(ConfigKeys.LIMIT_LOCKS_PER_SESSION);
    limits.put(Limit.HOLDS_PER_SESSION, perSession);
    limits.put(Limit.WAITS_PER_SESSION, perSession);
    limits.put(Limit.TTL_FLOOR_MILLIS, (long) config.get(ConfigKeys.SESSION_TTL_MIN_MILLIS));
    limits.put(Limit.TTL_CEILING_MILLIS, (long) config.get(ConfigKeys.SESSION_TTL_MAX_MILLIS));
    return limits;
  }

  private TransportSettings transport(long epoch) {
    PeerList.PeerAddress address = config.get(ConfigKeys.CLUSTER_PEERS).byId().get(self.value());
    String host = config.find(ConfigKeys.PEER_BIND_HOST).orElse(address.host());
    TransportSettings settings =
        TransportSettings.of(
            new TransportSettings.Identity(config.get(ConfigKeys.CLUSTER_ID), self, epoch),
            HostAndPort.fromString(host).withDefaultPort(address.peerPort()));
    if (!config.get(ConfigKeys.PEER_TLS_ENABLED)) {
      return settings;
    }
    return settings.withTls(
        new PeerTls(
            config.find(ConfigKeys.PEER_TLS_KEY_STORE_FILE).orElseThrow(),
            config.find(ConfigKeys.PEER_TLS_TRUST_STORE_FILE).orElseThrow(),
            config.find(ConfigKeys.PEER_TLS_STORE_PASSWORD).orElseThrow()));
  }
}
