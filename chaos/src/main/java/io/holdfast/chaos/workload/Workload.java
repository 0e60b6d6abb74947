package io.holdfast.chaos.workload;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What some clients do to a cluster, and by which rules what they saw is judged. Without state:
 * each run has its own {@link Running}.
 */
public interface Workload {
  /** Name as in {@code --workload}. */
  String name();

  /** One sentence: what it does and what it would catch. */
  String description();

  /**
   * Whether the judgements must find the history valid under every fault. The others show that
   * something famous goes wrong without fencing, and must be found invalid by a run long enough.
   */
  default boolean mustHold() {
    return true;
  }

  /** Whether a machine that is slow enough makes it invalid. Such a one is run by name only. */
  default boolean dependsOnSpeed() {
    return false;
  }

  /** Whether its clients speak HTTP, which a simulation has not. */
  default boolean needsHttp() {
    return false;
  }

  /** How its part of a history is judged; each judgement sees the keys it names. */
  List<Judgement> judgements();

  /**
   * Least operations a second, of the asked rate, that must have succeeded for a run to count; a
   * fraction.
   */
  default double leastTraffic() {
    return 0.05;
  }

  /** Begins. Called inside a task, as are the methods of what it returns. */
  Running start(WorkloadContext context);

  /** A workload at work. */
  interface Running {
    /**
     * Begins no more of what it did; completes when what was under way has ended.
     *
     * <p>Called after the faults are healed.
     */
    CompletableFuture<Void> drain();

    /**
     * After the drain: reads everything once more and asks for what must be possible again by now.
     * What fails is in the history or in {@link Problems}.
     */
    CompletableFuture<Void> finish();
  }
}
