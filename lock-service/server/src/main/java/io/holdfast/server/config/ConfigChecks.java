package io.holdfast.server.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The rules that join several keys. A rule is left out when one of its keys was refused. */
final class ConfigChecks {
  /** With fewer, one lost heartbeat would look like a lost leader. */
  private static final int HEARTBEATS_PER_ELECTION_TIMEOUT = 3;

  private final Config config;
  private final Set<ConfigKey<?>> refused;
  private final List<ConfigProblem> problems = new ArrayList<>();

  ConfigChecks(Config config, Set<ConfigKey<?>> refused) {
    this.config = config;
    this.refused = refused;
  }

  List<ConfigProblem> problems() {
    peerIsListed();
    timingsFit();
    filesAreThere();
    return problems;
  }

  private void peerIsListed() {
    if (usable(ConfigKeys.PEER_ID) && usable(ConfigKeys.CLUSTER_PEERS)) {
      PeerList peers = config.get(ConfigKeys.CLUSTER_PEERS);
      if (!peers.byId().containsKey(config.get(ConfigKeys.PEER_ID))) {
        report(
            ConfigKeys.PEER_ID, "is not one of the ids in cluster.peers " + peers.byId().keySet());
      } else if (usable(ConfigKeys.CLUSTER_JOIN)
          && config.get(ConfigKeys.CLUSTER_JOIN)
          && peers.byId().size() == 1) {
        report(
            ConfigKeys.CLUSTER_JOIN,
            "needs the members of the cluster to join in cluster.peers, which names this peer"
                + " alone");
      }
    }
  }

  private void timingsFit() {
    if (usable(ConfigKeys.RAFT_HEARTBEAT_MILLIS)
        && usable(ConfigKeys.RAFT_ELECTION_TIMEOUT_MIN_MILLIS)) {
      int least = config.get(ConfigKeys.RAFT_HEARTBEAT_MILLIS) * HEARTBEATS_PER_ELECTION_TIMEOUT;
      if (config.get(ConfigKeys.RAFT_ELECTION_TIMEOUT_MIN_MILLIS) < least) {
        report(
            ConfigKeys.RAFT_ELECTION_TIMEOUT_MIN_MILLIS,
            "is less than three times raft.heartbeat-millis; use at least " + least);
      }
    }
    ascending(
        ConfigKeys.RAFT_ELECTION_TIMEOUT_MIN_MILLIS,
        ConfigKeys.RAFT_ELECTION_TIMEOUT_MAX_MILLIS,
        1);
    ascending(ConfigKeys.CLIENT_HEARTBEAT_MILLIS, ConfigKeys.CLIENT_IDLE_TIMEOUT_MILLIS, 1);
    ascending(ConfigKeys.SESSION_TTL_MIN_MILLIS, ConfigKeys.SESSION_TTL_MAX_MILLIS, 0);
  }

  private void ascending(ConfigKey<Integer> lower, ConfigKey<Integer> upper, int differenceMin) {
    if (usable(lower) && usable(upper) && config.get(upper) - config.get(lower) < differenceMin) {
      report(
          upper,
          "is too small beside "
              + lower
              + " = "
              + config.get(lower)
              + "; use at least "
              + (config.get(lower) + differenceMin));
    }
  }

  private void filesAreThere() {
    neededWith(ConfigKeys.TLS_ENABLED, ConfigKeys.TLS_CERTIFICATE_FILE, ConfigKeys.TLS_KEY_FILE);
    neededWith(
        ConfigKeys.PEER_TLS_ENABLED,
        ConfigKeys.PEER_TLS_KEY_STORE_FILE,
        ConfigKeys.PEER_TLS_TRUST_STORE_FILE,
        ConfigKeys.PEER_TLS_STORE_PASSWORD);
    neededWith(ConfigKeys.AUTH_ENABLED, ConfigKeys.AUTH_PRINCIPALS_FILE);
    if (usable(ConfigKeys.TLS_CLIENT_CERTIFICATES)
        && config.get(ConfigKeys.TLS_CLIENT_CERTIFICATES) != ClientCertificates.NONE) {
      needed(ConfigKeys.TLS_CLIENT_CA_FILE, "tls.client-certificates is not none");
      if (usable(ConfigKeys.TLS_ENABLED) && !config.get(ConfigKeys.TLS_ENABLED)) {
        report(ConfigKeys.TLS_CLIENT_CERTIFICATES, "needs tls.enabled = true");
      }
    }
    readable(ConfigKeys.TLS_CERTIFICATE_FILE);
    readable(ConfigKeys.TLS_KEY_FILE);
    readable(ConfigKeys.TLS_CLIENT_CA_FILE);
    readable(ConfigKeys.PEER_TLS_KEY_STORE_FILE);
    readable(ConfigKeys.PEER_TLS_TRUST_STORE_FILE);
    readable(ConfigKeys.AUTH_PRINCIPALS_FILE);
  }

  private void neededWith(ConfigKey<Boolean> toggle, ConfigKey<?>... keys) {
    if (usable(toggle) && config.get(toggle)) {
      for (ConfigKey<?> key : keys) {
        needed(key, toggle + " is true");
      }
    }
  }

  private void needed(ConfigKey<?> key, String reason) {
    if (!refused.contains(key) && config.find(key).isEmpty()) {
      problems.add(
          new ConfigProblem(
              key.name(),
              "configuration",
              key + " is not set, but " + reason + ": expected " + key.expected()));
    }
  }

  private void readable(ConfigKey<Path> key) {
    config
        .find(key)
        .filter(path -> !Files.isReadable(path) || Files.isDirectory(path))
        .ifPresent(path -> report(key, "is not a file that can be read"));
  }

  private boolean usable(ConfigKey<?> key) {
    return !refused.contains(key) && config.find(key).isPresent();
  }

  private <T> void report(ConfigKey<T> key, String message) {
    problems.add(
        new ConfigProblem(
            key.name(),
            config.sourceOf(key),
            key + " = " + key.format(config.get(key)) + " " + message));
  }
}
