package io.holdfast.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Self-signed certificates made by keytool: "peer", which the trust store vouches for, and
 * "stranger", which it does not.
 */
final class TestCertificates {
  private static final String PASSWORD = "only-for-tests";

  private TestCertificates() {}

  static void create(Path directory) throws IOException, InterruptedException {
    for (String owner : List.of("peer", "stranger")) {
      keytool(
          directory,
          owner + ".p12",
          "-genkeypair",
          "-keyalg",
          "EC",
          "-alias",
          owner,
          "-dname",
          "CN=" + owner);
    }
    keytool(directory, "peer.p12", "-exportcert", "-alias", "peer", "-file", "peer.crt");
    keytool(
        directory, "trust.p12", "-importcert", "-noprompt", "-alias", "peer", "-file", "peer.crt");
  }

  static PeerTls at(Path directory, String owner) {
    return new PeerTls(directory.resolve(owner + ".p12"), directory.resolve("trust.p12"), PASSWORD);
  }

  private static void keytool(Path directory, String store, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-keystore", store, "-storetype", "PKCS12", "-storepass", PASSWORD));
    Process keytool =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(output).isZero();
  }
}
