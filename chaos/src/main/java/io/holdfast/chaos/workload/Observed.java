package io.holdfast.chaos.workload;

import io.holdfast.checker.history.History;
import io.holdfast.checker.history.LockValue;
import io.holdfast.checker.history.Operation;
import io.holdfast.checker.history.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What observers of an election were told must follow the order of the leaders. */
final class Observed {
  private Observed() {}

  static List<String> violations(History history) {
    List<String> wrong = new ArrayList<>();
    Map<Long, Long> lastSeen = new HashMap<>();
    for (int id = 0; id < history.size(); id++) {
      if (history.outcome(id) != Outcome.OK || !isObservation(history, id)) {
        continue;
      }
      Operation operation = history.operation(id);
      long token = token(operation.output());
      long before = lastSeen.getOrDefault(operation.process(), 0L);
      if (token != 0 && token < before) {
        wrong.add(
            "observer "
                + operation.process()
                + " was told at "
                + operation.returnedNanos() / 1_000_000
                + " ms that the leader with token "
                + token
                + " leads, after it had been told of token "
                + before);
      }
      lastSeen.put(operation.process(), Math.max(before, token));
    }
    return wrong;
  }

  private static boolean isObservation(History history, int id) {
    return history.functions().get(history.functionId(id)).equals("observe");
  }

  static long token(Object value) {
    if (value instanceof LockValue lock) {
      return lock.token();
    }
    return value instanceof Map<?, ?> map && map.get("token") instanceof Long token ? token : 0;
  }
}
