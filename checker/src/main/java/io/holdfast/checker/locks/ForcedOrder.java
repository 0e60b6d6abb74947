package io.holdfast.checker.locks;

import io.holdfast.checker.history.History;
import io.holdfast.checker.history.Operation;
import io.holdfast.checker.model.LockRules;
import java.util.Arrays;

/**
 * Decides the history of one lock in one sweep, in O(n log n), when the order of its writes is
 * forced.
 *
 * <p>The writes are grant, end, grant, end ... in a known order; after k of them the lock is in
 * zone k: free in even zones, held in odd ones. An order of all operations is then nothing but the
 * time at which each zone is entered, and every operation has a set of zones in which it fits: a
 * write the one it enters, a read of a token the zone of that hold, a refused request every zone in
 * which another process holds the lock. The sweep follows the events in time and enters a zone only
 * when an operation returns that needs it, the earliest that fits; a zone can be entered when all
 * writes before it have been invoked.
 *
 * <p>To be lazy loses nothing. Of two sequences of zones that satisfy every operation the lower one
 * at each moment satisfies them too: where an operation is satisfied by zone a in one and by zone b
 * in the other, the lower sequence passes through the smaller of both during that operation. So
 * there is a lowest sequence, the sweep builds it, and when it gets stuck there is none.
 *
 * <p>Operations of unknown outcome: a release, if a later grant needs it, is forced; else it is
 * left for the end, where nothing needs it. A grant is left out. If the sweep fails while something
 * was left out, or could be understood in two ways, the search must decide.
 */
public final class ForcedOrder {
  /** No zone. */
  static final int NOWHERE = Integer.MAX_VALUE;

  /** How far the sweep came. */
  public enum Result {
    /** There is an order. */
    VALID,
    /** There is none. */
    INVALID,
    /** The order of the writes is not forced everywhere. */
    NEEDS_SEARCH
  }

  final Holds holds;
  final Result result;

  /** Operation at whose return the sweep got stuck, or -1. */
  int stuckAt = -1;

  /** Zone it needs; {@link #NOWHERE} when no zone from the current one on fits. */
  int stuckZone;

  /** First write that could not have happened before the stuck operation returned. */
  int stuckWrite;

  private final History history;
  private final int[] ids;
  private final int size;
  private final int writes;

  /** Zone that each operation needs or is placed in; a write's is the zone it enters. */
  final int[] zones;

  /** Whether the end of a hold, although an operation may have done it, came unseen. */
  private boolean[] unseen = new boolean[0];

  private int zone;

  /** Operation whose return made the sweep enter the zone, or -1. */
  private int enteredBy = -1;

  private int reachable;
  private long steps;

  /**
   * Decides the operations with these ids, ascending, by these rules. Those that may have been done
   * must have the {@linkplain io.holdfast.checker.model.LockForm form} of the rules.
   */
  public ForcedOrder(History history, int[] ids, LockRules rules) {
    this.history = history;
    this.ids = ids;
    size = ids.length;
    holds = new Holds(history, ids, rules);
    writes = countWrites();
    zones = new int[size];
    result = decide();
  }

  /** What was found. */
  public Result result() {
    return result;
  }

  /** Events looked at. */
  public long steps() {
    return steps;
  }

  private int countWrites() {
    int count = holds.holdCount;
    boolean open = count > 0 && holds.ends[count - 1] == Holds.NO_END;
    return 2 * count - (open ? 1 : 0);
  }

  private Result decide() {
    if (sweep(-1)) {
      return Result.VALID;
    }
    return holds.ambiguous ? Result.NEEDS_SEARCH : Result.INVALID;
  }

  /**
   * Follows the events in time.
   *
   * @param until operation at whose invocation to stop, or -1
   * @return whether every operation found its zone
   */
  boolean sweep(int until) {
    zone = 0;
    enteredBy = -1;
    reachable = 0;
    unseen = new boolean[holds.rules.leases() ? holds.holdCount : 0];
    int[] events = eventsInOrder();
    for (int event : events) {
      int operation = event >> 1;
      steps++;
      if ((event & 1) == 0) {
        if (operation == until) {
          return false;
        }
        zones[operation] = needed(operation);
      } else if (zones[operation] > zone && !enter(operation)) {
        return false;
      }
    }
    return true;
  }

  private boolean enter(int operation) {
    int needs = zones[operation];
    int position = history.returnedAt(ids[operation]);
    long nanos = history.returnedNanos(ids[operation]);
    while (reachable < writes && reachable < needs && isInvoked(reachable, position, nanos)) {
      reachable++;
    }
    if (needs > reachable) {
      stuckAt = operation;
      stuckZone = needs;
      stuckWrite = reachable;
      return false;
    }
    zone = needs;
    enteredBy = operation;
    return true;
  }

  /** Whether the write can have happened before this event. */
  private boolean isInvoked(int write, int position, long nanos) {
    int hold = write >> 1;
    if ((write & 1) == 0) {
      return history.invokedAt(ids[holds.grants[hold]]) < position;
    }
    int end = holds.ends[hold];
    boolean byOperation =
        end >= 0 && history.invokedAt(ids[end]) < position && holds.endNotBefore(hold) <= nanos;
    if (byOperation) {
      return true;
    }
    boolean byLease =
        (end == Holds.UNSEEN || holds.mayEndUnseen(hold)) && holds.leaseEnds[hold] <= nanos;
    if (byLease) {
      unseen[hold] = true;
    }
    return byLease;
  }

  /** The zone a write enters, or the first zone from the current one on in which others fit. */
  private int needed(int operation) {
    if (!holds.contradictions.isEmpty() && holds.contradictions.containsKey(operation)) {
      return NOWHERE;
    }
    int hold = holds.holdOf[operation];
    return switch (holds.kinds[operation]) {
      case Kind.GRANT -> 2 * hold + 1;
      case Kind.END -> 2 * hold + 2;
      case Kind.BUSY -> held(zone, operation);
      case Kind.FREE -> zone + (zone & 1) <= writes ? zone + (zone & 1) : NOWHERE;
      case Kind.HELD -> zone <= 2 * hold + 1 ? 2 * hold + 1 : NOWHERE;
      case Kind.NOT_HELD -> notHeld(operation, hold);
      default -> 0;
    };
  }

  /** The first zone from here on in which another process holds the lock. */
  private int held(int from, int operation) {
    long process = holds.process(operation);
    int candidate = from | 1;
    while (candidate <= writes && holds.holder(candidate >> 1) == process) {
      candidate += 2;
    }
    return candidate <= writes ? candidate : NOWHERE;
  }

  private int notHeld(int operation, int hold) {
    boolean own =
        (zone & 1) == 1
            && (hold == Holds.ANY_OWN_HOLD
                ? holds.holder(zone >> 1) == holds.process(operation)
                : hold == zone >> 1);
    if (!own) {
      return zone;
    }
    return zone + 1 <= writes ? zone + 1 : NOWHERE;
  }

  /** Each operation's number, doubled, at its invocation; plus 1 at its return. */
  private int[] eventsInOrder() {
    int events = history.events();
    return size >= events / 8 ? byPosition(events) : bySorting();
  }

  private int[] byPosition(int events) {
    int[] at = new int[events];
    Arrays.fill(at, -1);
    for (int i = 0; i < size; i++) {
      if (holds.kinds[i] != Kind.NOTHING && !holds.isPending(i)) {
        at[history.invokedAt(ids[i])] = 2 * i;
        at[history.returnedAt(ids[i])] = 2 * i + 1;
      }
    }
    int count = 0;
    for (int event : at) {
      if (event >= 0) {
        at[count++] = event;
      }
    }
    return Arrays.copyOf(at, count);
  }

  private int[] bySorting() {
    long[] keys = new long[2 * size];
    int[] events = new int[2 * size];
    int count = 0;
    for (int i = 0; i < size; i++) {
      if (holds.kinds[i] != Kind.NOTHING && !holds.isPending(i)) {
        keys[count] = history.invokedAt(ids[i]);
        events[count++] = 2 * i;
        keys[count] = history.returnedAt(ids[i]);
        events[count++] = 2 * i + 1;
      }
    }
    int[] sorted = Arrays.copyOf(events, count);
    Sorting.sortWith(Arrays.copyOf(keys, count), sorted);
    return sorted;
  }

  /**
   * Ids of the operations in the order that the sweep built, as far as it came: all of them when it
   * succeeded. An observer stands in its zone, in the order of invocations.
   */
  public int[] order() {
    int last = zone;
    int[] starts = new int[last + 2];
    int limit = stuckAt < 0 ? Operation.NEVER : history.returnedAt(ids[stuckAt]);
    for (int i = 0; i < size; i++) {
      if (isPlacedObserver(i, limit)) {
        starts[zones[i] + 1]++;
      }
    }
    int total = last;
    for (int z = 0; z <= last; z++) {
      total += starts[z + 1];
      starts[z + 1] += starts[z];
    }
    int[] observers = new int[starts[last + 1]];
    int[] fill = starts.clone();
    for (int i = 0; i < size; i++) {
      if (isPlacedObserver(i, limit)) {
        observers[fill[zones[i]]++] = ids[i];
      }
    }
    int[] order = new int[total];
    int count = 0;
    for (int z = 0; z <= last; z++) {
      if (z > 0) {
        int write = writeOperation(z - 1);
        if (write >= 0) {
          order[count++] = ids[write];
        }
      }
      int length = starts[z + 1] - starts[z];
      System.arraycopy(observers, starts[z], order, count, length);
      count += length;
    }
    return Arrays.copyOf(order, count);
  }

  private boolean isPlacedObserver(int operation, int limit) {
    return Kind.isObserver(holds.kinds[operation])
        && history.returnedAt(ids[operation]) < limit
        && zones[operation] <= zone;
  }

  /** Number of the operation that does the write; -1 for an end nobody recorded. */
  int writeOperation(int write) {
    int hold = write >> 1;
    if ((write & 1) == 0) {
      return holds.grants[hold];
    }
    boolean byLease = holds.ends[hold] < 0 || (unseen.length > 0 && unseen[hold]);
    return byLease ? -1 : holds.ends[hold];
  }

  /** The zone reached. */
  int zone() {
    return zone;
  }

  /** Operation whose return made the sweep enter the zone, or -1. */
  int enteredBy() {
    return enteredBy;
  }
}
