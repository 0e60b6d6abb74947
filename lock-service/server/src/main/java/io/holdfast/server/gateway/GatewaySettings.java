package io.holdfast.server.gateway;

import io.holdfast.server.config.ClientCertificates;
import io.holdfast.server.config.Config;
import io.holdfast.server.config.ConfigKeys;
import io.holdfast.server.config.PeerList;
import io.holdfast.server.security.Principals;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a gateway has to know.
 *
 * @param host interface to listen on
 * @param port to listen on; 0 lets the system choose
 * @param principals who may use the service; empty where everybody may
 */
public record GatewaySettings(
    String host,
    int port,
    int eventLoops,
    Timeouts timeouts,
    Bounds bounds,
    Optional<Tls> tls,
    Optional<Principals> principals) {

  /** All in milliseconds; the keys of the same names describe them. */
  public record Timeouts(
      int idleMillis,
      int headerMillis,
      int requestMillis,
      int longPollMillis,
      int heartbeatMillis,
      int drainMillis) {}

  /** Sizes in bytes, counts as they are; the keys of the same names describe them. */
  public record Bounds(
      int bodyBytes,
      int headerBytes,
      int uriBytes,
      int connections,
      int requestsInFlight,
      int requestsPerConnection,
      int watchesPerConnection,
      int unreadBytes) {}

  /**
   * TLS towards clients.
   *
   * @param clientCaFile present unless certificates of clients are not asked for
   */
  public record Tls(
      Path certificateFile,
      Path keyFile,
      ClientCertificates clientCertificates,
      Optional<Path> clientCaFile) {}

  /** The settings that a configuration asks for. */
  public static GatewaySettings from(Config config, Optional<Principals> principals) {
    PeerList.PeerAddress self =
        config.get(ConfigKeys.CLUSTER_PEERS).byId().get(config.get(ConfigKeys.PEER_ID));
    return new GatewaySettings(
        withoutBrackets(config.find(ConfigKeys.CLIENT_BIND_HOST).orElse(self.host())),
        self.clientPort(),
        config.get(ConfigKeys.CLIENT_EVENT_LOOPS),
        timeouts(config),
        bounds(config),
        tls(config),
        principals);
  }

  private static Timeouts timeouts(Config config) {
    return new Timeouts(
        config.get(ConfigKeys.CLIENT_IDLE_TIMEOUT_MILLIS),
        config.get(ConfigKeys.CLIENT_HEADER_TIMEOUT_MILLIS),
        config.get(ConfigKeys.CLIENT_REQUEST_TIMEOUT_MILLIS),
        config.get(ConfigKeys.CLIENT_LONG_POLL_MILLIS),
        config.get(ConfigKeys.CLIENT_HEARTBEAT_MILLIS),
        config.get(ConfigKeys.CLIENT_DRAIN_MILLIS));
  }

  private static Bounds bounds(Config config) {
    return new Bounds(
        config.get(ConfigKeys.LIMIT_BODY_BYTES),
        config.get(ConfigKeys.LIMIT_HEADER_BYTES),
        config.get(ConfigKeys.LIMIT_URI_BYTES),
        config.get(ConfigKeys.LIMIT_CONNECTIONS),
        config.get(ConfigKeys.LIMIT_REQUESTS_IN_FLIGHT),
        config.get(ConfigKeys.LIMIT_REQUESTS_PER_CONNECTION),
        config.get(ConfigKeys.LIMIT_WATCHES_PER_CONNECTION),
        config.get(ConfigKeys.LIMIT_UNREAD_BYTES));
  }

  private static Optional<Tls> tls(Config config) {
    if (!config.get(ConfigKeys.TLS_ENABLED)) {
      return Optional.empty();
    }
    return Optional.of(
        new Tls(
            config.find(ConfigKeys.TLS_CERTIFICATE_FILE).orElseThrow(),
            config.find(ConfigKeys.TLS_KEY_FILE).orElseThrow(),
            config.get(ConfigKeys.TLS_CLIENT_CERTIFICATES),
            config.find(ConfigKeys.TLS_CLIENT_CA_FILE)));
  }

  private static String withoutBrackets(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }
}
