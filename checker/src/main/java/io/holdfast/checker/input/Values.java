package io.holdfast.checker.input;

import static io.holdfast.checker.history.LockValue.NONE;

import io.holdfast.checker.history.LockValue;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes lock values of maps that have the fields of one. */
final class Values {
  private static final Set<String> LOCK_FIELDS =
      Set.of("token", "owner", "ttl", "mode", "permits", "limit");

  private Values() {}

  /** The map as it is, or as a lock value if it has only fields of one. */
  static Object ofMap(Map<String, @Nullable Object> map) {
    if (map.isEmpty() || !LOCK_FIELDS.containsAll(map.keySet())) {
      return map;
    }
    Object mode = map.get("mode");
    for (Map.Entry<String, @Nullable Object> entry : map.entrySet()) {
      boolean fits =
          entry.getKey().equals("mode")
              ? entry.getValue() instanceof String
              : entry.getValue() == null || entry.getValue() instanceof Long;
      if (!fits) {
        return map;
      }
    }
    return new LockValue(
        number(map, "token"),
        number(map, "owner"),
        number(map, "ttl"),
        mode == null ? null : mode.toString(),
        number(map, "permits"),
        number(map, "limit"));
  }

  private static long number(Map<String, @Nullable Object> map, String field) {
    return map.get(field) instanceof Long number ? number : NONE;
  }
}
