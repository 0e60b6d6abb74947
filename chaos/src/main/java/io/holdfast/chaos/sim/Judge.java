package io.holdfast.chaos.sim;

import io.holdfast.checker.CheckOptions;
import io.holdfast.checker.LinearizabilityChecker;
import io.holdfast.checker.history.History;
import io.holdfast.checker.history.HistoryException;
import io.holdfast.checker.model.Model;
import io.holdfast.checker.model.Models;
import io.holdfast.checker.verdict.Conclusion;
import io.holdfast.checker.verdict.Evidence;
import io.holdfast.checker.verdict.PartitionVerdict;
import io.holdfast.checker.verdict.Verdict;
import java.time.Duration;
import java.util.Map;

/** Has the checker judge what the clients saw. */
final class Judge {
  private static final Duration TIME_LIMIT = Duration.ofSeconds(20);
  private static final long MEMORY_BYTES = 256L << 20;

  private static final String SEPARATOR = "-as-";

  private final SimWorld world;

  Judge(SimWorld world) {
    this.world = world;
  }

  /** How the history of a lock is called that is judged by a model. */
  static String name(String lock, String model) {
    return lock + SEPARATOR + model;
  }

  /** The model by which the history of this name is judged. */
  static String model(String name) {
    return name.substring(name.indexOf(SEPARATOR) + SEPARATOR.length());
  }

  /**
   * Judges each history.
   *
   * @return whether all were decided
   */
  boolean judge(Map<String, History> histories) {
    boolean decided = true;
    for (Map.Entry<String, History> of : histories.entrySet()) {
      decided &= judge(Models.named(model(of.getKey())), of.getValue());
    }
    return decided;
  }

  private boolean judge(Model<?> model, History history) {
    CheckOptions options =
        new CheckOptions(TIME_LIMIT, MEMORY_BYTES, 1, true, true, CheckOptions.Progress.NONE);
    try {
      Verdict verdict = new LinearizabilityChecker(options).check(model, history);
      for (PartitionVerdict partition : verdict.partitions()) {
        if (partition.conclusion() == Conclusion.INVALID) {
          world.violate(
              "linearizability",
              "the history of %s is not valid by model %s: %s"
                  .formatted(partition.key(), verdict.model(), summary(partition.evidence())));
        }
      }
      return verdict.conclusion() != Conclusion.UNKNOWN;
    } catch (HistoryException odd) {
      world.violate("linearizability", "the history is no history: " + odd.getMessage());
      return true;
    }
  }

  private static String summary(Evidence evidence) {
    if (evidence instanceof Evidence.Counterexample counterexample) {
      return counterexample.violation().title()
          + ": "
          + counterexample.summary()
          + " "
          + String.join("; ", counterexample.sentences());
    }
    return evidence.toString();
  }
}
