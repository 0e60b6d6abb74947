package io.holdfast.checker.verdict;

import java.time.Duration;
import java.util.List;

/**
 * The verdict over a history.
 *
 * @param conclusion invalid when one partition is, else unknown when one is, else valid
 * @param model name of the model the history was judged by
 * @param partitions one verdict for each object, in the order of first appearance
 * @param elapsed time the check took
 */
public record Verdict(
    Conclusion conclusion, String model, List<PartitionVerdict> partitions, Duration elapsed) {
  /** Keeps its own copy of the list. */
  public Verdict {
    partitions = List.copyOf(partitions);
  }
}
