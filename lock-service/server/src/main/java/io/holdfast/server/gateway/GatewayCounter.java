package io.holdfast.server.gateway;

/** What a gateway counts from its start on. The names are those of the metrics without prefix. */
public enum GatewayCounter {
  CONNECTIONS_OPENED("connections.opened", "Client connections accepted"),
  CONNECTIONS_REFUSED("connections.refused", "Client connections beyond the bound"),
  HTTP_REQUESTS("http.requests", "HTTP requests received, upgrades to a stream included"),
  HTTP_PROBLEMS("http.problems", "HTTP requests answered with a problem"),
  MALFORMED("malformed", "Requests or frames that broke HTTP, WebSocket or the stream protocol"),
  STREAMS_OPENED("streams.opened", "Streams opened, WebSockets included"),
  STREAM_REQUESTS("stream.requests", "Requests received on streams"),
  STREAM_WRITES("stream.writes", "Writes to streams; each may hold many messages"),
  STREAM_MESSAGES("stream.messages", "Answers and events sent on streams"),
  SLOW_CLIENTS("slow.clients", "Clients cut off because they left too much unread"),
  OVERLOADED("overloaded", "Requests refused because of a bound on requests"),
  UNAUTHORIZED("unauthorized", "Requests without valid credentials"),
  FORBIDDEN("forbidden", "Requests without the permission"),
  TIMED_OUT("timed.out", "HTTP requests whose body or answer did not come in time"),
  LONG_POLLS("long.polls", "HTTP requests that waited for a lock"),
  EVENT_STREAMS("event.streams", "Event streams opened");

  private final String metricName;
  private final String description;

  GatewayCounter(String metricName, String description) {
    this.metricName = metricName;
    this.description = description;
  }

  /** Lower case, words separated by dots. */
  public String metricName() {
    return metricName;
  }

  public String description() {
    return description;
  }
}
