package io.holdfast.chaos.report;

import io.holdfast.chaos.cluster.ClusterUnderTest.Fact;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code run.json} holds: everything about a run but its history.
 *
 * @param startedAt ISO 8601, UTC
 * @param command repeats the run
 * @param conclusion valid, invalid or unknown
 * @param reasons why it is not valid, or what the run lacks; sentences
 * @param problems what was seen to be wrong during the run, apart from what the history tells;
 *     sentences
 */
public record RunRecord(
    String id,
    String startedAt,
    String command,
    String conclusion,
    List<String> reasons,
    List<String> problems,
    Settings settings,
    Outcome outcome,
    List<Fault> faults,
    List<Judged> judged) {

  /** The same with another conclusion. */
  public RunRecord concluded(String word, List<String> why, List<Judged> verdicts) {
    return new RunRecord(
        id, startedAt, command, word, why, problems, settings, outcome, faults, verdicts);
  }

  /**
   * What was asked for.
   *
   * @param on processes, containers or simulation
   * @param faults names of those that can be made here
   * @param unsupported those that were asked for and cannot be made here, with the reason
   * @param rate operations a second, of each workload
   */
  public record Settings(
      String on,
      int peers,
      List<String> workloads,
      List<String> faults,
      List<Fact> unsupported,
      long seed,
      long timeLimitMillis,
      double rate,
      int clients,
      long sessionTtlMillis,
      List<Fact> facts) {}

  /**
   * What came of it.
   *
   * @param longestGapMillis longest time without a grant, from the end of the warm-up to the drain
   * @param worstRecoveryMillis longest time from a heal to the next grant
   * @param digest what became of the comparison of the peers' states
   */
  public record Outcome(
      long warmUpMillis,
      long healMillis,
      long endMillis,
      long operations,
      long ok,
      long fail,
      long unknown,
      long grants,
      long longestGapMillis,
      long worstRecoveryMillis,
      List<LeaderChange> leaderChanges,
      String digest) {}

  /** Another peer leads. */
  public record LeaderChange(long atMillis, int peer, long term) {}

  /**
   * A fault that was made.
   *
   * @param seed of what it drew
   * @param description whom it hit
   * @param verified how it was seen to work, or null
   * @param error why it was not made, verified or healed, or null
   * @param gapMillis longest time without a grant that began while it lasted; -1 if none did
   * @param recoveryMillis from the heal to the next grant; -1 if there was none
   */
  public record Fault(
      String nemesis,
      long seed,
      long startMillis,
      long stopMillis,
      String description,
      @Nullable String verified,
      @Nullable String error,
      long gapMillis,
      long recoveryMillis) {}

  /**
   * One verdict.
   *
   * @param rule model or check
   * @param mustHold whether anything but valid is a defect of the cluster
   * @param history the judged part of the history, a file of the folder
   * @param page explains the verdict, a file of the folder, or null
   * @param sentences why it is not valid
   */
  public record Judged(
      String workload,
      String rule,
      boolean mustHold,
      String conclusion,
      int operations,
      String history,
      @Nullable String page,
      List<String> sentences) {}
}
