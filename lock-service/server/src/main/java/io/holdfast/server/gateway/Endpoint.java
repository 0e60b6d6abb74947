package io.holdfast.server.gateway;

import io.holdfast.api.Op;
import io.vertx.core.http.HttpMethod;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The routes of the client port. A path has at most one variable part; that of a lock may contain
 * slashes, as names of locks do.
 */
@SuppressWarnings("ImmutableEnumChecker") // HttpMethod is immutable, and so is what Set.of makes.
enum Endpoint {
  OPEN_SESSION(HttpMethod.POST, "/v1/sessions", Op.OPEN_SESSION),
  LIST_SESSIONS(HttpMethod.GET, "/v1/sessions", Op.LIST_SESSIONS, "after", "max", "stale"),
  KEEP_ALIVE(HttpMethod.POST, "/v1/sessions/{session}/keepalive", Op.KEEP_ALIVE),
  CLOSE_SESSION(HttpMethod.DELETE, "/v1/sessions/{session}", Op.CLOSE_SESSION),
  LIST_LOCKS(HttpMethod.GET, "/v1/locks", Op.LIST_LOCKS, "prefix", "after", "max", "stale"),
  GET_LOCK(HttpMethod.GET, "/v1/locks/{lock}", Op.GET_LOCK, "stale"),
  FORGET(HttpMethod.DELETE, "/v1/locks/{lock}", Op.FORGET),
  ACQUIRE(HttpMethod.POST, "/v1/locks/{lock}/acquire", Op.ACQUIRE),
  RELEASE(HttpMethod.POST, "/v1/locks/{lock}/release", Op.RELEASE),
  CANCEL(HttpMethod.POST, "/v1/locks/{lock}/cancel", Op.CANCEL_WAIT),
  PUBLISH(HttpMethod.POST, "/v1/locks/{lock}/publish", Op.PUBLISH),
  CHECK(HttpMethod.POST, "/v1/locks/{lock}/check", Op.CHECK),
  FORCE_RELEASE(HttpMethod.POST, "/v1/locks/{lock}/force-release", Op.FORCE_RELEASE),
  ACQUIRE_ALL(HttpMethod.POST, "/v1/acquire-all", Op.ACQUIRE_ALL),
  WATCH(HttpMethod.GET, "/v1/watch", Op.WATCH, "lock", "prefix", "from"),
  CLUSTER(HttpMethod.GET, "/v1/cluster", Op.CLUSTER),
  TRANSFER(HttpMethod.POST, "/v1/cluster/transfer", Op.TRANSFER),
  MEMBERS(HttpMethod.GET, "/v1/members", Op.MEMBERS),
  ADD_MEMBER(HttpMethod.POST, "/v1/members", Op.ADD_MEMBER),
  PROMOTE_MEMBER(HttpMethod.POST, "/v1/members/{peer}/promote", Op.PROMOTE_MEMBER),
  DEMOTE_MEMBER(HttpMethod.POST, "/v1/members/{peer}/demote", Op.DEMOTE_MEMBER),
  REMOVE_MEMBER(HttpMethod.DELETE, "/v1/members/{peer}", Op.REMOVE_MEMBER),
  SNAPSHOT(HttpMethod.GET, "/v1/snapshot", null),
  DIGEST(HttpMethod.GET, "/v1/digest", null),
  STREAM(HttpMethod.GET, "/v1/stream", null),
  METRICS(HttpMethod.GET, "/metrics", null),
  HEALTH_LIVE(HttpMethod.GET, "/health/live", null),
  HEALTH_READY(HttpMethod.GET, "/health/ready", null),
  OPENAPI(HttpMethod.GET, "/openapi.json", null);

  private final HttpMethod method;
  private final String template;
  private final @Nullable Op op;
  private final Set<String> queryFields;
  private final String prefix;
  private final String suffix;
  private final String variable;

  Endpoint(HttpMethod method, String template, @Nullable Op op, String... queryFields) {
    this.method = method;
    this.template = template;
    this.op = op;
    this.queryFields = Set.of(queryFields);
    int open = template.indexOf('{');
    int close = template.indexOf('}');
    this.prefix = open < 0 ? template : template.substring(0, open);
    this.suffix = open < 0 ? "" : template.substring(close + 1);
    this.variable = open < 0 ? "" : template.substring(open + 1, close);
  }

  HttpMethod method() {
    return method;
  }

  /** The path with its variable part in braces, as OpenAPI writes it. */
  String template() {
    return template;
  }

  /** The operation of the protocol it stands for; empty for what the gateway answers by itself. */
  Optional<Op> op() {
    return Optional.ofNullable(op);
  }

  /** The fields that may stand in the query. */
  Set<String> queryFields() {
    return queryFields;
  }

  /** The name of the variable part, empty where there is none. */
  String variable() {
    return variable;
  }

  /** Whether it answers without knowing who asks. */
  boolean open() {
    return this == HEALTH_LIVE || this == HEALTH_READY;
  }

  /** Whether a request has a body. */
  boolean takesBody() {
    return method.equals(HttpMethod.POST);
  }

  /** Whether the path is one of this route. */
  boolean matches(String path) {
    if (variable.isEmpty()) {
      return path.equals(template);
    }
    int length = path.length() - prefix.length() - suffix.length();
    if (length < 1 || !path.startsWith(prefix) || !path.endsWith(suffix)) {
      return false;
    }
    int slash = path.indexOf('/', prefix.length());
    return variable.equals("lock") || slash < 0 || slash >= path.length() - suffix.length();
  }

  /** The variable part of a path that matches, still percent-encoded. */
  String variableOf(String path) {
    return path.substring(prefix.length(), path.length() - suffix.length());
  }
}
