package io.holdfast.chaos.workload;

import java.util.ArrayList;
import java.util.List;

/** What a workload saw that must not be and is no operation of the history. For any thread. */
public final class Problems {
  private static final int KEPT_MAX = 100;

  private final List<Problem> kept = new ArrayList<>();

  /** None yet. */
  public Problems() {}

  /**
   * One problem.
   *
   * @param workload who saw it
   * @param sentence what is wrong, for people
   */
  public record Problem(String workload, long timeNanos, String sentence) {}

  /** Adds one; the first hundred are kept. */
  public synchronized void add(Problem problem) {
    if (kept.size() < KEPT_MAX) {
      kept.add(problem);
    }
  }

  public synchronized List<Problem> all() {
    return List.copyOf(kept);
  }
}
