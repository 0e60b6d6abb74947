package io.holdfast.chaos.report;

import io.holdfast.chaos.cluster.ClusterUnderTest.Fact;
import io.holdfast.chaos.report.IndexPage.Entry;
import io.holdfast.chaos.report.RunRecord.Fault;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The page of the documentation that tells what some runs came to. */
public final class ResultsPage {
  private static final String HEAD =
      """
      # Results of the attacks

      Written by a command and not edited:

      ```
      ./holdfast chaos list --out DIR --markdown >docs/chaos-results.md
      ```

      [chaos.md](chaos.md) says what the columns mean and how such runs are made,
      [docker.md](docker.md) what the faults are. A run is valid when every workload was judged valid, no term
      had two leaders, every fault was seen to work, all peers served after the healing, every lock could be
      had, and the states of all peers were equal byte for byte.
      """;

  private static final String RUNS =
      """
      | Started (UTC) | Peers | Workloads | Faults | Operations | ok | refused | unknown | longest without a grant | heal to grant | Verdict | Seed |
      |---|---|---|---|---:|---:|---:|---:|---:|---:|---|---:|
      """;

  private static final String FAULTS =
      """
      | Fault | Made | Longest without a grant while it lasted | Longest from its heal to a grant |
      |---|---:|---:|---:|
      """;

  /** Names of facts that differ from build to build and say nothing of the machine. */
  private static final Set<String> UNTOLD = Set.of("Image", "Planted fault");

  private ResultsPage() {}

  /** The page over these runs, oldest first. */
  public static String of(List<Entry> entries) {
    List<RunRecord> records = entries.stream().map(Entry::record).toList();
    StringBuilder text = new StringBuilder(HEAD);
    text.append("\n").append(sum(records)).append("\n\n").append(RUNS);
    records.forEach(record -> text.append(row(record)));
    text.append("\n## By fault\n\n").append(FAULTS);
    byFault(records).forEach((name, made) -> text.append(row(name, made)));
    text.append(unsupported(records)).append(notValid(records));
    text.append("\n## Where they were made\n\n");
    facts(records).forEach((name, values) -> text.append(line(name, String.join(" / ", values))));
    return text.toString();
  }

  private static String sum(List<RunRecord> records) {
    Map<String, List<RunRecord>> byVerdict = new TreeMap<>();
    for (RunRecord record : records) {
      byVerdict.computeIfAbsent(IndexPage.shown(record), word -> new ArrayList<>()).add(record);
    }
    List<String> words = new ArrayList<>();
    byVerdict.forEach(
        (word, some) ->
            words.add(String.format(Locale.ROOT, "%d %s (%s)", some.size(), word, minutes(some))));
    return String.format(
        Locale.ROOT,
        "In all: %d runs, %s, %d faults, %d operations: %s.",
        records.size(),
        minutes(records),
        records.stream().mapToInt(it -> it.faults().size()).sum(),
        records.stream().mapToLong(it -> it.outcome().operations()).sum(),
        words.isEmpty() ? "none" : String.join(", ", words));
  }

  private static String minutes(List<RunRecord> records) {
    long millis = records.stream().mapToLong(it -> it.outcome().endMillis()).sum();
    return String.format(Locale.ROOT, "%.1f minutes", millis / 60_000.0);
  }

  private static String row(RunRecord record) {
    RunRecord.Settings settings = record.settings();
    RunRecord.Outcome outcome = record.outcome();
    return String.format(
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
        settings.seed());
  }

  private static String workloads(RunRecord.Settings settings) {
    int count = settings.workloads().size();
    return count > 4 ? count + " at once" : String.join(", ", settings.workloads());
  }

  private static Map<String, List<Fault>> byFault(List<RunRecord> records) {
    Map<String, List<Fault>> byName = new TreeMap<>();
    records.stream()
        .flatMap(record -> record.faults().stream())
        .forEach(it -> byName.computeIfAbsent(it.nemesis(), name -> new ArrayList<>()).add(it));
    return byName;
  }

  private static String row(String name, List<Fault> made) {
    return String.format(
        Locale.ROOT,
        "| %s | %d | %s | %s |%n",
        name,
        made.size(),
        Html.seconds(made.stream().mapToLong(Fault::gapMillis).max().orElse(-1)),
        Html.seconds(made.stream().mapToLong(Fault::recoveryMillis).max().orElse(-1)));
  }

  private static String unsupported(List<RunRecord> records) {
    Map<String, String> why = new TreeMap<>();
    records.stream()
        .flatMap(record -> record.settings().unsupported().stream())
        .forEach(it -> why.put(it.name(), it.value()));
    StringBuilder text = new StringBuilder(why.isEmpty() ? "" : "\nNot supported there:\n\n");
    why.forEach((name, reason) -> text.append(line(name, reason)));
    return text.toString();
  }

  /** Whatever stands in the way of a verdict is told, also where it was to be found. */
  private static String notValid(List<RunRecord> records) {
    StringBuilder text = new StringBuilder();
    for (RunRecord record : records) {
      if (!record.reasons().isEmpty()) {
        text.append(text.isEmpty() ? "\n## Runs that are not valid, and why\n\n" : "");
        text.append(
            line(
                "seed " + record.settings().seed() + ", " + IndexPage.shown(record),
                String.join(". ", record.reasons())));
      }
    }
    return text.toString();
  }

  private static Map<String, Set<String>> facts(List<RunRecord> records) {
    Map<String, Set<String>> facts = new LinkedHashMap<>();
    for (RunRecord record : records) {
      for (Fact fact : record.settings().facts()) {
        if (!UNTOLD.contains(fact.name())) {
          facts.computeIfAbsent(fact.name(), name -> new LinkedHashSet<>()).add(fact.value());
        }
      }
    }
    return facts;
  }

  private static String line(String name, String text) {
    return "- **" + name + "**: " + text + "\n";
  }
}
