package io.holdfast.chaos.run;

import io.holdfast.chaos.report.RunRecord.Judged;
import io.holdfast.checker.verdict.Conclusion;
import java.util.Locale;
import java.util.Optional;

/** What single verdicts mean for the whole. */
final class Verdicts {
  private Verdicts() {}

  static Conclusion conclusion(Judged verdict) {
    return Conclusion.valueOf(verdict.conclusion().toUpperCase(Locale.ROOT));
  }

  /** Why the run is not valid because of this verdict; empty when it does not stand in the way. */
  static Optional<String> reason(Judged verdict) {
    if (conclusion(verdict) == Conclusion.VALID) {
      return Optional.empty();
    }
    String first = verdict.sentences().isEmpty() ? "" : ": " + verdict.sentences().get(0);
    String known =
        verdict.mustHold()
            ? ""
            : " This is expected: the workload leaves out the check of the token.";
    return Optional.of(
        verdict.workload()
            + " is "
            + verdict.conclusion()
            + " by "
            + verdict.rule()
            + first
            + known);
  }
}
