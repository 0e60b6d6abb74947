package io.holdfast.chaos.workload;

import io.holdfast.checker.history.History;
import io.holdfast.checker.history.Operation;
import io.holdfast.checker.history.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What watchers were told, against what clients were granted. */
final class Watched {
  private final List<String> wrong = new ArrayList<>();

  /** Tokens that clients were granted, by lock, with the time of their answer. */
  private final Map<String, Map<Long, Long>> granted = new TreeMap<>();

  private final Map<String, Watcher> watchers = new TreeMap<>();

  private Watched() {}

  /** One watcher's view. */
  private static final class Watcher {
    private final Map<String, Long> lastToken = new HashMap<>();
    private final Set<String> seen = new HashSet<>();
    private long lastIndex;
    private boolean hasGap;
    private long firstNanos = Long.MAX_VALUE;
  }

  static List<String> violations(History history) {
    Watched watched = new Watched();
    for (int id = 0; id < history.size(); id++) {
      if (history.outcome(id) == Outcome.OK) {
        watched.look(history.operation(id));
      }
    }
    watched.compare();
    return watched.wrong;
  }

  private void look(Operation operation) {
    switch (operation.function()) {
      case "acquire" ->
          granted
              .computeIfAbsent(operation.key(), key -> new TreeMap<>())
              .put(Observed.token(operation.output()), operation.invokedNanos());
      case "event" -> told(watcher(operation), operation);
      case "reset" -> watcher(operation).hasGap = true;
      default -> {
        // Releases and reads say nothing about what watchers must be told.
      }
    }
  }

  private Watcher watcher(Operation operation) {
    return watchers.computeIfAbsent(operation.key(), key -> new Watcher());
  }

  private void told(Watcher watcher, Operation operation) {
    if (!(operation.output() instanceof Map<?, ?> event)
        || !(event.get("at") instanceof Long index)
        || !(event.get("granted") instanceof Long token)) {
      wrong.add(operation.key() + " was told something unreadable: " + operation.output());
      return;
    }
    watcher.firstNanos = Math.min(watcher.firstNanos, operation.invokedNanos());
    if (index < watcher.lastIndex) {
      wrong.add(
          operation.key() + " was told of index " + index + " after index " + watcher.lastIndex);
    }
    watcher.lastIndex = Math.max(watcher.lastIndex, index);
    if (!"granted".equals(event.get("change"))) {
      return;
    }
    String lock = String.valueOf(event.get("lock"));
    long before = watcher.lastToken.getOrDefault(lock, 0L);
    if (token <= before) {
      wrong.add(
          operation.key()
              + " was told that "
              + lock
              + " was granted with token "
              + token
              + ", after it had been told of token "
              + before);
    }
    watcher.lastToken.put(lock, Math.max(before, token));
    watcher.seen.add(lock + " " + token);
  }

  /** What a client got after a watcher was first told anything, the watcher must have been told. */
  private void compare() {
    for (Map.Entry<String, Watcher> entry : watchers.entrySet()) {
      Watcher watcher = entry.getValue();
      if (watcher.hasGap) {
        continue;
      }
      for (Map.Entry<String, Map<Long, Long>> lock : granted.entrySet()) {
        for (Map.Entry<Long, Long> grant : lock.getValue().entrySet()) {
          boolean due = grant.getValue() > watcher.firstNanos;
          if (due && !watcher.seen.contains(lock.getKey() + " " + grant.getKey())) {
            wrong.add(
                entry.getKey()
                    + " was never told that "
                    + lock.getKey()
                    + " was granted with token "
                    + grant.getKey());
          }
        }
      }
    }
  }
}
