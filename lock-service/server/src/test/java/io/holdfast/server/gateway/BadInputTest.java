package io.holdfast.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.api.ErrorCode;
import io.holdfast.api.Limits;
import io.holdfast.api.Reply;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every wrong request has its definite refusal, and none of it reaches the peer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputTest {
  private static final String ACQUIRE = "/v1/locks/a/acquire";
  private GatewayHarness harness;

  @BeforeAll
  void open() throws Exception {
    harness = GatewayHarness.open();
  }

  @AfterAll
  void close() {
    harness.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/sessions        | {                               | 400 | invalid-request |",
        "/v1/sessions        | []                              | 400 | invalid-request |",
        "/v1/sessions        | 'null'                          | 400 | invalid-request |",
        "/v1/sessions        | {\"ttlMillis\":10000} {}        | 400 | invalid-request |",
        "/v1/sessions        | {}                              | 400 | invalid-request | ttlMillis",
        "/v1/sessions        | {\"ttlMillis\":199}             | 400 | invalid-request | ttlMillis",
        "/v1/sessions        | {\"ttlMillis\":86400001}        | 400 | invalid-request | ttlMillis",
        "/v1/sessions        | {\"ttlMillis\":\"10000\"}       | 400 | invalid-request | ttlMillis",
        "/v1/sessions        | {\"ttlMillis\":1.5}             | 400 | invalid-request | ttlMillis",
        "/v1/sessions        | {\"ttlMillis\":1e400}           | 400 | invalid-request | ttlMillis",
        "/v1/sessions        | {\"ttlMillis\":99999999999999999999} | 400 | invalid-request |"
            + " ttlMillis",
        "/v1/sessions        | {\"ttlMillis\":null}            | 400 | invalid-request | ttlMillis",
        "/v1/sessions        | {\"ttlMillis\":10000,\"nonce\":7} | 400 | invalid-request | nonce",
        "/v1/sessions        | {\"ttlMillis\":10000,\"nonce\":\"\"} | 400 | invalid-request |"
            + " nonce",
        "/v1/sessions        | {\"ttlMillis\":10000,\"ttlMillis\":10000} | 400 | invalid-request |"
            + " ttlMillis",
        "/v1/sessions        | {\"ttl\":10000}                 | 400 | invalid-request | ttlMillis",
        "/v1/sessions        | {\"ttlMillis\":10000,\"ttl\":1} | 400 | unknown-field   | ttl",
        "/v1/sessions        | {\"ttlMillis\":10000,\"id\":1}  | 400 | unknown-field   | id",
        "/v1/sessions/x/keepalive |                            | 400 | invalid-request | session",
        "/v1/sessions/0/keepalive |                            | 400 | invalid-request | session",
        "/v1/sessions/7/keepalive | {\"session\":8}            | 400 | invalid-request | session",
        "/v1/sessions/7/keepalive | {\"ttlMillis\":1000}       | 400 | unknown-field   | ttlMillis",
        "/v1/locks/a/acquire | {}                              | 400 | invalid-request | session",
        "/v1/locks/a/acquire | {\"session\":7,\"ttlMillis\":1000} | 400 | invalid-request |"
            + " ttlMillis",
        "/v1/locks/a/acquire | {\"session\":7,\"lock\":\"b\"}  | 400 | invalid-request | lock",
        "/v1/locks/a/acquire | {\"session\":7,\"mode\":\"mine\"} | 400 | invalid-request | mode",
        "/v1/locks/a/acquire | {\"session\":7,\"permits\":2}   | 400 | invalid-request | permits",
        "/v1/locks/a/acquire | {\"session\":7,\"mode\":\"semaphore\"} | 400 | invalid-request |"
            + " limit",
        "/v1/locks/a/acquire | {\"session\":7,\"mode\":\"semaphore\",\"limit\":2,\"permits\":3} |"
            + " 400 | invalid-request | permits",
        "/v1/locks/a/acquire | {\"session\":7,\"owner\":\"\"}  | 400 | invalid-request | owner",
        "/v1/locks/a/acquire | {\"session\":7,\"waitMillis\":-2} | 400 | invalid-request |"
            + " waitMillis",
        "/v1/locks/a/acquire | {\"session\":7,\"waitMillis\":-1} | 400 | invalid-request |"
            + " requestId",
        "/v1/locks/a/acquire | {\"session\":7,\"requestId\":0} | 400 | invalid-request | requestId",
        "/v1/locks/a/acquire | {\"session\":7,\"requestId\":{}} | 400 | invalid-request |"
            + " requestId",
        "/v1/locks/a//b/acquire | {\"session\":7}              | 400 | invalid-request | lock",
        "/v1/locks//acquire  | {\"session\":7}                 | 405 | invalid-request | method",
        "/v1/locks/%ff/acquire | {\"session\":7}               | 400 | invalid-request | lock",
        "/v1/locks/a%0ab/acquire | {\"session\":7}             | 400 | invalid-request | lock",
        "/v1/locks/a/acquire?wait=1 | {\"session\":7}          | 400 | unknown-field   | wait",
        "/v1/locks/a/release | {\"session\":7}                 | 400 | invalid-request | token",
        "/v1/locks/a/release | {\"session\":7,\"token\":0}     | 400 | invalid-request | token",
        "/v1/locks/a/cancel  | {\"session\":7}                 | 400 | invalid-request | requestId",
        "/v1/locks/a%2F/cancel | {\"session\":7,\"requestId\":1} | 400 | invalid-request | lock",
        "/v1/acquire-all     | {\"session\":7,\"locks\":[]}    | 400 | invalid-request | locks",
        "/v1/acquire-all     | {\"session\":7,\"locks\":[\"a\",\"a\"]} | 400 | invalid-request |"
            + " locks[1]",
        "/v1/acquire-all     | {\"session\":7,\"locks\":[\"a\",7]} | 400 | invalid-request |"
            + " locks[1]",
        "/v1/locks/a/aquire  | {\"session\":7}                 | 405 | invalid-request | method",
        "/v1/nothing         | {}                              | 404 | not-found       |",
        "/                   | {}                              | 404 | not-found       |",
      })
  void aWrongPostIsRefused(String path, String body, int status, String error, String field)
      throws Exception {
    HttpResponse<String> answer = harness.post(path, body == null ? "" : body);
    assertRefused(answer, status, error, field);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/locks?max=0          | 400 | invalid-request | max",
        "/v1/locks?max=1001       | 400 | invalid-request | max",
        "/v1/locks?max=x          | 400 | invalid-request | max",
        "/v1/locks?max=1&max=2    | 400 | invalid-request | max",
        "/v1/locks?stale=yes      | 400 | invalid-request | stale",
        "/v1/locks?prefx=a        | 400 | unknown-field   | prefx",
        "/v1/locks?prefix=%ff     | 400 | invalid-request | prefix",
        "/v1/sessions?after=-1    | 400 | invalid-request | after",
        "/v1/watch                | 400 | invalid-request | prefix",
        "/v1/watch?lock=a&prefix= | 400 | invalid-request | lock",
        "/v1/watch?prefix=&from=x | 400 | invalid-request | from",
        "/v1/locks/               | 404 | not-found       |",
      })
  void aWrongGetIsRefused(String path, int status, String error, String field) throws Exception {
    assertRefused(harness.get(path), status, error, field);
  }

  @Test
  void aHalfEscapeIsRefused() throws Exception {
    String answer =
        LimitsTest.exchange(
            harness, "GET /v1/locks/a%2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertThat(answer)
        .startsWith("HTTP/1.1 400")
        .contains("\"field\":\"lock\"", "two hexadecimal digits");
  }

  @Test
  void longNamesAndValuesAreRefused() throws Exception {
    assertRefused(
        harness.post(
            "/v1/locks/" + "a".repeat(Limits.LOCK_NAME_BYTES_MAX + 1) + "/acquire",
            "{\"session\":7}"),
        400,
        "invalid-request",
        "lock");
    assertRefused(
        harness.post(
            ACQUIRE,
            "{\"session\":7,\"owner\":\"" + "o".repeat(Limits.OWNER_BYTES_MAX + 1) + "\"}"),
        400,
        "invalid-request",
        "owner");
    assertRefused(
        harness.post(
            ACQUIRE,
            "{\"session\":7,\"requestId\":\""
                + "k".repeat(Limits.REQUEST_KEY_BYTES_MAX + 1)
                + "\"}"),
        400,
        "invalid-request",
        "requestId");
    assertRefused(
        harness.post(
            ACQUIRE,
            "{\"session\":7}",
            "Idempotency-Key",
            "k".repeat(Limits.REQUEST_KEY_BYTES_MAX + 1)),
        400,
        "invalid-request",
        "requestId");
    assertRefused(
        harness.post(
            "/v1/locks/a/publish",
            "{\"session\":7,\"token\":3,\"value\":\""
                + "v".repeat(Limits.VALUE_BYTES_MAX + 1)
                + "\"}"),
        400,
        "invalid-request",
        "value");
  }

  @Test
  void otherMethodsAndMediaTypesAreRefusedAsHttpSays() throws Exception {
    HttpResponse<String> method =
        harness.send(
            harness.request("/v1/sessions").PUT(HttpRequest.BodyPublishers.ofString("{}")).build());
    assertRefused(method, 405, "invalid-request", "method");
    assertThat(method.headers().firstValue("allow")).contains("POST, GET");
    assertThat(harness.delete("/v1/cluster").statusCode()).isEqualTo(405);
    for (String type :
        List.of("text/plain", "application/xml", "application/json; charset=utf-16")) {
      HttpResponse<String> media =
          harness.send(
              harness
                  .request(ACQUIRE)
                  .header("Content-Type", type)
                  .POST(HttpRequest.BodyPublishers.ofString("{\"session\":7}"))
                  .build());
      assertRefused(media, 415, "invalid-request", "Content-Type");
    }
    HttpResponse<String> good =
        harness.send(
            harness
                .request(ACQUIRE)
                .header("Content-Type", "Application/JSON; charset=\"UTF-8\"")
                .POST(HttpRequest.BodyPublishers.ofString("{\"session\":7}"))
                .build());
    assertThat(good.statusCode()).isEqualTo(200);
    harness.peer.takeAsked();
  }

  @Test
  void whatThePeerRefusesKeepsItsStatusOnHttpAndItsCodeOnTheStream() throws Exception {
    try (RawStream stream = harness.stream().hello()) {
      int id = 2;
      for (ErrorCode code : ErrorCode.values()) {
        harness.peer.answer(request -> Reply.Failed.of(code, "session", "7", "why and what to do"));
        HttpResponse<String> http = harness.post(ACQUIRE, "{\"session\":7}");
        assertThat(http.statusCode()).isEqualTo(code.httpStatus());
        JsonNode problem = GatewayHarness.json(http);
        assertThat(problem.path("error").asText()).isEqualTo(code.wireName());
        assertThat(problem.path("definite").asBoolean()).isEqualTo(code.definite());
        stream.send(StreamTest.acquire(id));
        JsonNode answer = stream.next();
        assertThat(answer.path("id").asInt()).isEqualTo(id++);
        assertThat(answer.path("error").asText()).isEqualTo(code.wireName());
        assertThat(answer.path("field").asText()).isEqualTo("session");
        harness.peer.takeAsked();
        harness.peer.takeAsked();
      }
    } finally {
      harness.peer.answer(FakePeer::fullReply);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"id\":2,\"op\":\"acquire\",\"session\":7}                      | invalid-request | lock",
        "{\"id\":2,\"op\":\"acquire\",\"session\":7,\"lock\":\"a//b\"}    | invalid-request | lock",
        "{\"id\":2,\"op\":\"acquire\",\"session\":7,\"lock\":\"a\",\"x\":1} | unknown-field | x",
        "{\"id\":2,\"op\":\"openSession\",\"nonce\":\"n\",\"ttlMillis\":1} | invalid-request |"
            + " ttlMillis",
        "{\"id\":2,\"op\":\"openSession\",\"ttlMillis\":10000}            | invalid-request |"
            + " nonce",
        "{\"id\":2,\"op\":\"release\",\"session\":7,\"lock\":\"a\",\"token\":-1} | invalid-request"
            + " | token",
        "{\"id\":2,\"op\":\"fly\"}                                        | invalid-request | op",
        "{\"id\":2}                                                       | invalid-request | op",
        "{\"id\":2,\"op\":7}                                              | invalid-request | op",
      })
  void aWrongRequestOnAStreamIsRefusedAndTheStreamGoesOn(String json, String error, String field)
      throws Exception {
    try (RawStream stream = harness.stream().hello()) {
      stream.send(json);
      JsonNode refused = stream.next();
      assertThat(refused.path("id").asInt()).isEqualTo(2);
      assertThat(refused.path("error").asText()).isEqualTo(error);
      assertThat(refused.path("field").asText()).isEqualTo(field);
      assertThat(refused.path("message").asText()).isNotEmpty();
      assertThat(harness.peer.wasAskedNothing()).isTrue();
      stream.send(StreamTest.acquire(3));
      assertThat(stream.next().path("ok").asBoolean()).isTrue();
      harness.peer.takeAsked();
    }
  }

  private void assertRefused(HttpResponse<String> answer, int status, String error, String field)
      throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
    JsonNode problem = GatewayHarness.json(answer);
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    assertThat(problem.path("error").asText()).isEqualTo(error);
    assertThat(problem.path("type").asText()).isEqualTo("urn:holdfast:error:" + error);
    assertThat(problem.path("detail").asText()).isNotEmpty();
    assertThat(problem.path("definite").asBoolean()).isTrue();
    if (field != null) {
      assertThat(problem.path("field").asText()).isEqualTo(field);
    }
    assertThat(harness.peer.wasAskedNothing()).isTrue();
  }
}
