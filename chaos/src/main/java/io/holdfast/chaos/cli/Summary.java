package io.holdfast.chaos.cli;

import io.holdfast.chaos.report.RunRecord;
import java.nio.file.Path;
import java.util.Locale;

/** What a run came to, in a few lines. */
final class Summary {
  private Summary() {}

  static String of(RunRecord record, Path folder) {
    StringBuilder text = new StringBuilder();
    RunRecord.Outcome outcome = record.outcome();
    for (RunRecord.Judged judged : record.judged()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-8s %-22s %-18s %d operations%n",
              judged.conclusion(),
              judged.workload(),
              judged.rule(),
              judged.operations()));
    }
    text.append(
        String.format(
            Locale.ROOT,
            "%d operations: %d ok, %d refused, %d unknown; %d faults; longest time without a grant"
                + " %.1f s; slowest recovery after a heal %.1f s%n",
            outcome.operations(),
            outcome.ok(),
            outcome.fail(),
            outcome.unknown(),
            record.faults().size(),
            outcome.longestGapMillis() / 1000.0,
            outcome.worstRecoveryMillis() / 1000.0));
    for (String reason : record.reasons()) {
      text.append("  ").append(reason).append(System.lineSeparator());
    }
    text.append(record.conclusion()).append("  ").append(folder.resolve("report.html"));
    return text.toString();
  }
}
