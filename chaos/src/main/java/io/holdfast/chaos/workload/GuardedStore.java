package io.holdfast.chaos.workload;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A store outside of the cluster, of the kind that locks are there to guard: it is read and written
 * as a whole, so that two who do so at once lose an update. One that checks tokens refuses whoever
 * comes with a smaller one than it has seen, to read as well as to write: a reader that it let pass
 * could write back what is out of date.
 */
final class GuardedStore {
  private final boolean checksTokens;
  private final Map<String, List<Long>> values = new HashMap<>();
  private long newest;

  GuardedStore(boolean checksTokens) {
    this.checksTokens = checksTokens;
  }

  /** What is stored under the name; nothing when the token is refused. */
  Optional<List<Long>> read(String name, long token) {
    return admits(token) ? Optional.of(values.getOrDefault(name, List.of())) : Optional.empty();
  }

  /** Whether somebody with a larger token has been here. */
  boolean isLate(long token) {
    return token < newest;
  }

  /** Replaces what is stored under the name, unless the token is refused. */
  boolean write(String name, long token, List<Long> value) {
    if (!admits(token)) {
      return false;
    }
    values.put(name, new ArrayList<>(value));
    return true;
  }

  private boolean admits(long token) {
    if (checksTokens && token < newest) {
      return false;
    }
    newest = Math.max(newest, token);
    return true;
  }
}
