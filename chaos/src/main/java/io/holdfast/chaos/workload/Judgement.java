package io.holdfast.chaos.workload;

import io.holdfast.checker.history.History;
import java.util.List;

/** A rule by which a part of a history is judged. */
public sealed interface Judgement {
  /** Beginning of the keys it is about, behind the workload's prefix; empty for all. */
  String keys();

  /**
   * Linearizable by a model of the checker.
   *
   * @param keys as {@link #keys}
   * @param model name as in {@code holdfast check --model}
   */
  record ByModel(String keys, String model) implements Judgement {}

  /**
   * A check of the workload's own.
   *
   * @param keys as {@link #keys}
   * @param name what reports call it
   */
  record ByCheck(String keys, String name, OwnCheck check) implements Judgement {}

  /** Looks at a history; must be pure. */
  @FunctionalInterface
  interface OwnCheck {
    /** What is wrong, one sentence each, the gravest first; empty when nothing is. */
    List<String> violations(History history);
  }
}
