package io.holdfast.chaos.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of the schedule that a seed draws. What is left out takes nothing with it: the rest
 * draws as before.
 *
 * @param actions numbers of the nemesis actions; null for all
 * @param operations operations of clients by {@link #operation}; null for all
 */
public record Kept(@Nullable Set<Integer> actions, @Nullable Set<Integer> operations) {
  /** Operations of one sequence of a client at most. */
  static final int OPERATIONS_MAX = 100_000;

  /** Everything. */
  public static final Kept ALL = new Kept(null, null);

  /** Copies the sets. */
  public Kept {
    actions = actions == null ? null : Set.copyOf(actions);
    operations = operations == null ? null : Set.copyOf(operations);
  }

  static int operation(int fiber, int number) {
    return fiber * OPERATIONS_MAX + number;
  }

  boolean keepsAction(int number) {
    return actions == null || actions.contains(number);
  }

  boolean keepsOperation(int operation) {
    return operations == null || operations.contains(operation);
  }

  Kept withActions(Set<Integer> some) {
    return new Kept(some, operations);
  }

  Kept withOperations(Set<Integer> some) {
    return new Kept(actions, some);
  }

  /** Numbers as text: single ones and ranges, such as {@code 3,7-9}; {@code none} for none. */
  public static String text(Set<Integer> numbers) {
    if (numbers.isEmpty()) {
      return "none";
    }
    List<String> parts = new ArrayList<>();
    Integer from = null;
    int last = 0;
    for (int number : new TreeSet<>(numbers)) {
      if (from != null && number == last + 1) {
        last = number;
        continue;
      }
      if (from != null) {
        parts.add(from == last ? "" + last : from + "-" + last);
      }
      from = number;
      last = number;
    }
    parts.add(from != null && from == last ? "" + last : from + "-" + last);
    return String.join(",", parts);
  }

  /**
   * The numbers of a text as {@link #text} writes it.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Set<Integer> parse(String text) {
    Set<Integer> numbers = new TreeSet<>();
    if (text.equals("none")) {
      return numbers;
    }
    for (String part : text.split(",", -1)) {
      if (!part.matches("\\d{1,9}(-\\d{1,9})?")) {
        throw new IllegalArgumentException(
            "'" + part + "' is no number or range; expected for example 3,7-9");
      }
      String[] ends = part.split("-", -1);
      int to = Integer.parseInt(ends[ends.length - 1]);
      for (int number = Integer.parseInt(ends[0]); number <= to; number++) {
        numbers.add(number);
      }
    }
    return numbers;
  }
}
