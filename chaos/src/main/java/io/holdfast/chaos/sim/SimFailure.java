package io.holdfast.chaos.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A failure as it is reported, to people and to programs.
 *
 * @param seed which run failed
 * @param check which check failed
 * @param message what was seen
 * @param atMillis virtual time of it, in the minimised run
 * @param replay the command line that repeats the minimised run
 * @param schedule the minimised schedule: configuration, then faults
 * @param operations client operations that are left in the minimised run
 * @param trace the last things that happened, for people
 * @param minimal the minimised run
 */
public record SimFailure(
    long seed,
    String check,
    String message,
    long atMillis,
    String replay,
    List<String> schedule,
    int operations,
    List<String> trace,
    SimOutcome minimal) {
  private static final int RUNS_MAX = 300;

  /** Minimises a failure and describes it. */
  public static SimFailure of(SimOutcome failed, boolean minimise) {
    Minimizer.Minimal minimal = Minimizer.minimize(failed, minimise ? RUNS_MAX : 1);
    SimOutcome outcome = minimal.outcome();
    Violation violation = outcome.violation();
    if (violation == null) {
      throw new IllegalStateException(
          "seed " + failed.seed() + " fails and does not fail: a run is not deterministic");
    }
    return new SimFailure(
        failed.seed(),
        violation.check(),
        violation.message(),
        violation.atNanos() / 1_000_000,
        replay(failed.seed(), minimal.options()),
        outcome.schedule(),
        outcome.begun().size(),
        outcome.trace(),
        outcome);
  }

  /** The same failure of code that has this bug planted in it. */
  public SimFailure withBug(String name) {
    return new SimFailure(
        seed,
        check,
        message,
        atMillis,
        replay + " --bug " + name,
        schedule,
        operations,
        trace,
        minimal);
  }

  /** The command that repeats a run. */
  static String replay(long seed, SimOptions options) {
    List<String> words = new ArrayList<>(List.of("./holdfast simulate --trace --seeds " + seed));
    if (options.peers() != null) {
      words.add("--peers " + options.peers());
    }
    if (options.clients() != null) {
      words.add("--clients " + options.clients());
    }
    if (options.faults() != null) {
      String names =
          options.faults().stream().sorted().map(Fault::title).collect(Collectors.joining(","));
      words.add("--faults " + (names.isEmpty() ? "none" : names));
    }
    if (options.faultMillis() != null) {
      words.add("--fault-millis " + options.faultMillis());
    }
    if (options.kept().actions() != null) {
      words.add("--keep-faults " + Kept.text(options.kept().actions()));
    }
    if (options.kept().operations() != null) {
      words.add("--keep-operations " + Kept.text(options.kept().operations()));
    }
    return String.join(" ", words);
  }
}
