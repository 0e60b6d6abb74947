package io.holdfast.chaos.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Makes the schedule of a failing run smaller: ends it at the failure, then leaves out faults and
 * client operations as long as the same check still fails (delta debugging: halves, then quarters,
 * then one by one).
 */
public final class Minimizer {
  /**
   * What was found.
   *
   * @param options with which the seed still fails
   * @param outcome of the seed with these options, with its trace
   * @param runs how many runs it took
   */
  public record Minimal(SimOptions options, SimOutcome outcome, int runs) {}

  private final Function<SimOptions, SimOutcome> runner;
  private final int runsMax;
  private final String check;
  private SimOptions best;
  private SimOutcome bestOutcome;
  private int runs;

  private Minimizer(
      SimOutcome failed, int runsMax, Function<SimOptions, SimOutcome> runner, String check) {
    this.runner = runner;
    this.runsMax = runsMax;
    this.check = check;
    this.best = failed.options();
    this.bestOutcome = failed;
  }

  /**
   * Minimises a failure.
   *
   * @param failed the outcome of the failing run
   * @param runsMax how many runs may be tried, 1 or more
   */
  public static Minimal minimize(SimOutcome failed, int runsMax) {
    return minimize(failed, runsMax, options -> SimRun.run(failed.seed(), options));
  }

  static Minimal minimize(SimOutcome failed, int runsMax, Function<SimOptions, SimOutcome> runner) {
    Violation violation = failed.violation();
    if (violation == null) {
      throw new IllegalArgumentException("seed " + failed.seed() + " does not fail");
    }
    return new Minimizer(failed, runsMax, runner, violation.check()).minimize(violation);
  }

  private Minimal minimize(Violation violation) {
    long endMillis = violation.atNanos() / 1_000_000 + 1;
    Long faultMillis = best.faultMillis();
    if (endMillis >= 100 && (faultMillis == null || endMillis < faultMillis)) {
      tryOut(best.withFaultMillis(endMillis));
    }
    reduce(
        SimRun.actions(bestOutcome.seed(), best),
        some -> best.withKept(best.kept().withActions(some)));
    reduce(
        new TreeSet<>(bestOutcome.begun()),
        some -> best.withKept(best.kept().withOperations(some)));
    reduce(
        SimRun.actions(bestOutcome.seed(), best),
        some -> best.withKept(best.kept().withActions(some)));
    SimOptions traced = best.withTracing(true);
    return new Minimal(best, runner.apply(traced), runs + 1);
  }

  private boolean tryOut(SimOptions options) {
    runs++;
    SimOutcome outcome = runner.apply(options);
    Violation found = outcome.violation();
    if (found == null || !found.check().equals(check)) {
      return false;
    }
    best = options;
    bestOutcome = outcome;
    return true;
  }

  private void reduce(Set<Integer> all, Function<Set<Integer>, SimOptions> keeping) {
    List<Integer> kept = new ArrayList<>(new TreeSet<>(all));
    int parts = 2;
    if (!kept.isEmpty() && runs < runsMax && tryOut(keeping.apply(Set.of()))) {
      return;
    }
    while (kept.size() > 1 && runs < runsMax) {
      List<Integer> smaller = withoutOnePart(kept, parts, keeping);
      if (smaller.size() < kept.size()) {
        kept = smaller;
        parts = Math.max(2, parts - 1);
      } else if (parts >= kept.size()) {
        return;
      } else {
        parts = Math.min(kept.size(), 2 * parts);
      }
    }
  }

  /** The first part that can be left out is; the same list if none can. */
  private List<Integer> withoutOnePart(
      List<Integer> kept, int parts, Function<Set<Integer>, SimOptions> keeping) {
    int size = (kept.size() + parts - 1) / parts;
    // The end first: what came last has the least chance to matter.
    for (int from = (kept.size() - 1) / size * size; from >= 0 && runs < runsMax; from -= size) {
      List<Integer> rest = new ArrayList<>(kept.subList(0, from));
      rest.addAll(kept.subList(Math.min(kept.size(), from + size), kept.size()));
      if (tryOut(keeping.apply(new TreeSet<>(rest)))) {
        return rest;
      }
    }
    return kept;
  }
}
