package io.holdfast.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.api.ErrorCode;
import io.holdfast.api.Limits;
import io.holdfast.api.Reply;
import io.holdfast.server.DocumentedPage;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Holds the OpenAPI document against the running server, both ways. */
class OpenApiTest {
  private static final Map<String, String> SAMPLES =
      Map.ofEntries(
          Map.entry("session", "7"),
          Map.entry("ttlMillis", "10000"),
          Map.entry("requestId", "5"),
          Map.entry("acknowledged", "4"),
          Map.entry("nonce", "\"n\""),
          Map.entry("owner", "\"main\""),
          Map.entry("mode", "\"semaphore\""),
          Map.entry("limit", "3"),
          Map.entry("permits", "2"),
          Map.entry("waitMillis", "0"),
          Map.entry("token", "3"),
          Map.entry("value", "\"v\""),
          Map.entry("stale", "true"),
          Map.entry("peer", "\"peer-2\""),
          Map.entry("peerAddress", "\"h:1\""),
          Map.entry("clientAddress", "\"h:2\""),
          Map.entry("locks", "[\"a\"]"));

  private GatewayHarness harness;
  private JsonNode document;

  @BeforeEach
  void open() throws Exception {
    harness = GatewayHarness.open();
    document = GatewayHarness.json(harness.get("/openapi.json"));
  }

  @AfterEach
  void close() {
    harness.close();
  }

  @Test
  void everyRouteIsDocumentedAndEveryDocumentedRouteExists() {
    Set<String> documented = new TreeSet<>();
    document
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method ->
                            documented.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
    assertThat(documented)
        .isEqualTo(
            Arrays.stream(Endpoint.values())
                .map(endpoint -> endpoint.method().name() + " " + endpoint.template())
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void everyRouteIsOnThePageOfTheHttpInterface() {
    String page = DocumentedPage.read("http-api.md");
    for (Endpoint endpoint : Endpoint.values()) {
      assertThat(page).contains("`" + endpoint.method().name() + " " + endpoint.template() + "`");
    }
    for (ErrorCode code : ErrorCode.values()) {
      assertThat(page).contains("`" + code.wireName() + "` | " + code.httpStatus());
    }
  }

  @Test
  void boundsAreThoseOfTheProtocol() {
    JsonNode opening = bodySchema(Endpoint.OPEN_SESSION).path("properties");
    assertThat(opening.at("/nonce/maxLength").asInt()).isEqualTo(Limits.NONCE_BYTES_MAX);
    assertThat(opening.at("/owner/maxLength").asInt()).isEqualTo(Limits.SESSION_OWNER_BYTES_MAX);
    assertThat(opening.at("/ttlMillis/minimum").asLong()).isEqualTo(Limits.TTL_MILLIS_MIN);
    assertThat(opening.at("/ttlMillis/maximum").asLong()).isEqualTo(Limits.TTL_MILLIS_MAX);
    JsonNode acquire = bodySchema(Endpoint.ACQUIRE).path("properties");
    assertThat(acquire.at("/owner/maxLength").asInt()).isEqualTo(Limits.OWNER_BYTES_MAX);
    assertThat(acquire.at("/limit/maximum").asInt()).isEqualTo(Limits.PERMITS_MAX);
    assertThat(acquire.at("/waitMillis/maximum").asLong()).isEqualTo(Limits.WAIT_MILLIS_MAX);
  }

  @Test
  void queryParametersAreThoseTheServerTakes() {
    for (Endpoint endpoint : Endpoint.values()) {
      assertThat(parameters(endpoint, "query"))
          .as(endpoint.name())
          .isEqualTo(endpoint.queryFields());
      assertThat(parameters(endpoint, "path"))
          .as(endpoint.name())
          .isEqualTo(endpoint.variable().isEmpty() ? Set.of() : Set.of(endpoint.variable()));
    }
  }

  @Test
  void fieldsOfBodiesAreThoseTheServerTakes() throws Exception {
    for (Endpoint endpoint : Endpoint.values()) {
      if (endpoint.op().isEmpty() || !endpoint.takesBody()) {
        continue;
      }
      Set<String> documented = bodyFields(endpoint);
      ObjectNode body = sampleBody(endpoint);
      assertThat(send(endpoint, body.toString()).statusCode()).as(endpoint.name()).isEqualTo(200);
      body.put("surprise", 1);
      JsonNode refused = GatewayHarness.json(send(endpoint, body.toString()));
      assertThat(refused.path("error").asText()).as(endpoint.name()).isEqualTo("unknown-field");
      // The refusal lists what is known, which is the body and what stands in the path.
      String known = refused.path("detail").asText().replaceAll(".*known here: ([^)]*)\\).*", "$1");
      Set<String> accepted =
          known.contains("none here") ? new TreeSet<>() : new TreeSet<>(List.of(known.split(", ")));
      accepted.removeAll(parameters(endpoint, "path"));
      assertThat(accepted).as(endpoint.name()).isEqualTo(documented);
    }
  }

  @Test
  void answersHaveTheDocumentedFieldsAndNoOther() throws Exception {
    for (Endpoint endpoint : Endpoint.values()) {
      if (endpoint.op().isPresent() && endpoint != Endpoint.WATCH) {
        assertDocumented(endpoint, send(endpoint, sampleBody(endpoint).toString()));
      }
    }
    assertDocumented(Endpoint.HEALTH_LIVE, harness.get("/health/live"));
    assertDocumented(Endpoint.HEALTH_READY, harness.get("/health/ready"));
    harness.peer.answer(request -> new Reply.Queued("a", 1, 7));
    assertDocumented(Endpoint.ACQUIRE, send(Endpoint.ACQUIRE, 202));
    harness.peer.answer(request -> new Reply.Busy("a", List.of(FakePeer.HOLDER), 7));
    assertDocumented(Endpoint.ACQUIRE, send(Endpoint.ACQUIRE, 409));
    assertDocumented(Endpoint.ACQUIRE_ALL, send(Endpoint.ACQUIRE_ALL, 409));
  }

  @Test
  void everyDocumentedRefusalOfThePeerArrivesAsAProblem() throws Exception {
    for (Endpoint endpoint : Endpoint.values()) {
      if (endpoint.op().isEmpty()) {
        continue;
      }
      for (ErrorCode code : ErrorCode.values()) {
        JsonNode response =
            operation(endpoint).path("responses").path(Integer.toString(code.httpStatus()));
        if (response.isMissingNode()) {
          continue;
        }
        harness.peer.answer(
            request -> new Reply.Failed(code, "m", "f", "v", FakePeer.LEADER, List.of("a", "b")));
        HttpResponse<String> answer = send(endpoint, sampleBody(endpoint).toString());
        assertThat(answer.statusCode()).isEqualTo(code.httpStatus());
        assertThat(answer.headers().firstValue("content-type"))
            .contains("application/problem+json");
        assertFields("Problem", GatewayHarness.json(answer));
      }
    }
  }

  @Test
  void everyErrorCodeIsDocumented() {
    Set<String> documented = new TreeSet<>();
    schema("Problem").at("/properties/error/enum").forEach(name -> documented.add(name.asText()));
    assertThat(documented)
        .isEqualTo(
            Arrays.stream(ErrorCode.values())
                .map(ErrorCode::wireName)
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  private HttpResponse<String> send(Endpoint endpoint, int expectedStatus) throws Exception {
    HttpResponse<String> answer = send(endpoint, sampleBody(endpoint).toString());
    assertThat(answer.statusCode()).isEqualTo(expectedStatus);
    return answer;
  }

  private HttpResponse<String> send(Endpoint endpoint, String body) throws Exception {
    String path =
        endpoint.template().replace("{session}", "7").replace("{lock}", "a").replace("{peer}", "4");
    HttpRequest.Builder request =
        harness.request(endpoint == Endpoint.WATCH ? path + "?prefix=" : path);
    if (endpoint.takesBody()) {
      request.header("Content-Type", "application/json");
    }
    request.method(
        endpoint.method().name(),
        endpoint.takesBody()
            ? HttpRequest.BodyPublishers.ofString(body)
            : HttpRequest.BodyPublishers.noBody());
    return harness.send(request.build());
  }

  private void assertDocumented(Endpoint endpoint, HttpResponse<String> answer) throws Exception {
    String reference =
        operation(endpoint)
            .path("responses")
            .path(Integer.toString(answer.statusCode()))
            .at("/content/application~1json/schema/$ref")
            .asText();
    assertThat(reference).as(endpoint + " " + answer.statusCode()).isNotEmpty();
    assertFields(reference.substring(reference.lastIndexOf('/') + 1), GatewayHarness.json(answer));
  }

  /** The replies of the fake peer have a value in every field, so that the sets are equal. */
  private void assertFields(String schemaName, JsonNode value) {
    JsonNode schema = schema(schemaName);
    Set<String> documented = names(schema.path("properties"));
    assertThat(names(value)).as(schemaName).isEqualTo(documented);
    schema.path("required").forEach(name -> assertThat(documented).contains(name.asText()));
    for (String name : documented) {
      JsonNode property = schema.path("properties").path(name);
      JsonNode field = value.path(name);
      if (property.has("$ref")) {
        assertFields(last(property.path("$ref").asText()), field);
      } else if (property.path("items").has("$ref") && !field.isEmpty()) {
        assertFields(last(property.path("items").path("$ref").asText()), field.get(0));
      } else if (property.has("const")) {
        assertThat(field.asText()).isEqualTo(property.path("const").asText());
      } else {
        assertThat(typeOf(field))
            .as(schemaName + "." + name)
            .isEqualTo(property.path("type").asText());
      }
    }
  }

  private ObjectNode sampleBody(Endpoint endpoint) throws Exception {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    for (String field : bodyFields(endpoint)) {
      boolean excluded = endpoint == Endpoint.ACQUIRE && field.equals("ttlMillis");
      if (!excluded) {
        body.set(field, GatewayHarness.JSON.readTree(SAMPLES.get(field)));
      }
    }
    return body;
  }

  private Set<String> bodyFields(Endpoint endpoint) {
    return names(bodySchema(endpoint).path("properties"));
  }

  private JsonNode bodySchema(Endpoint endpoint) {
    return operation(endpoint).at("/requestBody/content/application~1json/schema");
  }

  private Set<String> parameters(Endpoint endpoint, String place) {
    Set<String> names = new TreeSet<>();
    for (JsonNode parameter : operation(endpoint).path("parameters")) {
      if (parameter.path("in").asText().equals(place)) {
        names.add(parameter.path("name").asText());
      }
    }
    return names;
  }

  private JsonNode operation(Endpoint endpoint) {
    return document
        .path("paths")
        .path(endpoint.template())
        .path(endpoint.method().name().toLowerCase(Locale.ROOT));
  }

  private JsonNode schema(String name) {
    JsonNode schema = document.path("components").path("schemas").path(name);
    assertThat(schema.isObject()).as(name).isTrue();
    return schema;
  }

  private static Set<String> names(JsonNode object) {
    return new TreeMap<>(
            object.properties().stream().collect(Collectors.toMap(Map.Entry::getKey, it -> it)))
        .keySet();
  }

  private static String last(String reference) {
    return reference.substring(reference.lastIndexOf('/') + 1);
  }

  private static String typeOf(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> "string";
      case NUMBER -> "integer";
      case BOOLEAN -> "boolean";
      case ARRAY -> "array";
      default -> "object";
    };
  }
}
