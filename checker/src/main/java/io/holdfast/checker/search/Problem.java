package io.holdfast.checker.search;

import io.holdfast.checker.history.History;
import io.holdfast.checker.history.Operation;
import io.holdfast.checker.history.Outcome;
import io.holdfast.checker.model.Lookahead;
import io.holdfast.checker.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The operations of one partition, made ready for a search.
 *
 * <p>Operations that must take effect come first, in the order of their invocations; those that may
 * (crashed ones, of unknown outcome) come after them, so that they do not spread the bits of the
 * others. Each of the former has a slot, which no other has that is open at the same time: at the
 * moment at which the first operation not yet placed returns, the slots of those already placed,
 * with that operation's number, tell exactly which have been placed. The key of a configuration
 * thus has as many bits as operations were ever open at once, whatever the length of the history.
 *
 * @param <S> type of the model's states
 */
final class Problem<S> {
  final Model<S> model;
  final Operation[] operations;
  final int required;

  /** Positions of invocations and completions; those of optional operations are never reached. */
  final int[] invokedAt;

  final int[] returnedAt;
  final boolean[] readOnly;

  /** Number of the class of operations that the model treats alike. */
  final int[] kind;

  final int kinds;

  /** The model as one that can look ahead, if it can. */
  final @Nullable Lookahead<S> lookahead;

  /** Whether the operation is a reset; empty when the model cannot look ahead. */
  final boolean[] reset;

  /** Required operations in the order of their completions. */
  final int[] byReturn;

  final int[] slot;
  final int slots;

  /** For an optional operation, the one before it of the same class, or -1. */
  final int[] twinBefore;

  /**
   * Prepares the operations.
   *
   * @param ids ascending ids of the partition's operations
   * @param optional says of an id that the operation, although its outcome is known, is to be
   *     treated as if it might never have taken effect
   */
  Problem(Model<S> model, History history, int[] ids, IntPredicate optional) {
    this.model = model;
    List<Operation> must = new ArrayList<>();
    List<Operation> may = new ArrayList<>();
    for (int id : ids) {
      Operation operation = history.operation(id);
      if (operation.outcome() == Outcome.NOT_DONE || !model.isRelevant(operation)) {
        continue;
      }
      if (!operation.isPending() && !optional.test(id)) {
        must.add(operation);
      } else if (!model.isReadOnly(operation)) {
        may.add(operation);
      }
    }
    required = must.size();
    must.addAll(may);
    operations = must.toArray(new Operation[0]);
    int size = operations.length;
    invokedAt = new int[size];
    returnedAt = new int[size];
    readOnly = new boolean[size];
    kind = new int[size];
    twinBefore = new int[size];
    Map<Object, Integer> kindsSeen = new HashMap<>();
    for (int i = 0; i < size; i++) {
      Operation operation = operations[i];
      invokedAt[i] = operation.invokedAt();
      returnedAt[i] = i < required ? operation.returnedAt() : Operation.NEVER;
      readOnly[i] = model.isReadOnly(operation);
      Integer known = kindsSeen.putIfAbsent(model.signature(operation), kindsSeen.size());
      kind[i] = known == null ? kindsSeen.size() - 1 : known;
    }
    kinds = kindsSeen.size();
    lookahead = lookahead(model);
    reset = new boolean[lookahead == null ? 0 : size];
    for (int i = 0; i < reset.length; i++) {
      reset[i] = lookahead != null && lookahead.isReset(operations[i]);
    }
    linkTwins(size);
    byReturn = orderByReturn();
    slot = new int[required];
    slots = assignSlots();
  }

  @SuppressWarnings("unchecked")
  private static <S> @Nullable Lookahead<S> lookahead(Model<S> model) {
    return model instanceof Lookahead<?> lookahead ? (Lookahead<S>) lookahead : null;
  }

  private void linkTwins(int size) {
    int[] lastOfKind = new int[kinds];
    Arrays.fill(lastOfKind, -1);
    for (int i = required; i < size; i++) {
      twinBefore[i] = lastOfKind[kind[i]];
      lastOfKind[kind[i]] = i;
    }
  }

  private int[] orderByReturn() {
    long[] keys = new long[required];
    for (int i = 0; i < required; i++) {
      keys[i] = ((long) returnedAt[i] << 32) | i;
    }
    Arrays.sort(keys);
    int[] order = new int[required];
    for (int i = 0; i < required; i++) {
      order[i] = (int) keys[i];
    }
    return order;
  }

  private int assignSlots() {
    int[] free = new int[required];
    int freeCount = 0;
    int used = 0;
    int nextReturn = 0;
    for (int i = 0; i < required; i++) {
      while (returnedAt[byReturn[nextReturn]] < invokedAt[i]) {
        free[freeCount++] = slot[byReturn[nextReturn++]];
      }
      slot[i] = freeCount > 0 ? free[--freeCount] : used++;
    }
    return used;
  }
}
