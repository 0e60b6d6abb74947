package io.holdfast.checker.search;

import io.holdfast.checker.history.Operation;
import io.holdfast.checker.model.Lookahead;
import java.util.Arrays;

/**
 * A depth-first search for an order of the operations of one partition (Wing and Gong, "Testing and
 * Verifying Concurrent Objects", 1993), which remembers the configurations it has been in (Lowe,
 * "Testing for linearizability", 2017).
 *
 * <p>From a configuration it tries, in the order of their invocations, the required operations
 * invoked before the first completion not yet accounted for, then the optional ones. Read-only
 * operations are not tried but placed as soon as they fit: they change nothing, so that whatever
 * order exists with them later exists with them here. Of optional operations that are alike only
 * the earliest unplaced one is tried, and one that changes nothing never is.
 *
 * <p>A search can be run piecemeal, so that many partitions share the time. Not thread-safe.
 *
 * @param <S> type of the model's states
 */
final class Search<S> {
  /** How a run ended. */
  enum Progress {
    /** There is an order. */
    FOUND,
    /** There is none. */
    REFUTED,
    /** The steps of this run are used up; run again to go on. */
    UNFINISHED
  }

  private static final int START = -1;

  private final Problem<S> problem;
  private final Transitions<S> transitions;
  private final Visited visited;
  private final MemoryBudget budget;
  private final int requiredEnd;
  private final int optionalEnd;
  private final int[] next;
  private final int[] previous;
  private final boolean[] placed;
  private final long[] mask;
  private final long[] optionalPlaced;

  /** Operations placed so far, in order: the order being built. */
  private final int[] trail;

  private int trailLength;

  /** Place in {@link Problem#byReturn} of the first required operation not placed. */
  private int first;

  private int state;

  private int depth = -1;
  private int[] frameTrail = new int[32];
  private int[] frameFirst = new int[32];
  private int[] frameState = new int[32];
  private int[] frameCursor = new int[32];
  private long[] frameMask;

  private final int[] best;
  private int bestLength = -1;
  private int bestFirst = -1;

  /** How many operations the best order and the trail have in common at their beginning. */
  private int bestShared;

  private long steps;
  private long reservedBytes;

  Search(Problem<S> problem, MemoryBudget budget) {
    this.problem = problem;
    this.budget = budget;
    int size = problem.operations.length;
    int maskWords = Math.max(1, (problem.slots + 63) >>> 6);
    reserve(120L * size + 256L * maskWords + 1024);
    requiredEnd = size;
    optionalEnd = size + 1;
    next = new int[size + 2];
    previous = new int[size + 2];
    placed = new boolean[size];
    mask = new long[maskWords];
    frameMask = new long[32 * maskWords];
    optionalPlaced = new long[(size - problem.required + 63) >>> 6];
    trail = new int[size];
    best = new int[size];
    link(requiredEnd, 0, problem.required);
    link(optionalEnd, problem.required, size);
    transitions = new Transitions<>(problem, budget);
    visited = new Visited(maskWords, budget);
  }

  private void link(int end, int from, int to) {
    int last = end;
    for (int i = from; i < to; i++) {
      next[last] = i;
      previous[i] = last;
      last = i;
    }
    next[last] = end;
    previous[end] = last;
  }

  /** Goes on for about this many steps. */
  Progress run(long stepsMax) {
    long until = steps + stepsMax;
    if (depth < 0) {
      placeReadOnly();
      if (first == problem.required) {
        return Progress.FOUND;
      }
      visited.add(first, state, mask, 0, optionalPlaced);
      push();
    }
    while (steps < until) {
      int candidate = nextCandidate();
      if (candidate < 0) {
        noteDeadEnd();
        if (depth == 0) {
          return Progress.REFUTED;
        }
        depth--;
        restore();
        continue;
      }
      steps++;
      int target = transitions.apply(state, candidate);
      if (target == Transitions.REFUSED || (candidate >= problem.required && target == state)) {
        continue;
      }
      place(candidate);
      state = target;
      placeReadOnly();
      if (first == problem.required) {
        return Progress.FOUND;
      }
      if (!isHopeless() && visited.add(first, state, mask, 0, optionalPlaced)) {
        push();
      } else {
        restore();
      }
    }
    return Progress.UNFINISHED;
  }

  long steps() {
    return steps;
  }

  /** The order built so far: after {@link Progress#FOUND}, the witness. Ids of the history. */
  int[] order() {
    return ids(trail, trailLength);
  }

  /** The longest order found before a dead end. */
  int[] bestOrder() {
    return ids(best, Math.max(bestLength, 0));
  }

  /** The operation at which every order gets stuck at last; only after a refutation. */
  Operation accused() {
    return problem.operations[problem.byReturn[bestFirst]];
  }

  void releaseMemory() {
    budget.release(reservedBytes);
    reservedBytes = 0;
    transitions.releaseMemory();
    visited.releaseMemory();
  }

  private int[] ids(int[] operations, int length) {
    int[] ids = new int[length];
    for (int i = 0; i < length; i++) {
      ids[i] = problem.operations[operations[i]].id();
    }
    return ids;
  }

  /** Position before which an operation must be invoked to come next. */
  private int bound() {
    return first < problem.required ? problem.returnedAt[problem.byReturn[first]] : Operation.NEVER;
  }

  private void placeReadOnly() {
    int operation = next[requiredEnd];
    while (operation != requiredEnd && problem.invokedAt[operation] < bound()) {
      int following = next[operation];
      if (problem.readOnly[operation] && transitions.apply(state, operation) == state) {
        steps++;
        place(operation);
      }
      operation = following;
    }
  }

  /** Whether the next observation to return is out of reach, as far as the model can tell. */
  private boolean isHopeless() {
    Lookahead<S> lookahead = problem.lookahead;
    if (lookahead == null) {
      return false;
    }
    int at = first;
    while (at < problem.required
        && (placed[problem.byReturn[at]] || !problem.readOnly[problem.byReturn[at]])) {
      at++;
    }
    if (at == problem.required) {
      return false;
    }
    int observer = problem.byReturn[at];
    return !transitions.isWithinReach(lookahead, state, observer)
        && !resetsBefore(requiredEnd, problem.returnedAt[observer])
        && !resetsBefore(optionalEnd, problem.returnedAt[observer]);
  }

  private boolean resetsBefore(int end, int position) {
    int operation = next[end];
    while (operation != end && problem.invokedAt[operation] < position) {
      if (problem.reset[operation]) {
        return true;
      }
      operation = next[operation];
    }
    return false;
  }

  private int nextCandidate() {
    int bound = bound();
    int cursor = frameCursor[depth];
    if (cursor < problem.required) {
      int candidate = next[cursor == START ? requiredEnd : cursor];
      if (candidate != requiredEnd && problem.invokedAt[candidate] < bound) {
        frameCursor[depth] = candidate;
        return candidate;
      }
      cursor = optionalEnd;
    }
    int candidate = next[cursor];
    while (candidate != optionalEnd && problem.invokedAt[candidate] < bound) {
      int twin = problem.twinBefore[candidate];
      if (twin < 0 || placed[twin]) {
        frameCursor[depth] = candidate;
        return candidate;
      }
      candidate = next[candidate];
    }
    return -1;
  }

  private void place(int operation) {
    next[previous[operation]] = next[operation];
    previous[next[operation]] = previous[operation];
    placed[operation] = true;
    trail[trailLength++] = operation;
    if (operation >= problem.required) {
      int bit = operation - problem.required;
      optionalPlaced[bit >>> 6] |= 1L << bit;
      return;
    }
    mask[problem.slot[operation] >>> 6] |= 1L << problem.slot[operation];
    while (first < problem.required && placed[problem.byReturn[first]]) {
      int returned = problem.slot[problem.byReturn[first]];
      mask[returned >>> 6] &= ~(1L << returned);
      first++;
    }
  }

  private void push() {
    depth++;
    if (depth == frameTrail.length) {
      growFrames();
    }
    frameTrail[depth] = trailLength;
    frameFirst[depth] = first;
    frameState[depth] = state;
    frameCursor[depth] = START;
    System.arraycopy(mask, 0, frameMask, depth * mask.length, mask.length);
  }

  /** Takes back everything placed after the current frame was pushed. */
  private void restore() {
    int length = frameTrail[depth];
    while (trailLength > length) {
      int operation = trail[--trailLength];
      placed[operation] = false;
      next[previous[operation]] = operation;
      previous[next[operation]] = operation;
      if (operation >= problem.required) {
        int bit = operation - problem.required;
        optionalPlaced[bit >>> 6] &= ~(1L << bit);
      }
    }
    bestShared = Math.min(bestShared, length);
    first = frameFirst[depth];
    state = frameState[depth];
    System.arraycopy(frameMask, depth * mask.length, mask, 0, mask.length);
  }

  private void noteDeadEnd() {
    if (first > bestFirst || (first == bestFirst && trailLength > bestLength)) {
      System.arraycopy(trail, bestShared, best, bestShared, trailLength - bestShared);
      bestShared = trailLength;
      bestLength = trailLength;
      bestFirst = first;
    }
  }

  private void growFrames() {
    int length = 2 * frameTrail.length;
    reserve(16L * frameTrail.length + 8L * frameMask.length);
    frameTrail = Arrays.copyOf(frameTrail, length);
    frameFirst = Arrays.copyOf(frameFirst, length);
    frameState = Arrays.copyOf(frameState, length);
    frameCursor = Arrays.copyOf(frameCursor, length);
    frameMask = Arrays.copyOf(frameMask, 2 * frameMask.length);
  }

  private void reserve(long bytes) {
    budget.reserve(bytes);
    reservedBytes += bytes;
  }
}
