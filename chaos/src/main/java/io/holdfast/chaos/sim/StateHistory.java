package io.holdfast.chaos.sim;

import io.holdfast.checker.history.History;
import io.holdfast.checker.history.HistoryBuilder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of one exclusive lock as a register: a grant writes its token, the end of a hold writes
 * 0, a read tells the token of the holder or 0. It knows nothing of locks, and so judges the reads
 * apart from the rules by which the writes came about.
 */
final class StateHistory {
  private final List<Access> accesses = new ArrayList<>();

  private record Access(boolean writes, long value, long invokedNanos, long returnedNanos) {
    private @Nullable Long input() {
      return writes ? value : null;
    }

    private @Nullable Long output() {
      return writes ? null : value;
    }
  }

  private record Happening(long nanos, boolean returns, int access) {}

  void wrote(long value, long invokedNanos, long returnedNanos) {
    accesses.add(new Access(true, value, invokedNanos, returnedNanos));
  }

  void read(long value, long invokedNanos, long returnedNanos) {
    accesses.add(new Access(false, value, invokedNanos, returnedNanos));
  }

  History build(String lock) {
    List<Happening> happenings = new ArrayList<>();
    for (int i = 0; i < accesses.size(); i++) {
      happenings.add(new Happening(accesses.get(i).invokedNanos(), false, i));
      happenings.add(new Happening(accesses.get(i).returnedNanos(), true, i));
    }
    // What returns when another is invoked was concurrent with it.
    happenings.sort(Comparator.comparingLong(Happening::nanos).thenComparing(Happening::returns));
    HistoryBuilder builder = new HistoryBuilder();
    for (Happening happening : happenings) {
      Access access = accesses.get(happening.access());
      if (happening.returns()) {
        builder.ok(happening.access(), access.output(), happening.nanos());
      } else {
        String function = access.writes() ? "write" : "read";
        builder.invoke(happening.access(), function, lock, access.input(), happening.nanos());
      }
    }
    return builder.build();
  }
}
