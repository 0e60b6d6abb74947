package io.holdfast.chaos.run;

import io.holdfast.chaos.cluster.ClusterUnderTest.Fact;
import io.holdfast.chaos.report.Figures;
import io.holdfast.chaos.report.RunFolder;
import io.holdfast.chaos.report.RunPage;
import io.holdfast.chaos.report.RunRecord;
import io.holdfast.chaos.report.RunRecord.Fault;
import io.holdfast.chaos.report.RunRecord.Judged;
import io.holdfast.chaos.report.RunRecord.Outcome;
import io.holdfast.chaos.workload.Problems.Problem;
import io.holdfast.chaos.workload.Workload;
import io.holdfast.chaos.workload.Workloads;
import io.holdfast.checker.history.History;
import io.holdfast.checker.input.Format;
import io.holdfast.checker.input.HistoryReader;
import io.holdfast.checker.report.ReportContext;
import io.holdfast.checker.verdict.Conclusion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns the course of a run into its record. */
final class Assessment {
  private final RunSettings settings;
  private final RunFolder folder;
  private final List<Problem> problems;

  Assessment(RunSettings settings, RunFolder folder, List<Problem> problems) {
    this.settings = settings;
    this.folder = folder;
    this.problems = problems;
  }

  RunRecord assess(String startedAt, Conductor.Course course) throws IOException {
    History history =
        HistoryReader.read(folder.history(), Optional.of(Format.JSON_LINES)).history();
    Figures figures = new Figures(history);
    List<Fault> faults = faults(course, figures);
    RunRecord draft =
        new RunRecord(
            settings.folder().getFileName().toString(),
            startedAt,
            settings.command(),
            Conclusion.UNKNOWN.word(),
            List.of(),
            problems.stream().map(it -> it.workload() + ": " + it.sentence()).toList(),
            recorded(course),
            outcome(course, figures, faults),
            faults,
            List.of());
    return conclude(folder, draft, history);
  }

  /**
   * Judges a stored run again, with the rules of today.
   *
   * @throws IOException when the folder holds no run, or one of workloads that are no more
   */
  static RunRecord again(RunFolder folder) throws IOException {
    History history =
        HistoryReader.read(folder.history(), Optional.of(Format.JSON_LINES)).history();
    return conclude(folder, folder.read(), history);
  }

  private static RunRecord conclude(RunFolder folder, RunRecord draft, History history)
      throws IOException {
    // A violation comes first: what else went wrong may be its consequence.
    List<String> reasons = new ArrayList<>();
    Conclusion conclusion = draft.problems().isEmpty() ? Conclusion.VALID : Conclusion.INVALID;
    List<Judged> judged = new ArrayList<>();
    Judge judge = new Judge(folder, facts(draft));
    for (String name : draft.settings().workloads()) {
      Workload workload =
          Workloads.named(name)
              .orElseThrow(() -> new IOException("there is no workload " + name + " any more"));
      for (Judged verdict : judge.judge(workload)) {
        judged.add(verdict);
        conclusion = conclusion.and(Verdicts.conclusion(verdict));
        Verdicts.reason(verdict).ifPresent(reasons::add);
      }
      Optional<String> tooLittle = tooLittle(folder, workload, draft);
      if (tooLittle.isPresent()) {
        conclusion = conclusion.and(Conclusion.UNKNOWN);
        reasons.add(tooLittle.get());
      }
    }
    Optional<Judged> reigns = Reigns.judge(folder);
    if (reigns.isPresent()) {
      judged.add(reigns.get());
      conclusion = conclusion.and(Verdicts.conclusion(reigns.get()));
      Verdicts.reason(reigns.get()).ifPresent(reasons::add);
    }
    reasons.addAll(draft.problems());
    for (Fault fault : draft.faults()) {
      if (fault.error() != null) {
        conclusion = conclusion.and(Conclusion.UNKNOWN);
        reasons.add("the fault " + fault.nemesis() + " failed: " + fault.error());
      }
    }
    RunRecord record = draft.concluded(conclusion.word(), reasons, judged);
    RunFolder.writeJson(folder.record(), record);
    RunPage.write(folder, record, history);
    return record;
  }

  private static List<ReportContext.Fact> facts(RunRecord record) {
    List<ReportContext.Fact> facts = new ArrayList<>();
    facts.add(new ReportContext.Fact("seed", Long.toString(record.settings().seed())));
    facts.add(new ReportContext.Fact("repeat the run", record.command()));
    for (Fact fact : record.settings().facts()) {
      facts.add(new ReportContext.Fact(fact.name(), fact.value()));
    }
    return facts;
  }

  private RunRecord.Settings recorded(Conductor.Course course) {
    List<String> unsupported = course.unsupported().stream().map(Fact::name).toList();
    return new RunRecord.Settings(
        settings.testbed().name(),
        settings.peers(),
        settings.workloads().stream().map(Workload::name).toList(),
        settings.faults().stream().filter(name -> !unsupported.contains(name)).toList(),
        course.unsupported(),
        settings.seed(),
        settings.timeLimit().toMillis(),
        settings.load().rate(),
        settings.load().clients(),
        settings.load().sessionTtl().toMillis(),
        course.facts());
  }

  private static List<Fault> faults(Conductor.Course course, Figures figures) {
    List<Fault> faults = new ArrayList<>();
    for (FaultDriver.Made made : course.faults()) {
      faults.add(
          new Fault(
              made.planned().nemesis(),
              made.planned().seed(),
              made.startMillis(),
              made.stopMillis(),
              made.description(),
              made.verified(),
              made.error(),
              figures.longestGap(made.startMillis(), made.stopMillis()).millis(),
              figures.untilGrantMillis(made.stopMillis())));
    }
    return faults;
  }

  private static Outcome outcome(Conductor.Course course, Figures figures, List<Fault> faults) {
    return new Outcome(
        course.warmUpMillis(),
        course.healMillis(),
        course.endMillis(),
        figures.operations(),
        figures.count(io.holdfast.checker.history.Outcome.OK),
        figures.count(io.holdfast.checker.history.Outcome.FAIL)
            + figures.count(io.holdfast.checker.history.Outcome.NOT_DONE),
        figures.count(io.holdfast.checker.history.Outcome.UNKNOWN),
        figures.grants(),
        figures.longestGap(course.warmUpMillis(), course.healMillis()).millis(),
        faults.stream().mapToLong(Fault::recoveryMillis).max().orElse(0),
        course.leaderChanges(),
        course.digest());
  }

  /** A run in which next to nothing happened proves next to nothing. */
  private static Optional<String> tooLittle(RunFolder folder, Workload workload, RunRecord record)
      throws IOException {
    Path first = folder.judged().resolve(workload.name() + ".jsonl");
    int ok = 0;
    if (Files.size(first) > 0) {
      History part = HistoryReader.read(first, Optional.of(Format.JSON_LINES)).history();
      ok = new Figures(part).count(io.holdfast.checker.history.Outcome.OK);
    }
    double seconds = Math.max(1, record.outcome().healMillis() / 1000.0);
    double least = workload.leastTraffic() * record.settings().rate() * seconds;
    return ok >= least
        ? Optional.empty()
        : Optional.of(
            workload.name()
                + ": too little happened for the run to count: "
                + ok
                + " operations succeeded; at least "
                + Math.round(least)
                + " were expected");
  }
}
