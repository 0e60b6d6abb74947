package io.holdfast.chaos.history;

import java.util.Map;
import java.util.TreeMap;

/** Values of lock operations, as the history format has them. */
public final class Value {
  private Value() {}

  /** {@code {"token": token}}. */
  public static Map<String, Object> token(long token) {
    return Map.of("token", token);
  }

  /** {@code {"token": token, "ttl": ttlMillis}}. */
  public static Map<String, Object> lease(long token, long ttlMillis) {
    return new TreeMap<>(Map.of("token", token, "ttl", ttlMillis));
  }

  /** {@code {"token": token, "owner": process}}. */
  public static Map<String, Object> holder(long token, long process) {
    return new TreeMap<>(Map.of("token", token, "owner", process));
  }

  /** {@code {"mode": mode}}. */
  public static Map<String, Object> mode(String mode) {
    return Map.of("mode", mode);
  }

  /** {@code {"limit": limit, "permits": permits}}. */
  public static Map<String, Object> permits(int permits, int limit) {
    return new TreeMap<>(Map.of("permits", permits, "limit", limit));
  }
}
