package io.holdfast.checker.model;

import io.holdfast.checker.history.Operation;
import io.holdfast.checker.history.Outcome;
import io.holdfast.checker.verdict.Violation;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A set: {@code add v} and {@code remove v}, which may return whether they changed it; {@code
 * contains v} returning true or false; {@code read} returning all elements as a list.
 */
public final class SetModel implements Model<Set<Object>> {
  /** Makes the model. */
  public SetModel() {}

  @Override
  public String name() {
    return "set";
  }

  @Override
  public Set<Object> initial() {
    return Set.of();
  }

  @Override
  public Step<Set<Object>> step(Set<Object> state, Operation operation) {
    if (operation.function().equals("read")) {
      return operation.outcome() == Outcome.UNKNOWN ? Step.to(state) : read(state, operation);
    }
    Object element = Objects.requireNonNull(operation.input());
    boolean present = state.contains(element);
    boolean adds = operation.function().equals("add");
    boolean expected = operation.function().equals("contains") ? present : adds != present;
    if (operation.output() instanceof Boolean said && said != expected) {
      return Step.refused(
          adds || operation.function().equals("contains")
              ? Violation.STALE_READ
              : Violation.LOST_UPDATE,
          () ->
              "it returned "
                  + said
                  + " while the set "
                  + (present ? "contains " : "does not contain ")
                  + element);
    }
    if (operation.function().equals("contains") || adds == present) {
      return Step.to(state);
    }
    Set<Object> changed = new HashSet<>(state);
    if (adds) {
      changed.add(element);
    } else {
      changed.remove(element);
    }
    return Step.to(Set.copyOf(changed));
  }

  private static Step<Set<Object>> read(Set<Object> state, Operation operation) {
    Set<Object> said = new HashSet<>((List<?>) Objects.requireNonNull(operation.output()));
    if (said.equals(state)) {
      return Step.to(state);
    }
    for (Object element : state) {
      if (!said.contains(element)) {
        return Step.refused(
            Violation.LOST_UPDATE, () -> "it read no " + element + ", which the set contains");
      }
    }
    said.removeAll(state);
    return Step.refused(
        Violation.STALE_READ,
        () -> "it read " + said.iterator().next() + ", which the set does not contain");
  }

  @Override
  public boolean isReadOnly(Operation operation) {
    return operation.function().equals("read") || operation.function().equals("contains");
  }

  @Override
  public Object signature(Operation operation) {
    return Arrays.asList(operation.function(), operation.input(), operation.output());
  }

  @Override
  public @Nullable String problem(Operation operation) {
    return switch (operation.function()) {
      case "add", "remove", "contains" ->
          operation.input() == null ? Problems.badInput(operation, "the element") : null;
      case "read" ->
          operation.outcome() == Outcome.OK && !(operation.output() instanceof List)
              ? Problems.badOutput(operation, "a list of all elements")
              : null;
      default -> Problems.unknownFunction(this, operation, "add, remove, contains or read");
    };
  }

  @Override
  public String describeState(Set<Object> state) {
    return state.size() <= 10 ? "the set is " + state : "the set has " + state.size() + " elements";
  }

  @Override
  public long estimatedBytes(Set<Object> state) {
    return 64 + 16L * state.size();
  }
}
