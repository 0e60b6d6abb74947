package io.holdfast.server.config;

import static io.holdfast.server.config.ConfigTypes.bool;
import static io.holdfast.server.config.ConfigTypes.choice;
import static io.holdfast.server.config.ConfigTypes.host;
import static io.holdfast.server.config.ConfigTypes.identifier;
import static io.holdfast.server.config.ConfigTypes.integer;
import static io.holdfast.server.config.ConfigTypes.path;
import static io.holdfast.server.config.ConfigTypes.text;
import static io.holdfast.server.config.ConfigTypes.wholeNumber;

import io.holdfast.api.Limits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The registry: every key a peer knows, with type, default, range and description. The page
 * docs/configuration.md is written from it.
 */
public final class ConfigKeys {
  private static final List<ConfigKey<?>> REGISTERED = new ArrayList<>();

  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;
  private static final long GIB = 1024L * MIB;
  private static final int DAY_MILLIS = 24 * 60 * 60 * 1000;

  public static final ConfigKey<String> CLUSTER_ID =
      defaulted(
          "cluster.id",
          identifier(64),
          "holdfast",
          "Name of the cluster. Messages and data directories of another cluster are refused.");
  public static final ConfigKey<PeerList> CLUSTER_PEERS =
      required(
          "cluster.peers",
          ConfigTypes.of(PeerList.EXPECTED, PeerList::parse),
          "Every peer of a new cluster, this one included, as others reach it. Has to be the same"
              + " on every peer. Read when the data directory is new; later the members are those"
              + " that the log names.");
  public static final ConfigKey<Boolean> CLUSTER_JOIN =
      defaulted(
          "cluster.join",
          bool(),
          false,
          "This peer joins a cluster that exists: `cluster.peers` names the members of that cluster"
              + " and this peer, which takes no part until `holdfast member add` names it there.");

  public static final ConfigKey<Integer> PEER_ID =
      required(
          "peer.id",
          integer(1, 65_534),
          "Which of `cluster.peers` this one is. An id belongs to one data directory for ever.");
  public static final ConfigKey<String> PEER_BIND_HOST =
      optional(
          "peer.bind-host",
          host(),
          "Interface on which other peers are listened to. Unset: this peer's host in"
              + " `cluster.peers`.");
  public static final ConfigKey<Path> DATA_DIR =
      required("data.dir", path(), "Directory of the log and the snapshots. Created if missing.");

  public static final ConfigKey<String> CLIENT_BIND_HOST =
      optional(
          "client.bind-host",
          host(),
          "Interface on which clients are listened to. Unset: this peer's host in"
              + " `cluster.peers`.");
  public static final ConfigKey<Integer> CLIENT_EVENT_LOOPS =
      defaulted(
          "client.event-loops",
          integer(1, 64),
          1,
          "Threads that serve client connections. One serves about 100,000 requests a second.");
  public static final ConfigKey<Integer> CLIENT_IDLE_TIMEOUT_MILLIS =
      defaulted(
          "client.idle-timeout-millis",
          integer(1_000, DAY_MILLIS),
          120_000,
          "A connection on which nothing moved for so long is closed. Signs of life count as"
              + " movement, so that streams stay open.");
  public static final ConfigKey<Integer> CLIENT_REQUEST_TIMEOUT_MILLIS =
      defaulted(
          "client.request-timeout-millis",
          integer(100, 600_000),
          15_000,
          "A request whose outcome is not known after so long is answered with outcome-unknown."
              + " Waiting for a lock does not count.");
  public static final ConfigKey<Integer> CLIENT_HEADER_TIMEOUT_MILLIS =
      defaulted(
          "client.header-timeout-millis",
          integer(100, 600_000),
          10_000,
          "A new connection that has not sent its first whole request after so long is closed, as"
              + " is a request whose body stops arriving.");
  public static final ConfigKey<Integer> CLIENT_LONG_POLL_MILLIS =
      defaulted(
          "client.long-poll-millis",
          integer(100, 600_000),
          30_000,
          "How long an HTTP acquire waits at most before it is answered with queued.");
  public static final ConfigKey<Integer> CLIENT_HEARTBEAT_MILLIS =
      defaulted(
          "client.heartbeat-millis",
          integer(100, 600_000),
          15_000,
          "Interval at which silent streams and event streams get a sign of life. Less than"
              + " `client.idle-timeout-millis`.");
  public static final ConfigKey<Integer> CLIENT_DRAIN_MILLIS =
      defaulted(
          "client.drain-millis",
          integer(0, 600_000),
          5_000,
          "How long a stopping peer goes on answering the requests it has accepted.");

  public static final ConfigKey<Integer> RAFT_HEARTBEAT_MILLIS =
      defaulted(
          "raft.heartbeat-millis", integer(5, 10_000), 50, "Interval of the leader's rounds.");
  public static final ConfigKey<Integer> RAFT_ELECTION_TIMEOUT_MIN_MILLIS =
      defaulted(
          "raft.election-timeout-min-millis",
          integer(20, 60_000),
          300,
          "A follower that heard no leader for at least so long stands for election. At least"
              + " three heartbeats.");
  public static final ConfigKey<Integer> RAFT_ELECTION_TIMEOUT_MAX_MILLIS =
      defaulted(
          "raft.election-timeout-max-millis",
          integer(21, 120_000),
          600,
          "Upper end, exclusive, of the range from which an election timeout is drawn.");

  public static final ConfigKey<Long> SNAPSHOT_LOG_ENTRIES =
      defaulted(
          "snapshot.log-entries",
          wholeNumber(100, 1_000_000_000),
          200_000L,
          "A snapshot is taken after so many entries.");
  public static final ConfigKey<Long> SNAPSHOT_LOG_BYTES =
      defaulted(
          "snapshot.log-bytes",
          wholeNumber(64 * KIB, 1024 * GIB),
          256L * MIB,
          "A snapshot is taken after entries of so many bytes.");
  public static final ConfigKey<Long> SNAPSHOT_ENTRIES_KEPT =
      defaulted(
          "snapshot.entries-kept",
          wholeNumber(0, 1_000_000_000),
          20_000L,
          "Entries kept before a snapshot, so that a peer that lags a little needs no snapshot.");

  public static final ConfigKey<Integer> SESSION_TTL_MIN_MILLIS =
      defaulted(
          "session.ttl-min-millis",
          integer(200, DAY_MILLIS),
          1_000,
          "The shortest TTL a session may ask for. Below 1000 is for tests.");
  public static final ConfigKey<Integer> SESSION_TTL_MAX_MILLIS =
      defaulted(
          "session.ttl-max-millis",
          integer(200, DAY_MILLIS),
          DAY_MILLIS,
          "The longest TTL a session may ask for.");

  public static final ConfigKey<Integer> LIMIT_BODY_BYTES =
      defaulted(
          "limit.body-bytes",
          integer(1 * KIB, Limits.HTTP_BODY_BYTES_MAX),
          Limits.HTTP_BODY_BYTES_MAX,
          "Longest body of an HTTP request.");
  public static final ConfigKey<Integer> LIMIT_HEADER_BYTES =
      defaulted(
          "limit.header-bytes",
          integer(1 * KIB, 1 * MIB),
          16 * KIB,
          "Longest header section of an HTTP request.");
  public static final ConfigKey<Integer> LIMIT_URI_BYTES =
      defaulted(
          "limit.uri-bytes", integer(1 * KIB, 64 * KIB), 8 * KIB, "Longest URI of a request.");
  public static final ConfigKey<Integer> LIMIT_CONNECTIONS =
      defaulted(
          "limit.connections",
          integer(1, 1_000_000),
          10_000,
          "Client connections open at once. One more is told overloaded and closed.");
  public static final ConfigKey<Integer> LIMIT_REQUESTS_IN_FLIGHT =
      defaulted(
          "limit.requests-in-flight",
          integer(1, 1_000_000),
          20_000,
          "Requests accepted and not yet answered, long polls included.");
  public static final ConfigKey<Integer> LIMIT_REQUESTS_PER_CONNECTION =
      defaulted(
          "limit.requests-per-connection",
          integer(1, 1_000_000),
          4_096,
          "The same for one connection.");
  public static final ConfigKey<Integer> LIMIT_WATCHES_PER_CONNECTION =
      defaulted(
          "limit.watches-per-connection",
          integer(1, 10_000),
          64,
          "Watches open on one connection.");
  public static final ConfigKey<Integer> LIMIT_UNREAD_BYTES =
      defaulted(
          "limit.unread-bytes",
          integer(16 * KIB, 1024 * MIB),
          4 * MIB,
          "Answers and events a client may leave unread before it is cut off.");
  public static final ConfigKey<Integer> LIMIT_SESSIONS =
      defaulted(
          "limit.sessions",
          integer(1, 10_000_000),
          100_000,
          "Sessions open at once, cluster-wide.");
  public static final ConfigKey<Integer> LIMIT_LOCKS =
      defaulted(
          "limit.locks",
          integer(1, 100_000_000),
          1_000_000,
          "Locks held, waited for or remembered at once, cluster-wide.");
  public static final ConfigKey<Integer> LIMIT_LOCKS_PER_SESSION =
      defaulted(
          "limit.locks-per-session",
          integer(1, 1_000_000),
          10_000,
          "Locks held or waited for by one session.");
  public static final ConfigKey<Integer> LIMIT_WAITERS_PER_LOCK =
      defaulted(
          "limit.waiters-per-lock",
          integer(1, 1_000_000),
          10_000,
          "Requests that wait for one lock.");

  public static final ConfigKey<Boolean> TLS_ENABLED =
      defaulted(
          "tls.enabled",
          bool(),
          false,
          "Serve clients over TLS 1.2 and 1.3 only, with HTTP/2 by ALPN.");
  public static final ConfigKey<Path> TLS_CERTIFICATE_FILE =
      optional(
          "tls.certificate-file", path(), "Certificate chain, PEM. Needed with `tls.enabled`.");
  public static final ConfigKey<Path> TLS_KEY_FILE =
      optional("tls.key-file", path(), "Private key, PEM (PKCS #8). Needed with `tls.enabled`.");
  public static final ConfigKey<ClientCertificates> TLS_CLIENT_CERTIFICATES =
      defaulted(
          "tls.client-certificates",
          choice(ClientCertificates.class),
          ClientCertificates.NONE,
          "Whether clients show a certificate.");
  public static final ConfigKey<Path> TLS_CLIENT_CA_FILE =
      optional(
          "tls.client-ca-file",
          path(),
          "Authorities that sign the certificates of clients, PEM. Needed unless"
              + " `tls.client-certificates` is none.");

  public static final ConfigKey<Boolean> PEER_TLS_ENABLED =
      defaulted(
          "peer-tls.enabled",
          bool(),
          false,
          "Peers talk over mutual TLS 1.3 only. Has to be the same on every peer.");
  public static final ConfigKey<Path> PEER_TLS_KEY_STORE_FILE =
      optional(
          "peer-tls.key-store-file",
          path(),
          "PKCS #12 file with this peer's key and certificate. Needed with `peer-tls.enabled`.");
  public static final ConfigKey<Path> PEER_TLS_TRUST_STORE_FILE =
      optional(
          "peer-tls.trust-store-file",
          path(),
          "PKCS #12 file with the authorities that sign the peers' certificates. Needed with"
              + " `peer-tls.enabled`.");
  public static final ConfigKey<String> PEER_TLS_STORE_PASSWORD =
      secret(
          "peer-tls.store-password",
          text(),
          "Password of both files. Needed with `peer-tls.enabled`; best given by the environment.");

  public static final ConfigKey<Boolean> AUTH_ENABLED =
      defaulted(
          "auth.enabled",
          bool(),
          false,
          "Every request but /health needs a principal with the permission for it.");
  public static final ConfigKey<Path> AUTH_PRINCIPALS_FILE =
      optional(
          "auth.principals-file",
          path(),
          "JSON file of principals, their tokens and permissions. Needed with `auth.enabled`.");

  public static final ConfigKey<LogFormat> LOG_FORMAT =
      defaulted("log.format", choice(LogFormat.class), LogFormat.TEXT, "How events are written.");
  public static final ConfigKey<LogLevel> LOG_LEVEL =
      defaulted(
          "log.level", choice(LogLevel.class), LogLevel.INFO, "Least severity that is logged.");
  public static final ConfigKey<Boolean> METRICS_ENABLED =
      defaulted("metrics.enabled", bool(), true, "Serve /metrics.");

  /** Every key, in the order of the page. */
  public static final List<ConfigKey<?>> ALL = List.copyOf(REGISTERED);

  private ConfigKeys() {}

  /** The key of that name, as written in files and flags. */
  public static Optional<ConfigKey<?>> byName(String name) {
    return ALL.stream()
        .<ConfigKey<?>>map(key -> key)
        .filter(key -> key.name().equals(name))
        .findFirst();
  }

  private static <T> ConfigKey<T> required(String name, ConfigType<T> type, String description) {
    return register(ConfigKey.required(name, type, description));
  }

  private static <T> ConfigKey<T> defaulted(
      String name, ConfigType<T> type, T defaultValue, String description) {
    return register(ConfigKey.defaulted(name, type, defaultValue, description));
  }

  private static <T> ConfigKey<T> optional(String name, ConfigType<T> type, String description) {
    return register(ConfigKey.optional(name, type, description));
  }

  private static <T> ConfigKey<T> secret(String name, ConfigType<T> type, String description) {
    return register(ConfigKey.secret(name, type, description));
  }

  private static <T> ConfigKey<T> register(ConfigKey<T> key) {
    REGISTERED.add(key);
    return key;
  }
}
