package io.holdfast.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.server.config.ClientCertificates;
import io.holdfast.server.security.Principals;
import io.holdfast.server.security.PrincipalsFile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecurityTest {

  @TempDir Path directory;

  private final GatewayHarness.Settings settings = new GatewayHarness.Settings();

  @Test
  void everythingButHealthNeedsAPrincipal() throws Exception {
    try (GatewayHarness harness = secured()) {
      for (String path : new String[] {"/v1/cluster", "/metrics", "/openapi.json", "/v1/locks"}) {
        HttpResponse<String> refused = harness.get(path);
        assertThat(refused.statusCode()).as(path).isEqualTo(401);
        assertThat(refused.headers().firstValue("www-authenticate")).contains("Bearer");
        assertThat(refused.body()).contains("\"error\":\"unauthorized\"");
      }
      assertThat(harness.get("/health/live").statusCode()).isEqualTo(200);
      assertThat(harness.get("/health/ready").statusCode()).isEqualTo(200);
      assertThat(call(harness, "wrong", "GET", "/v1/cluster", "").statusCode()).isEqualTo(401);
      assertThat(call(harness, "worker", "GET", "/v1/cluster", "").statusCode()).isEqualTo(200);
      assertThat(harness.peer.takeAsked().principal()).isEqualTo("worker");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "worker | POST | /v1/locks/jobs/1/acquire          | {\"session\":7}             | 200",
        "worker | POST | /v1/locks/other/acquire           | {\"session\":7}             | 403",
        "worker | POST | /v1/acquire-all | {\"session\":7,\"locks\":[\"jobs/1\",\"x\"]}    | 403",
        "worker | POST | /v1/locks/jobs/1/release          | {\"session\":7,\"token\":3} | 200",
        "worker | GET  | /v1/locks/jobs/1                  | ''                          | 200",
        "worker | GET  | /v1/locks/other                   | ''                          | 403",
        "worker | GET  | /v1/locks?prefix=jobs/            | ''                          | 200",
        "worker | GET  | /v1/locks?prefix=jobs             | ''                          | 403",
        "worker | GET  | /v1/locks                         | ''                          | 403",
        "worker | GET  | /v1/watch?prefix=                 | ''                          | 403",
        "worker | GET  | /v1/sessions                      | ''                          | 403",
        "worker | POST | /v1/locks/jobs/1/force-release    | {}                          | 403",
        "reader | GET  | /v1/locks                         | ''                          | 200",
        "reader | POST | /v1/locks/jobs/1/check            | {\"token\":3}               | 200",
        "reader | POST | /v1/locks/jobs/1/acquire          | {\"session\":7}             | 403",
        "admin  | POST | /v1/locks/jobs/1/force-release    | {}                          | 200",
        "admin  | GET  | /v1/sessions                      | ''                          | 200",
        "admin  | GET  | /v1/locks/jobs/1                  | ''                          | 403",
      })
  void aPrincipalMayDoWhatItsPermissionsSay(
      String token, String method, String path, String body, int status) throws Exception {
    try (GatewayHarness harness = secured()) {
      HttpResponse<String> answer = call(harness, token, method, path, body);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
      if (status == 403) {
        assertThat(answer.body()).contains("\"error\":\"forbidden\"", token);
        assertThat(harness.peer.wasAskedNothing()).isTrue();
      }
    }
  }

  @Test
  void aStreamIsIdentifiedByItsHello() throws Exception {
    try (GatewayHarness harness = secured()) {
      try (RawStream stream = harness.stream()) {
        stream.send(
            "{\"id\":1,\"op\":\"hello\",\"protocol\":1,\"client\":\"t\",\"token\":\"bad\"}");
        assertThat(stream.next().path("error").asText()).isEqualTo("unauthorized");
        assertThat(stream.isEnded()).isTrue();
      }
      try (RawStream stream = harness.stream()) {
        stream.send(
            "{\"id\":1,\"op\":\"hello\",\"protocol\":1,\"client\":\"t\",\"token\":\"worker\"}");
        assertThat(stream.next().path("ok").asBoolean()).isTrue();
        stream.send(
            "{\"id\":2,\"op\":\"acquire\",\"session\":7,\"lock\":\"jobs/1\",\"requestId\":1}");
        assertThat(stream.next().path("ok").asBoolean()).isTrue();
        assertThat(harness.peer.takeAsked().principal()).isEqualTo("worker");
        stream.send(StreamTest.acquire(3));
        JsonNode refused = stream.next();
        assertThat(refused.path("error").asText()).isEqualTo("forbidden");
        assertThat(refused.path("value").asText()).isEqualTo("a");
      }
    }
  }

  @Test
  void overTlsBothVersionsOfHttpAreServedAndNothingInTheClear() throws Exception {
    TestCertificates.Identity server = new TestCertificates(directory).create("server");
    settings.tls = Optional.of(tls(server, ClientCertificates.NONE, Optional.empty()));
    try (GatewayHarness harness = new GatewayHarness(settings.build())) {
      SSLContext context = TestCertificates.context(server);
      for (HttpClient.Version version : HttpClient.Version.values()) {
        HttpClient client = HttpClient.newBuilder().sslContext(context).version(version).build();
        HttpResponse<String> answer = client.send(secure(harness), strings());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.version()).isEqualTo(version);
      }
      assertThatThrownBy(() -> harness.get("/v1/cluster")).isInstanceOf(IOException.class);
      try (SSLSocket socket =
              (SSLSocket)
                  context.getSocketFactory().createSocket("127.0.0.1", harness.gateway.port());
          RawStream stream = RawStream.upgrade(socket)) {
        stream.hello();
      }
      try (SSLSocket old =
          (SSLSocket)
              context.getSocketFactory().createSocket("127.0.0.1", harness.gateway.port())) {
        assertThat(old.getSupportedProtocols()).contains("TLSv1.3");
        old.setEnabledProtocols(new String[] {"TLSv1.2"});
        old.startHandshake();
        assertThat(old.getSession().getProtocol()).isEqualTo("TLSv1.2");
      }
    }
  }

  @Test
  void aClientCertificateIsAskedForAndTellsWhoItIs() throws Exception {
    TestCertificates certificates = new TestCertificates(directory);
    TestCertificates.Identity server = certificates.create("server");
    TestCertificates.Identity worker = certificates.create("worker");
    TestCertificates.Identity stranger = certificates.create("stranger");
    settings.tls =
        Optional.of(
            tls(server, ClientCertificates.REQUIRED, Optional.of(worker.certificateFile())));
    settings.principals = Optional.of(principals());
    try (GatewayHarness harness = new GatewayHarness(settings.build())) {
      HttpClient known =
          HttpClient.newBuilder().sslContext(TestCertificates.context(server, worker)).build();
      assertThat(known.send(secure(harness), strings()).statusCode()).isEqualTo(200);
      assertThat(harness.peer.takeAsked().principal()).isEqualTo("worker");
      for (SSLContext context :
          new SSLContext[] {
            TestCertificates.context(server), TestCertificates.context(server, stranger)
          }) {
        HttpClient unknown = HttpClient.newBuilder().sslContext(context).build();
        assertThatThrownBy(() -> unknown.send(secure(harness), strings()))
            .isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void aWrongKeyFileIsNamedWhenThePortIsOpened() throws Exception {
    TestCertificates.Identity server = new TestCertificates(directory).create("server");
    settings.tls =
        Optional.of(
            new GatewaySettings.Tls(
                server.certificateFile(),
                server.certificateFile(),
                ClientCertificates.NONE,
                Optional.empty()));
    assertThatThrownBy(() -> new GatewayHarness(settings.build()).close())
        .isInstanceOf(GatewayException.class)
        .hasMessageContaining("cannot be opened")
        .hasMessageContaining("tls.*");
  }

  private static GatewaySettings.Tls tls(
      TestCertificates.Identity server, ClientCertificates wanted, Optional<Path> authority) {
    return new GatewaySettings.Tls(server.certificateFile(), server.keyFile(), wanted, authority);
  }

  private static HttpRequest secure(GatewayHarness harness) {
    URI uri = URI.create("https://127.0.0.1:" + harness.gateway.port() + "/v1/cluster");
    return HttpRequest.newBuilder(uri).build();
  }

  private static HttpResponse.BodyHandler<String> strings() {
    return HttpResponse.BodyHandlers.ofString();
  }

  private GatewayHarness secured() throws Exception {
    settings.principals = Optional.of(principals());
    return new GatewayHarness(settings.build());
  }

  private Principals principals() throws Exception {
    Path file = directory.resolve("principals.json");
    Files.writeString(
        file,
        "{\"principals\":["
            + principal("worker", "jobs/", "\"acquire\",\"read\"")
            + ","
            + principal("reader", "", "\"read\"")
            + ","
            + principal("admin", "", "\"admin\"")
            + "]}");
    return PrincipalsFile.read(file);
  }

  private static String principal(String name, String prefix, String allow) {
    return "{\"name\":\"%s\",\"tokenSha256\":[\"%s\"],\"certificateSubjects\":[\"%s\"],%s}"
        .formatted(
            name,
            Principals.hash(name),
            "CN=" + name + ",O=Example",
            "\"permissions\":[{\"prefix\":\"" + prefix + "\",\"allow\":[" + allow + "]}]");
  }

  private static HttpResponse<String> call(
      GatewayHarness harness, String token, String method, String path, String body)
      throws Exception {
    return harness.send(
        harness
            .request(path)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build());
  }
}
