package io.holdfast.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.api.LockMode;
import io.holdfast.api.Request;
import io.holdfast.api.RequestId;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpRoutesTest {
  private GatewayHarness harness;

  @BeforeEach
  void open() throws Exception {
    harness = GatewayHarness.open();
  }

  @AfterEach
  void close() {
    harness.close();
  }

  @Test
  void everyRouteAsksForItsOperation() throws Exception {
    harness.post("/v1/sessions", "{\"nonce\":\"n\",\"ttlMillis\":10000,\"owner\":\"job\"}");
    assertAsked(new Request.OpenSession("n", 10_000, "job"));
    harness.get("/v1/sessions?after=3&max=10&stale=true");
    assertAsked(new Request.ListSessions(3, 10, true));
    harness.post("/v1/sessions/7/keepalive", "");
    assertAsked(new Request.KeepAlive(7));
    harness.delete("/v1/sessions/7");
    assertAsked(new Request.CloseSession(7));
    harness.post("/v1/locks/a/acquire", "{\"session\":7,\"requestId\":5,\"acknowledged\":4}");
    assertAsked(acquire("a", new RequestId.Sequence(5, 4)));
    harness.post("/v1/locks/a/release", "{\"session\":7,\"token\":3}");
    assertAsked(new Request.Release(7, null, "a", "main", 3));
    harness.post("/v1/locks/a/cancel", "{\"session\":7,\"requestId\":\"k\"}");
    assertAsked(new Request.CancelWait(7, RequestId.of("k")));
    harness.post("/v1/locks/a/publish", "{\"session\":7,\"token\":3,\"value\":\"v\"}");
    assertAsked(new Request.Publish(7, null, "a", "main", 3, "v"));
    harness.post("/v1/locks/a/check", "{\"token\":3,\"stale\":true}");
    assertAsked(new Request.Check("a", 3, true));
    harness.post("/v1/locks/a/force-release", "");
    assertAsked(new Request.ForceRelease("a", null));
    harness.post("/v1/acquire-all", "{\"session\":7,\"locks\":[\"a\",\"b\"]}");
    assertAsked(new Request.AcquireAll(7, null, List.of("a", "b"), "main", 0));
    harness.get("/v1/locks/a?stale=true");
    assertAsked(new Request.GetLock("a", true));
    harness.get("/v1/locks?prefix=a/&after=a/b&max=5");
    assertAsked(new Request.ListLocks("a/", "a/b", 5, false));
    harness.get("/v1/cluster");
    assertAsked(new Request.Cluster());
  }

  @Test
  void aNameMayHoldSlashesPlainOrEscaped() throws Exception {
    harness.post("/v1/locks/orders/42/acquire", "{\"session\":7}");
    assertAsked(acquire("orders/42", null));
    harness.post("/v1/locks/orders%2F42/acquire", "{\"session\":7}");
    assertAsked(acquire("orders/42", null));
    harness.get("/v1/locks/orders/acquire");
    assertAsked(new Request.GetLock("orders/acquire", false));
    harness.post("/v1/locks/acquire/acquire", "{\"session\":7}");
    assertAsked(acquire("acquire", null));
    harness.get("/v1/locks/caf%C3%A9+%25");
    assertAsked(new Request.GetLock("caf\u00e9+%", false));
  }

  @Test
  void anIdempotencyKeyIsTheRequestId() throws Exception {
    harness.post("/v1/locks/a/acquire", "{\"session\":7}", "Idempotency-Key", "key-1");
    assertAsked(acquire("a", RequestId.of("key-1")));
    harness.post("/v1/sessions", "{\"ttlMillis\":10000}", "Idempotency-Key", "key-2");
    assertAsked(new Request.OpenSession("key-2", 10_000, ""));
    HttpResponse<String> both =
        harness.post(
            "/v1/locks/a/acquire", "{\"session\":7,\"requestId\":1}", "Idempotency-Key", "k");
    assertThat(both.statusCode()).isEqualTo(400);
    assertThat(both.body()).contains("requestId", "stands twice");
  }

  @Test
  void anOpeningWithoutANonceGetsOneOfItsOwn() throws Exception {
    harness.post("/v1/sessions", "{\"ttlMillis\":10000}");
    harness.post("/v1/sessions", "{\"ttlMillis\":10000}");
    String first = ((Request.OpenSession) harness.peer.takeAsked().request()).nonce();
    String second = ((Request.OpenSession) harness.peer.takeAsked().request()).nonce();
    assertThat(first).isNotEmpty().isNotEqualTo(second);
  }

  @Test
  void answersAreJsonThatNobodyStores() throws Exception {
    HttpResponse<String> response = harness.post("/v1/locks/a/acquire", "{\"session\":7}");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).contains("application/json");
    assertThat(response.headers().firstValue("cache-control")).contains("no-store");
    assertThat(GatewayHarness.json(response).path("token").asLong()).isEqualTo(3);
  }

  @Test
  void aBodyMayComeInPiecesAndWithoutALength() throws Exception {
    HttpRequest chunked =
        harness
            .request("/v1/locks/a/acquire")
            .POST(
                HttpRequest.BodyPublishers.concat(
                    HttpRequest.BodyPublishers.ofString("{\"ses"),
                    HttpRequest.BodyPublishers.fromPublisher(
                        HttpRequest.BodyPublishers.ofString("sion\":7}"))))
            .build();
    assertThat(harness.send(chunked).statusCode()).isEqualTo(200);
    HttpRequest announced =
        harness
            .request("/v1/locks/a/acquire")
            .expectContinue(true)
            .POST(HttpRequest.BodyPublishers.ofString("{\"session\":7}"))
            .build();
    assertThat(harness.send(announced).statusCode()).isEqualTo(200);
  }

  @Test
  void healthSaysHowThePeerIs() throws Exception {
    assertThat(harness.get("/health/live").statusCode()).isEqualTo(200);
    assertThat(harness.get("/health/ready").body()).contains("\"status\":\"up\"", "leader");
    harness.peer.health(new PeerHealth(true, false, "no leader is known"));
    assertThat(harness.get("/health/live").statusCode()).isEqualTo(200);
    HttpResponse<String> notReady = harness.get("/health/ready");
    assertThat(notReady.statusCode()).isEqualTo(503);
    assertThat(notReady.body()).contains("no leader is known", "\"status\":503");
    harness.peer.health(new PeerHealth(false, false, "storage failed"));
    assertThat(harness.get("/health/live").statusCode()).isEqualTo(503);
  }

  @Test
  void metricsAreServedAsTextOfPrometheus() throws Exception {
    HttpResponse<String> response = harness.get("/metrics");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type").orElse("")).startsWith("text/plain");
    assertThat(response.body()).isEqualTo("# metrics\n");
  }

  private static Request acquire(String lock, RequestId id) {
    return new Request.Acquire(7, 0, id, lock, "main", LockMode.EXCLUSIVE, 0, 0, 0);
  }

  private void assertAsked(Request expected) throws InterruptedException {
    assertThat(harness.peer.takeAsked().request()).isEqualTo(expected);
  }
}
