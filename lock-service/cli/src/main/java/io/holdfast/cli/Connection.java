package io.holdfast.cli;

import io.holdfast.cli.http.HttpApi;
import io.holdfast.client.ClientBuilder;
import io.holdfast.client.ClientListener;
import io.holdfast.client.HoldfastClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say which cluster to talk to, and how. */
final class Connection {
  private static final String ENDPOINTS_DEFAULT = "localhost:7070,localhost:7071,localhost:7072";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = {"-e", "--endpoints"},
      paramLabel = "HOST:PORT,...",
      defaultValue = "${env:HOLDFAST_ENDPOINTS:-" + ENDPOINTS_DEFAULT + "}",
      description = {
        "Client addresses of the peers; any one of them is enough to begin with.",
        "Default: HOLDFAST_ENDPOINTS, or the peers of 'holdfast dev'."
      })
  private String endpoints;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "10s",
      description = "How long to try, all attempts together (default: ${DEFAULT-VALUE}).")
  private Duration timeout;

  @Option(
      names = "--auth-token-file",
      paramLabel = "FILE",
      description = "File with the bearer token. Default: the variable HOLDFAST_BEARER_TOKEN.")
  private @Nullable Path authTokenFile;

  @Option(
      names = "--tls-ca",
      paramLabel = "FILE",
      description = "Talk TLS, and trust the certificates in this PEM file.")
  private @Nullable Path tlsCertificates;

  List<String> addresses() {
    List<String> addresses =
        Arrays.stream(endpoints.split(","))
            .map(String::strip)
            .filter(address -> !address.isEmpty())
            .toList();
    if (addresses.isEmpty()) {
      throw usage("--endpoints names no peer; write HOST:PORT, several joined by commas");
    }
    addresses.forEach(this::uri);
    return addresses;
  }

  Duration timeout() {
    return timeout;
  }

  /** A Java client for these peers, to be finished by the caller. */
  ClientBuilder client() {
    ClientBuilder builder =
        HoldfastClient.builder()
            .endpoints(addresses().toArray(new String[0]))
            .requestTimeout(timeout)
            .listener(new ClientListener() {});
    authToken().ifPresent(builder::bearerToken);
    sslContext().ifPresent(builder::tls);
    return builder;
  }

  HttpApi http() {
    return new HttpApi(
        addresses().stream().map(this::uri).toList(),
        timeout,
        authToken().orElse(null),
        sslContext());
  }

  Optional<String> authToken() {
    if (authTokenFile == null) {
      return Optional.ofNullable(System.getenv("HOLDFAST_BEARER_TOKEN"));
    }
    try {
      return Optional.of(Files.readString(authTokenFile, StandardCharsets.UTF_8).strip());
    } catch (IOException e) {
      throw usage("--auth-token-file " + authTokenFile + " cannot be read: " + e.getMessage());
    }
  }

  Optional<SSLContext> sslContext() {
    if (tlsCertificates == null) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(tlsCertificates)) {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      int number = 0;
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        trusted.setCertificateEntry("ca-" + number++, certificate);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return Optional.of(context);
    } catch (IOException | GeneralSecurityException e) {
      throw usage("--tls-ca " + tlsCertificates + " cannot be used: " + e.getMessage());
    }
  }

  private URI uri(String address) {
    String scheme = tlsCertificates == null ? "http" : "https";
    try {
      URI uri = URI.create(scheme + "://" + address);
      if (uri.getHost() != null && uri.getPort() > 0 && uri.getRawPath().isEmpty()) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      throw usage("--endpoints: '" + address + "' is not HOST:PORT (" + e.getMessage() + ")");
    }
    throw usage("--endpoints: '" + address + "' is not HOST:PORT, as in localhost:7070");
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
