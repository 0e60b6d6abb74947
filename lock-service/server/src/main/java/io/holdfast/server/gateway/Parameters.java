package io.holdfast.server.gateway;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Reply;
import io.vertx.core.http.HttpServerRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The fields of a request that stand outside its body: in the path, the query and headers. */
final class Parameters {
  static final String IDEMPOTENCY_KEY = "Idempotency-Key";
  static final String LAST_EVENT_ID = "Last-Event-ID";

  private Parameters() {}

  /** Reads path and query, strictly. */
  static Map<String, String> of(Endpoint endpoint, HttpServerRequest request) {
    Map<String, String> fields = new LinkedHashMap<>();
    if (!endpoint.variable().isEmpty()) {
      String raw = endpoint.variableOf(request.path());
      fields.put(endpoint.variable(), decode(endpoint.variable(), raw));
    }
    query(endpoint.queryFields(), request.query(), fields);
    return fields;
  }

  private static void query(Set<String> known, @Nullable String query, Map<String, String> fields) {
    if (query == null || query.isEmpty()) {
      return;
    }
    for (String part : query.split("&", -1)) {
      int equals = part.indexOf('=');
      String name = decode("query", equals < 0 ? part : part.substring(0, equals));
      if (!known.contains(name)) {
        throw new HttpProblem(
            Reply.Failed.of(
                ErrorCode.UNKNOWN_FIELD,
                name,
                null,
                "is not a parameter of this request; "
                    + (known.isEmpty() ? "it takes none" : "it takes " + sorted(known))));
      }
      String value = equals < 0 ? "" : decode(name, part.substring(equals + 1));
      if (fields.put(name, value) != null) {
        throw HttpProblem.invalid(name, value, "stands twice in the query; send it once");
      }
    }
  }

  private static String decode(String field, String raw) {
    try {
      return PercentEncoding.decode(raw);
    } catch (IllegalArgumentException e) {
      throw HttpProblem.invalid(field, raw, "is not percent-encoded UTF-8: " + e.getMessage());
    }
  }

  private static String sorted(Set<String> names) {
    return String.join(", ", names.stream().sorted().toList());
  }
}
