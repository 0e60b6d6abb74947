package io.holdfast.client.internal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the core goes by.
 *
 * @param endpoints addresses of peers, {@code host:port}; at least one
 * @param clientName what {@code hello} says
 * @param bearerToken credentials, or null
 * @param sessionTtlMillis TTL asked for
 * @param ownerName description of sessions for operators
 * @param requestTimeoutNanos how long a request is tried
 */
public record CoreSettings(
    List<String> endpoints,
    String clientName,
    @Nullable String bearerToken,
    long sessionTtlMillis,
    String ownerName,
    long requestTimeoutNanos) {

  /** A request without an answer for this part of its timeout is sent again. */
  private static final int ATTEMPTS_PER_TIMEOUT = 4;

  /** Copies the list. */
  public CoreSettings {
    endpoints = List.copyOf(endpoints);
  }

  long attemptTimeoutNanos() {
    return requestTimeoutNanos / ATTEMPTS_PER_TIMEOUT;
  }

  @Override
  public String toString() {
    return "CoreSettings[endpoints=" + endpoints + ", client=" + clientName + "]";
  }
}
