package io.holdfast.chaos.report;

import io.holdfast.chaos.report.IndexPage.Entry;
import java.util.List;
import java.util.Locale;

/** The table of runs for documents. */
public final class MarkdownTable {
  private MarkdownTable() {}

  /** One line for each run, oldest first, and one for all. */
  public static String of(List<Entry> entries) {
    StringBuilder text = new StringBuilder();
    text.append(
        "| Started (UTC) | Peers | Workloads | Faults | Operations | ok | refused | unknown"
            + " | longest without a grant | heal to grant | Verdict | Seed |\n");
    text.append("|---|---|---|---|---:|---:|---:|---:|---:|---:|---|---:|\n");
    long operations = 0;
    long millis = 0;
    int faults = 0;
    for (Entry entry : entries) {
      RunRecord record = entry.record();
      RunRecord.Settings settings = record.settings();
      RunRecord.Outcome outcome = record.outcome();
      operations += outcome.operations();
      millis += outcome.endMillis();
      faults += record.faults().size();
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %d %s | %s | %d: %s | %d | %d | %d | %d | %s | %s | %s | %d |%n",
              record.startedAt().replace("T", " ").replace("Z", ""),
              settings.peers(),
              settings.on(),
              workloads(settings),
              record.faults().size(),
              settings.faults().isEmpty() ? "none" : String.join(", ", settings.faults()),
              outcome.operations(),
              outcome.ok(),
              outcome.fail(),
              outcome.unknown(),
              Html.seconds(outcome.longestGapMillis()),
              Html.seconds(outcome.worstRecoveryMillis()),
              IndexPage.shown(record),
              settings.seed()));
    }
    text.append(
        String.format(
            Locale.ROOT,
            "%nIn all: %d runs, %.1f minutes, %d faults, %d operations.%n",
            entries.size(),
            millis / 60_000.0,
            faults,
            operations));
    return text.toString();
  }

  private static String workloads(RunRecord.Settings settings) {
    int count = settings.workloads().size();
    return count > 4 ? count + " at once" : String.join(", ", settings.workloads());
  }
}
