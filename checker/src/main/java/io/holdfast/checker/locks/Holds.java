package io.holdfast.checker.locks;

import static io.holdfast.checker.history.LockValue.NONE;

import io.holdfast.checker.history.History;
import io.holdfast.checker.history.Operation;
import io.holdfast.checker.history.Outcome;
import io.holdfast.checker.model.LockForm;
import io.holdfast.checker.model.LockRules;
import io.holdfast.checker.verdict.Violation;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * The holds of one lock in the only order they can have had, and what every operation is to them.
 *
 * <p>With tokens the holds are ordered by token. Without, two holds of completed requests cannot
 * overlap in what is certain of them, from the grant's return to the invocation of the release, so
 * that ordering them by the return of their grants gives the only order there can be.
 *
 * <p>Operations of the partition are numbered from 0 here, in the order of their invocations.
 */
final class Holds {
  /** No operation; a hold that ends unseen when its lease has run out. */
  static final int UNSEEN = -1;

  /** No end is known for the hold. */
  static final int NO_END = -2;

  /** An observer that speaks of no hold of this history. */
  static final int NO_HOLD = -1;

  /** An observer that speaks of any hold its process has. */
  static final int ANY_OWN_HOLD = -2;

  private static final long NO_TIME = Long.MIN_VALUE;

  /**
   * Something that cannot be, found without regard to time.
   *
   * @param violation its name
   * @param other another operation that takes part, or -1
   * @param reason why it cannot be
   */
  record Contradiction(Violation violation, int other, String reason) {}

  final History history;
  final LockRules rules;
  final int[] ids;
  final byte[] kinds;

  /** Hold that an observer or an end refers to; -1 when it refers to none. */
  final int[] holdOf;

  /** How many holds there are. */
  final int holdCount;

  /** Number of the grant of each hold. */
  final int[] grants;

  /** Number of the operation that ends each hold, {@link #UNSEEN} or {@link #NO_END}. */
  final int[] ends;

  /** Time in nanoseconds before which the hold cannot end by itself. */
  final long[] leaseEnds;

  /** Whether something was left out that might explain a contradiction. */
  boolean ambiguous;

  /** What cannot be whatever the times are, by the number of the accused operation. */
  final Map<Integer, Contradiction> contradictions = new HashMap<>();

  private final long[] holders;
  private final long[] tokens;
  private final TokenIndex index;
  private final long[] ttls;
  private final byte[] functions;
  private final Map<Long, Integer> latestHold = new HashMap<>();
  private int[] latestHoldDense = new int[64];

  Holds(History history, int[] ids, LockRules rules) {
    this.history = history;
    this.rules = rules;
    this.ids = ids;
    functions = LockForm.functionCodes(history);
    kinds = new byte[ids.length];
    holdOf = new int[ids.length];
    Arrays.fill(latestHoldDense, -1);
    int count = classify();
    grants = new int[count];
    tokens = new long[rules.tokens() ? count : 0];
    int distinct = rules.tokens() ? orderByToken(count) : orderByReturn(count);
    holdCount = distinct;
    holders = new long[distinct];
    index = new TokenIndex(rules.tokens() ? Arrays.copyOf(tokens, distinct) : tokens);
    ends = new int[distinct];
    Arrays.fill(ends, NO_END);
    leaseEnds = new long[rules.leases() ? distinct : 0];
    ttls = new long[rules.leases() ? distinct : 0];
    Arrays.fill(leaseEnds, NO_TIME);
    Arrays.fill(ttls, NONE);
    for (int hold = 0; hold < distinct; hold++) {
      holdOf[grants[hold]] = hold;
      holders[hold] = process(grants[hold]);
    }
    attach();
    endUnseen();
    findGaps();
  }

  long process(int operation) {
    return history.process(ids[operation]);
  }

  long holder(int hold) {
    return holders[hold];
  }

  long token(int hold) {
    return rules.tokens() ? tokens[hold] : NONE;
  }

  byte function(int operation) {
    return functions[history.functionId(ids[operation])];
  }

  /** Gives each operation its kind, as far as it does not depend on the holds. */
  private int classify() {
    Map<Outcome, byte[]> kindsByFunction = new EnumMap<>(Outcome.class);
    for (Outcome outcome : Outcome.values()) {
      byte[] byFunction = new byte[functions.length];
      for (int i = 0; i < functions.length; i++) {
        byFunction[i] = kind(outcome, functions[i]);
      }
      kindsByFunction.put(outcome, byFunction);
    }
    int count = 0;
    for (int i = 0; i < ids.length; i++) {
      int id = ids[i];
      byte kind = kindsByFunction.get(history.outcome(id))[history.functionId(id)];
      if (kind == Kind.HELD && function(i) == 'g' && history.outputToken(id) == 0) {
        kind = Kind.FREE;
      } else if (kind == Kind.NOT_HELD && function(i) == 'k' && history.inputToken(id) == NONE) {
        kind = Kind.NOTHING;
      }
      kinds[i] = kind;
      holdOf[i] = NO_HOLD;
      count += kind == Kind.GRANT ? 1 : 0;
      ambiguous |= kind == Kind.MAYBE_GRANT;
    }
    return count;
  }

  /** What an operation is, unless its values make it another thing. */
  private static byte kind(Outcome outcome, byte function) {
    return switch (outcome) {
      case NOT_DONE -> Kind.NOTHING;
      case OK ->
          switch (function) {
            case 'a', 't' -> Kind.GRANT;
            case 'r', 'e' -> Kind.END;
            default -> Kind.HELD;
          };
      case FAIL ->
          switch (function) {
            case 't' -> Kind.BUSY;
            case 'r', 'k' -> Kind.NOT_HELD;
            default -> Kind.NOTHING;
          };
      case UNKNOWN ->
          switch (function) {
            case 'a', 't' -> Kind.MAYBE_GRANT;
            case 'r', 'e' -> Kind.MAYBE_END;
            default -> Kind.NOTHING;
          };
    };
  }

  /** Orders the grants by token; a holder's repeated request becomes an observer of its hold. */
  private int orderByToken(int count) {
    long[] unordered = new long[count];
    int next = 0;
    boolean ordered = true;
    for (int i = 0; i < ids.length; i++) {
      if (kinds[i] == Kind.GRANT) {
        grants[next] = i;
        unordered[next] = history.outputToken(ids[i]);
        ordered &= next == 0 || unordered[next] > unordered[next - 1];
        next++;
      }
    }
    if (ordered) {
      System.arraycopy(unordered, 0, tokens, 0, count);
      return count;
    }
    Sorting.sortWith(unordered, grants);
    int distinct = 0;
    for (int i = 0; i < count; i++) {
      int grant = grants[i];
      if (distinct > 0 && unordered[i] == tokens[distinct - 1]) {
        kinds[grant] = Kind.HELD;
        if (process(grant) != process(grants[distinct - 1])) {
          contradict(
              Violation.TOKEN_REUSE,
              grant,
              grants[distinct - 1],
              "token " + unordered[i] + " was granted to two processes");
        }
      } else {
        grants[distinct] = grant;
        tokens[distinct++] = unordered[i];
      }
    }
    return distinct;
  }

  private int orderByReturn(int count) {
    long[] returns = new long[count];
    int next = 0;
    for (int i = 0; i < ids.length; i++) {
      if (kinds[i] == Kind.GRANT) {
        grants[next] = i;
        returns[next++] = history.returnedAt(ids[i]);
      }
    }
    Sorting.sortWith(returns, grants);
    return count;
  }

  /** Connects releases, renewals, reads and refusals with the holds they speak of. */
  private void attach() {
    for (int i = 0; i < ids.length; i++) {
      switch (kinds[i]) {
        case Kind.GRANT -> {
          setLatestHold(process(i), holdOf[i]);
          renew(holdOf[i], i);
        }
        case Kind.END -> attachEnd(i);
        case Kind.MAYBE_END -> attachMaybeEnd(i);
        case Kind.HELD -> attachObserver(i);
        case Kind.NOT_HELD -> {
          long token = history.inputToken(ids[i]);
          int hold = token == NONE ? ANY_OWN_HOLD : find(token);
          boolean foreign = hold >= 0 && holder(hold) != process(i);
          holdOf[i] = foreign ? NO_HOLD : hold;
        }
        default -> {}
      }
    }
  }

  private void attachObserver(int operation) {
    byte function = function(operation);
    if (function == 'g') {
      long token = history.outputToken(ids[operation]);
      int hold = find(token);
      long owner = history.outputOwner(ids[operation]);
      if (hold < 0 || (owner != NONE && owner != holder(hold))) {
        contradict(
            hold < 0 ? Violation.READ_OF_NOTHING : Violation.STALE_READ,
            operation,
            hold < 0 ? -1 : grants[hold],
            hold < 0
                ? "no grant ever carried token " + token
                : "token " + token + " was granted to process " + holder(hold));
        return;
      }
      holdOf[operation] = hold;
      return;
    }
    boolean again = function != 'k';
    long token = again ? history.outputToken(ids[operation]) : history.inputToken(ids[operation]);
    int hold = token == NONE ? latestHold(process(operation)) : find(token);
    if (hold < 0 || holder(hold) != process(operation)) {
      contradict(
          again ? Violation.TOKEN_REUSE : Violation.RENEWAL_AFTER_END,
          operation,
          hold < 0 ? -1 : grants[hold],
          "the process was never granted this hold");
      return;
    }
    holdOf[operation] = hold;
    if (again) {
      setLatestHold(process(operation), hold);
    }
    renew(hold, operation);
  }

  /** The request for the hold was acknowledged: its lease counts from the request's invocation. */
  private void renew(int hold, int operation) {
    if (!rules.leases()) {
      return;
    }
    int id = ids[operation];
    boolean overtaken =
        hold + 1 < holdCount && history.returnedAt(ids[grants[hold + 1]]) < history.invokedAt(id);
    if (overtaken) {
      // Whatever it renewed, it was not this hold any more; it fails on its own account.
      return;
    }
    long ttl = history.outputTtlMillis(id);
    if (ttl != NONE) {
      ttls[hold] = ttl;
    }
    if (ttls[hold] != NONE) {
      long end = history.invokedNanos(id) + rules.leaseNanos(ttls[hold]);
      leaseEnds[hold] = Math.max(leaseEnds[hold], end);
    }
  }

  private void attachEnd(int operation) {
    boolean byService = function(operation) == 'e';
    long token = rules.tokens() ? history.inputToken(ids[operation]) : NONE;
    if (byService && token == NONE) {
      ambiguous = true;
      contradict(Violation.NOT_LINEARIZABLE, operation, -1, "the hold it ended cannot be told");
      return;
    }
    int hold = token == NONE ? latestHold(process(operation)) : find(token);
    if (hold < 0 || (!byService && holder(hold) != process(operation))) {
      contradict(
          Violation.RELEASE_BY_NON_HOLDER,
          operation,
          hold < 0 ? -1 : grants[hold],
          hold < 0
              ? "no such hold was ever granted"
              : "the hold was granted to process " + holder(hold));
      return;
    }
    if (ends[hold] >= 0 && kinds[ends[hold]] == Kind.END) {
      contradict(
          Violation.RELEASE_BY_NON_HOLDER, operation, ends[hold], "the hold had ended already");
      return;
    }
    holdOf[operation] = hold;
    ends[hold] = operation;
  }

  private void attachMaybeEnd(int operation) {
    boolean byService = function(operation) == 'e';
    long token = rules.tokens() ? history.inputToken(ids[operation]) : NONE;
    if (token == NONE) {
      // It may end this hold of the process or any later one.
      ambiguous = true;
      if (byService) {
        return;
      }
    }
    int hold = token == NONE ? latestHold(process(operation)) : find(token);
    if (hold < 0 || (!byService && holder(hold) != process(operation))) {
      return;
    }
    holdOf[operation] = hold;
    if (ends[hold] == NO_END || isEarlierEnd(operation, ends[hold])) {
      ends[hold] = operation;
    }
  }

  /** Of two ends that both may have happened, a release beats an end that must await the lease. */
  private boolean isEarlierEnd(int operation, int other) {
    if (kinds[other] != Kind.MAYBE_END) {
      return false;
    }
    return rules.leases() && function(operation) == 'r' && function(other) == 'e';
  }

  /** A hold whose lease can run out needs nobody to end it. */
  private void endUnseen() {
    if (!rules.leases()) {
      return;
    }
    for (int hold = 0; hold < holdCount; hold++) {
      int end = ends[hold];
      if (end == NO_END || (kinds[end] == Kind.MAYBE_END && function(end) == 'e')) {
        ends[hold] = UNSEEN;
      }
    }
  }

  private void findGaps() {
    for (int hold = 1; rules.dense() && hold < holdCount; hold++) {
      if (tokens[hold] != tokens[hold - 1] + 1) {
        contradict(
            Violation.TOKEN_GAP,
            grants[hold],
            grants[hold - 1],
            "it got token " + tokens[hold] + " although none came after " + tokens[hold - 1]);
      }
    }
  }

  /** Time before which the end of the hold cannot be, besides its own invocation. */
  long endNotBefore(int hold) {
    if (!rules.leases()) {
      return NO_TIME;
    }
    int end = ends[hold];
    return end == UNSEEN || function(end) == 'e' ? leaseEnds[hold] : NO_TIME;
  }

  /** Whether the hold, although a release of unknown outcome may have ended it, may end unseen. */
  boolean mayEndUnseen(int hold) {
    return rules.leases() && ends[hold] >= 0 && kinds[ends[hold]] == Kind.MAYBE_END;
  }

  private int find(long token) {
    return rules.tokens() ? index.find(token) : -1;
  }

  private int latestHold(long process) {
    if (process >= 0 && process < latestHoldDense.length) {
      return latestHoldDense[(int) process];
    }
    return process >= 0 && process < (1 << 16) ? -1 : latestHold.getOrDefault(process, -1);
  }

  private void setLatestHold(long process, int hold) {
    if (process < 0 || process >= (1 << 16)) {
      latestHold.put(process, hold);
      return;
    }
    if (process >= latestHoldDense.length) {
      int old = latestHoldDense.length;
      latestHoldDense = Arrays.copyOf(latestHoldDense, Math.max(2 * old, (int) process + 1));
      Arrays.fill(latestHoldDense, old, latestHoldDense.length, -1);
    }
    latestHoldDense[(int) process] = hold;
  }

  private void contradict(Violation violation, int operation, int other, String reason) {
    contradictions.putIfAbsent(operation, new Contradiction(violation, other, reason));
  }

  /** Whether the operation is still open at the end. */
  boolean isPending(int operation) {
    return history.returnedAt(ids[operation]) == Operation.NEVER;
  }
}
