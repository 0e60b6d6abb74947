package io.holdfast.server.gateway;

import io.holdfast.api.Limits;
import io.holdfast.server.config.ClientCertificates;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The settings in the terms of Vert.x. */
final class ServerOptions {
  private static final Set<String> TLS_VERSIONS = Set.of("TLSv1.2", "TLSv1.3");

  private ServerOptions() {}

  static HttpServerOptions of(GatewaySettings settings) throws GatewayException {
    GatewaySettings.Bounds bounds = settings.bounds();
    GatewaySettings.Timeouts timeouts = settings.timeouts();
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(address(settings.host()))
            .setPort(settings.port())
            .setTcpNoDelay(true)
            .setTcpKeepAlive(true)
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
            .setIdleTimeout(timeouts.idleMillis())
            .setMaxInitialLineLength(bounds.uriBytes())
            .setMaxHeaderSize(bounds.headerBytes())
            .setHandle100ContinueAutomatically(false)
            .setMaxWebSocketFrameSize(Limits.FRAME_BYTES_MAX)
            .setMaxWebSocketMessageSize(Limits.FRAME_BYTES_MAX)
            .setPerFrameWebSocketCompressionSupported(false)
            .setPerMessageWebSocketCompressionSupported(false)
            .setRegisterWebSocketWriteHandlers(false)
            // Vert.x shows a clear-text connection only once it knows its protocol: one that never
            // says
            // so could not be cut off. HTTP/2 is for TLS, where the handshake has a time limit.
            .setHttp2ClearTextEnabled(false)
            .setInitialSettings(
                new Http2Settings()
                    .setMaxConcurrentStreams(bounds.requestsPerConnection())
                    .setMaxHeaderListSize(bounds.headerBytes()));
    settings.tls().ifPresent(tls -> secure(options, tls, timeouts));
    return options;
  }

  private static void secure(
      HttpServerOptions options, GatewaySettings.Tls tls, GatewaySettings.Timeouts timeouts) {
    options
        .setSsl(true)
        .setUseAlpn(true)
        .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
        .setSslHandshakeTimeout(timeouts.headerMillis())
        .setEnabledSecureTransportProtocols(TLS_VERSIONS)
        .setKeyCertOptions(
            new PemKeyCertOptions()
                .setCertPath(tls.certificateFile().toString())
                .setKeyPath(tls.keyFile().toString()))
        .setClientAuth(clientAuth(tls.clientCertificates()));
    tls.clientCaFile()
        .ifPresent(
            file -> options.setTrustOptions(new PemTrustOptions().addCertPath(file.toString())));
  }

  private static ClientAuth clientAuth(ClientCertificates wanted) {
    return switch (wanted) {
      case NONE -> ClientAuth.NONE;
      case OPTIONAL -> ClientAuth.REQUEST;
      case REQUIRED -> ClientAuth.REQUIRED;
    };
  }

  private static String address(String host) throws GatewayException {
    try {
      return InetAddress.getByName(host).getHostAddress();
    } catch (UnknownHostException e) {
      throw new GatewayException(
          "client.bind-host \"" + host + "\" is not known here; name an address of this machine",
          e);
    }
  }
}
