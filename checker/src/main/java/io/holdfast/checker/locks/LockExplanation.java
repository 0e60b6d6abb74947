package io.holdfast.checker.locks;

import io.holdfast.checker.explain.Narrator;
import io.holdfast.checker.explain.Replay;
import io.holdfast.checker.history.History;
import io.holdfast.checker.history.LockValue;
import io.holdfast.checker.history.Operation;
import io.holdfast.checker.model.Model;
import io.holdfast.checker.model.Step;
import io.holdfast.checker.search.PartitionSearch;
import io.holdfast.checker.verdict.Evidence.Counterexample;
import io.holdfast.checker.verdict.Evidence.GoodPrefix;
import io.holdfast.checker.verdict.Evidence.Refusal;
import io.holdfast.checker.verdict.Violation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Says why a sweep got stuck: what the accused operation would have needed, what had already
 * happened for certain, and what had certainly not happened yet.
 *
 * @param <S> type of the model's states
 */
public final class LockExplanation<S> {
  /** In a longer history the minimal sub-history is looked for among this many operations. */
  private static final int WINDOW = 400;

  private static final int REFUSALS_MAX = 64;

  private final Model<S> model;
  private final History history;
  private final int[] ids;
  private final ForcedOrder order;
  private final Holds holds;
  private final Narrator narrator;
  private final int accused;

  /** Zone when the accused operation was invoked, and the operation that had made it so. */
  private final int zoneBefore;

  private final int shownBy;

  /** Explains the failed sweep over the operations with these ids. */
  public LockExplanation(Model<S> model, History history, int[] ids, ForcedOrder order) {
    this.model = model;
    this.history = history;
    this.ids = ids;
    this.order = order;
    holds = order.holds;
    narrator = new Narrator(model, history);
    accused = order.stuckAt;
    order.sweep(accused);
    zoneBefore = order.zone();
    shownBy = order.enteredBy();
    order.sweep(-1);
  }

  /**
   * The counterexample.
   *
   * @param deadlineNanos when to be content with a sub-history that is not minimal
   */
  public Counterexample counterexample(long deadlineNanos) {
    Violation violation = violation();
    String reason = reason(violation);
    SortedSet<Integer> involved = involved();
    int[] contradicting = accusedLast(involved);
    int[] prefix = order.order();
    Replay<S> replay = new Replay<>(model);
    boolean[] placed = new boolean[history.size()];
    for (int id : prefix) {
      replay.apply(history.operation(id));
      placed[id] = true;
    }
    List<String> sentences = new ArrayList<>(narrator.story(contradicting));
    sentences.add(narrator.brief(ids[accused]) + " cannot be: " + reason);
    PartitionSearch.Core core = core(involved, deadlineNanos);
    return new Counterexample(
        violation,
        narrator.full(ids[accused]) + " cannot be: " + reason,
        List.copyOf(sentences),
        contradicting,
        core.ids(),
        core.proven(),
        new GoodPrefix(prefix, replay.describe()),
        refusals(replay, placed));
  }

  private PartitionSearch.Core core(SortedSet<Integer> involved, long deadlineNanos) {
    int[] suspects = accusedLast(involved);
    int[] near = fromFirstHold(involved);
    if (near.length > 0) {
      PartitionSearch.Core core =
          PartitionSearch.minimize(
              model, history, near, suspects, deadlineNanos, ends(involved, near));
      if (core.proven()) {
        return core;
      }
    }
    int[] window = window(involved);
    return PartitionSearch.minimize(
        model, history, window, suspects, deadlineNanos, ends(involved, window));
  }

  private Violation violation() {
    Holds.Contradiction known = holds.contradictions.get(accused);
    if (known != null) {
      return known.violation();
    }
    return switch (holds.kinds[accused]) {
      case Kind.BUSY -> Violation.BUSY_WHILE_FREE;
      case Kind.NOT_HELD -> Violation.RELEASE_REFUSED;
      case Kind.FREE -> Violation.STALE_READ;
      case Kind.HELD ->
          switch (holds.function(accused)) {
            case 'g' -> Violation.STALE_READ;
            case 'k' -> Violation.RENEWAL_AFTER_END;
            default -> Violation.TOKEN_REUSE;
          };
      default -> blockedWrite();
    };
  }

  private Violation blockedWrite() {
    if ((order.stuckWrite & 1) == 0) {
      return Violation.TOKEN_REGRESSION;
    }
    return awaitsLease(order.stuckWrite >> 1)
        ? Violation.GRANT_BEFORE_EXPIRY
        : Violation.DOUBLE_GRANT;
  }

  private boolean awaitsLease(int hold) {
    if (!holds.rules.leases() || holds.ends[hold] == Holds.NO_END) {
      return false;
    }
    return holds.ends[hold] == Holds.UNSEEN
        || holds.mayEndUnseen(hold)
        || holds.endNotBefore(hold) > history.returnedNanos(ids[accused]);
  }

  private String reason(Violation violation) {
    Holds.Contradiction known = holds.contradictions.get(accused);
    if (known != null) {
      return known.reason() + ".";
    }
    return switch (violation) {
      case DOUBLE_GRANT, GRANT_BEFORE_EXPIRY, TOKEN_REGRESSION -> blockedReason();
      case BUSY_WHILE_FREE -> whenInvoked() + nextGrant("no other process had asked for the lock");
      case RELEASE_REFUSED -> whenInvoked() + nothingEnded();
      case STALE_READ, RENEWAL_AFTER_END, TOKEN_REUSE -> observedReason();
      default -> whenInvoked();
    };
  }

  /** A later grant, or the end of a later hold, returned before this write can have happened. */
  private String blockedReason() {
    int hold = order.stuckWrite >> 1;
    int operation = order.writeOperation(order.stuckWrite);
    String returned = "it returned at " + narrator.returned(ids[accused]) + ", but ";
    if ((order.stuckWrite & 1) == 0) {
      return returned
          + "the smaller token "
          + holds.token(hold)
          + " was granted to a request invoked only at "
          + narrator.invoked(ids[operation])
          + ".";
    }
    String holder = "process " + holds.holder(hold) + tokenText(hold);
    if (awaitsLease(hold)) {
      return returned
          + "the lease of "
          + holder
          + " ran until "
          + narrator.time(holds.leaseEnds[hold])
          + ".";
    }
    return operation < 0 || holds.ends[hold] == Holds.NO_END
        ? returned + holder + " held the lock and never gave it back."
        : returned
            + holder
            + " held the lock and asked to give it back only at "
            + narrator.invoked(ids[operation])
            + ".";
  }

  private String observedReason() {
    int hold = holds.holdOf[accused];
    if (holds.kinds[accused] == Kind.FREE) {
      return whenInvoked() + nothingEnded();
    }
    if (order.stuckZone != ForcedOrder.NOWHERE) {
      int write = order.writeOperation(order.stuckWrite);
      return "it returned at "
          + narrator.returned(ids[accused])
          + ", before that hold can have begun"
          + (write < 0 ? "." : ": " + narrator.full(ids[write]) + " comes first.");
    }
    return whenInvoked() + "the hold" + tokenText(hold) + " was over.";
  }

  /** What was certain when the accused operation was invoked. */
  private String whenInvoked() {
    String state =
        (zoneBefore & 1) == 1
            ? "process "
                + holds.holder(zoneBefore >> 1)
                + tokenText(zoneBefore >> 1)
                + " held the lock"
            : zoneBefore == 0
                ? "nobody had been granted the lock"
                : "the hold of process "
                    + holds.holder((zoneBefore >> 1) - 1)
                    + tokenText((zoneBefore >> 1) - 1)
                    + " had ended";
    String shown = shownBy < 0 ? "" : ", as " + narrator.full(ids[shownBy]) + " shows";
    return "when it was invoked at "
        + narrator.invoked(ids[accused])
        + ", "
        + state
        + shown
        + ", and ";
  }

  private String nextGrant(String otherwise) {
    int write = order.stuckWrite;
    if (write < 2 * holds.holdCount && (write & 1) == 0) {
      return "until it returned at "
          + narrator.returned(ids[accused])
          + " the next grant, "
          + narrator.full(ids[holds.grants[write >> 1]])
          + ", had not been asked for.";
    }
    return otherwise + " when it returned at " + narrator.returned(ids[accused]) + ".";
  }

  private String nothingEnded() {
    int write = order.stuckWrite;
    if (write < 2 * holds.holdCount && (write & 1) == 1 && order.writeOperation(write) >= 0) {
      return "until it returned at "
          + narrator.returned(ids[accused])
          + " the end of that hold, "
          + narrator.full(ids[order.writeOperation(write)])
          + ", had not been asked for.";
    }
    return "nothing had ended that hold when it returned at "
        + narrator.returned(ids[accused])
        + ".";
  }

  private String tokenText(int hold) {
    return hold < 0 || holds.token(hold) == LockValue.NONE
        ? ""
        : " with token " + holds.token(hold);
  }

  /** The accused operation, what had certainly happened before it, and what certainly had not. */
  private SortedSet<Integer> involved() {
    SortedSet<Integer> involved = new TreeSet<>();
    involved.add(ids[accused]);
    Holds.Contradiction known = holds.contradictions.get(accused);
    if (known != null) {
      if (known.other() >= 0) {
        involved.add(ids[known.other()]);
      }
      return involved;
    }
    if (order.stuckWrite < 2 * holds.holdCount) {
      add(involved, order.writeOperation(order.stuckWrite));
      if ((order.stuckWrite & 1) == 1) {
        add(involved, holds.grants[order.stuckWrite >> 1]);
      }
    }
    if (Kind.isObserver(holds.kinds[accused])) {
      add(involved, shownBy);
      if (zoneBefore > 0) {
        add(involved, order.writeOperation(zoneBefore - 1));
      }
      int hold = holds.holdOf[accused];
      if (hold >= 0) {
        add(involved, holds.grants[hold]);
        add(involved, holds.ends[hold]);
      }
    }
    return involved;
  }

  private void add(SortedSet<Integer> involved, int operation) {
    if (operation >= 0) {
      involved.add(ids[operation]);
    }
  }

  private int[] accusedLast(SortedSet<Integer> involved) {
    int[] result = new int[involved.size()];
    int count = 0;
    for (int id : involved) {
      if (id != ids[accused]) {
        result[count++] = id;
      }
    }
    result[count] = ids[accused];
    return result;
  }

  /**
   * Where the contradiction may show: when the accused operation returns; when the last of those
   * involved does, since the sweep knows from later events which grants there were; at the end.
   */
  private int[] ends(SortedSet<Integer> involved, int[] window) {
    int first = history.returnedAt(ids[accused]);
    int second = first;
    for (int id : involved) {
      second =
          history.returnedAt(id) == Operation.NEVER
              ? second
              : Math.max(second, history.returnedAt(id));
    }
    int last = second;
    for (int id : window) {
      last =
          history.returnedAt(id) == Operation.NEVER ? last : Math.max(last, history.returnedAt(id));
    }
    return new int[] {first, second, last};
  }

  /** The operations around the accused one, with all of their holds; all of a short history. */
  private int[] window(SortedSet<Integer> involved) {
    if (ids.length <= WINDOW) {
      return ids;
    }
    SortedSet<Integer> window = new TreeSet<>(involved);
    int from = Math.max(0, accused - WINDOW / 2);
    int to = Math.min(ids.length, accused + WINDOW / 2);
    for (int operation = from; operation < to; operation++) {
      window.add(ids[operation]);
      int hold = holds.holdOf[operation];
      addHold(window, hold >= 0 ? hold : (order.zones[operation] - 1) >> 1);
    }
    return window.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * The operations of the window that speak of the first hold involved or of a later one. Tokens
   * only grow, so once that hold was granted nothing of an earlier one can take effect, and
   * whatever came before it only left the lock as that grant found it. Empty when this cannot be
   * said: when one of those involved may speak of an earlier hold, or a grant needs the token
   * before its own.
   */
  private int[] fromFirstHold(SortedSet<Integer> involved) {
    if (!holds.rules.tokens() || holds.rules.dense()) {
      return new int[0];
    }
    int first = Integer.MAX_VALUE;
    for (int id : involved) {
      first = Math.min(first, holdOf(id));
    }
    if (first < 0) {
      return new int[0];
    }
    SortedSet<Integer> near = new TreeSet<>(involved);
    for (int id : window(involved)) {
      if (holdOf(id) >= first) {
        near.add(id);
      }
    }
    return near.stream().mapToInt(Integer::intValue).toArray();
  }

  private int holdOf(int id) {
    return holds.holdOf[Arrays.binarySearch(ids, id)];
  }

  private void addHold(SortedSet<Integer> window, int hold) {
    if (hold >= 0 && hold < holds.holdCount) {
      add(window, holds.grants[hold]);
      add(window, holds.ends[hold]);
    }
  }

  private List<Refusal> refusals(Replay<S> replay, boolean[] placed) {
    List<Refusal> refusals = new ArrayList<>();
    int returned = history.returnedAt(ids[accused]);
    int from = Math.max(0, accused - WINDOW);
    for (int i = from; i < ids.length && history.invokedAt(ids[i]) < returned; i++) {
      Operation operation = history.operation(ids[i]);
      boolean idle =
          holds.kinds[i] == Kind.NOTHING
              || placed[ids[i]]
              || (operation.isPending() && model.isReadOnly(operation));
      if (!idle && refusals.size() < REFUSALS_MAX) {
        String reason =
            replay
                .refusal(operation)
                .map(Step.Refused::reason)
                .orElse("it would fit, but what must follow would not");
        refusals.add(new Refusal(ids[i], reason));
      }
    }
    return refusals;
  }
}
