package io.holdfast.checker.search;

import io.holdfast.checker.model.Lookahead;
import io.holdfast.checker.model.Model;
import io.holdfast.checker.model.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The model as a table: states are small numbers, and each pair of a state and a class of
 * operations is asked of the model once.
 *
 * <p>A non-deterministic model is followed by its power set: its number stands for all states the
 * object may be in.
 *
 * @param <S> type of the model's states
 */
final class Transitions<S> {
  /** The operation does not fit the state. */
  static final int REFUSED = -1;

  private static final int VACANT = -2;
  private static final long BYTES_PER_STATE = 96;

  /** States a non-deterministic object may be in, at least two. */
  private record Possible<S>(Set<S> states) {}

  private final Problem<S> problem;
  private final MemoryBudget budget;
  private final Map<Object, Integer> numbers = new HashMap<>();
  private final List<Object> states = new ArrayList<>();
  private long[] keys;
  private int[] targets;
  private int filled;
  private long reservedBytes;

  Transitions(Problem<S> problem, MemoryBudget budget) {
    this.problem = problem;
    this.budget = budget;
    int capacity = 64;
    reserve(12L * capacity);
    keys = new long[capacity];
    targets = new int[capacity];
    Arrays.fill(targets, VACANT);
    number(problem.model.initial());
  }

  /** Number of the state that the operation leads to, or {@link #REFUSED}. */
  int apply(int state, int operation) {
    long key = ((long) state << 32) | problem.kind[operation];
    int mask = keys.length - 1;
    int place = hash(key) & mask;
    while (targets[place] != VACANT) {
      if (keys[place] == key) {
        return targets[place];
      }
      place = (place + 1) & mask;
    }
    int target = ask(state, operation);
    insert(key, target);
    return target;
  }

  /** Whether operations that are no resets might lead to a state in which this one fits. */
  boolean isWithinReach(Lookahead<S> lookahead, int state, int operation) {
    for (S member : members(states.get(state))) {
      if (lookahead.isWithinReach(member, problem.operations[operation])) {
        return true;
      }
    }
    return false;
  }

  void releaseMemory() {
    budget.release(reservedBytes);
    reservedBytes = 0;
  }

  private int ask(int state, int operation) {
    Object from = states.get(state);
    Model<S> model = problem.model;
    if (!(from instanceof Possible)) {
      return number(model.step(single(from), problem.operations[operation]));
    }
    Set<S> reached = new HashSet<>();
    for (S member : members(from)) {
      Step<S> step = model.step(member, problem.operations[operation]);
      if (step instanceof Step.To<S> to) {
        reached.add(to.state());
      } else if (step instanceof Step.ToAny<S> any) {
        reached.addAll(any.states());
      }
    }
    return reached.isEmpty() ? REFUSED : number(reached);
  }

  private int number(Step<S> step) {
    if (step instanceof Step.To<S> to) {
      return number(to.state());
    }
    return step instanceof Step.ToAny<S> any ? number(new HashSet<>(any.states())) : REFUSED;
  }

  private int number(Set<S> reached) {
    return reached.size() == 1
        ? number(reached.iterator().next())
        : intern(new Possible<>(Set.copyOf(reached)), reached);
  }

  private int number(S state) {
    Integer known = numbers.get(state);
    return known != null ? known : intern(state, Set.of(state));
  }

  private int intern(Object state, Set<S> members) {
    Integer known = numbers.get(state);
    if (known != null) {
      return known;
    }
    long bytes = BYTES_PER_STATE;
    for (S member : members) {
      bytes += problem.model.estimatedBytes(member);
    }
    reserve(bytes);
    int number = states.size();
    states.add(state);
    numbers.put(state, number);
    return number;
  }

  @SuppressWarnings("unchecked")
  private S single(Object state) {
    return (S) state;
  }

  @SuppressWarnings("unchecked")
  private Set<S> members(Object state) {
    return state instanceof Possible<?> possible ? (Set<S>) possible.states() : Set.of((S) state);
  }

  private void insert(long key, int target) {
    if (2 * (filled + 1) > keys.length) {
      grow();
    }
    place(key, target);
    filled++;
  }

  private void place(long key, int target) {
    int mask = keys.length - 1;
    int place = hash(key) & mask;
    while (targets[place] != VACANT) {
      place = (place + 1) & mask;
    }
    keys[place] = key;
    targets[place] = target;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldTargets = targets;
    reserve(24L * oldKeys.length);
    keys = new long[2 * oldKeys.length];
    targets = new int[2 * oldKeys.length];
    Arrays.fill(targets, VACANT);
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldTargets[i] != VACANT) {
        place(oldKeys[i], oldTargets[i]);
      }
    }
    budget.release(12L * oldKeys.length);
    reservedBytes -= 12L * oldKeys.length;
  }

  private void reserve(long bytes) {
    budget.reserve(bytes);
    reservedBytes += bytes;
  }

  private static int hash(long key) {
    long mixed = key * 0x9E3779B97F4A7C15L;
    return (int) (mixed >>> 32) ^ (int) (mixed >>> 47);
  }
}
