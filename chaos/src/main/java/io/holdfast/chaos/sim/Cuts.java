package io.holdfast.chaos.sim;

import java.util.Set;
import java.util.TreeSet;

/**
 * What is left out of the schedule that a seed draws: actions of the nemesis by their number, and
 * operations of clients by client and number. What is left draws as before.
 *
 * @param actions numbers of nemesis actions
 * @param operations {@code client * }{@value #OPERATIONS_MAX}{@code + operation}
 */
public record Cuts(Set<Integer> actions, Set<Integer> operations) {
  /** Operations of one client at most. */
  public static final int OPERATIONS_MAX = 100_000;

  /** Nothing is left out. */
  public static final Cuts NONE = new Cuts(Set.of(), Set.of());

  /** Copies the sets. */
  public Cuts {
    actions = Set.copyOf(actions);
    operations = Set.copyOf(operations);
  }

  static int operation(int client, int number) {
    return client * OPERATIONS_MAX + number;
  }

  Cuts withoutActions(Set<Integer> more) {
    Set<Integer> all = new TreeSet<>(actions);
    all.addAll(more);
    return new Cuts(all, operations);
  }

  Cuts withoutOperations(Set<Integer> more) {
    Set<Integer> all = new TreeSet<>(operations);
    all.addAll(more);
    return new Cuts(actions, all);
  }
}
