package io.holdfast.chaos.run;

import io.holdfast.chaos.report.RunFolder;
import io.holdfast.chaos.report.RunRecord.Judged;
import io.holdfast.chaos.workload.Judgement;
import io.holdfast.chaos.workload.Workload;
import io.holdfast.checker.CheckOptions;
import io.holdfast.checker.LinearizabilityChecker;
import io.holdfast.checker.history.History;
import io.holdfast.checker.history.HistoryException;
import io.holdfast.checker.input.Format;
import io.holdfast.checker.input.HistoryReader;
import io.holdfast.checker.input.InputException;
import io.holdfast.checker.model.Model;
import io.holdfast.checker.model.Models;
import io.holdfast.checker.report.HtmlReport;
import io.holdfast.checker.report.ReportContext;
import io.holdfast.checker.verdict.Conclusion;
import io.holdfast.checker.verdict.Evidence;
import io.holdfast.checker.verdict.PartitionVerdict;
import io.holdfast.checker.verdict.Verdict;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Judges the history of a run by the rules of its workloads. */
public final class Judge {
  /** For one judgement; a search takes longer on a machine that has other work. */
  private static final Duration TIME_LIMIT = Duration.ofMinutes(4);

  private static final int SENTENCES_MAX = 12;
  private static final String LATE_MARK = "\"process\":\"store\"";
  private static final int LATE_WRITES_MAX = 4;

  private final RunFolder folder;
  private final List<ReportContext.Fact> facts;

  /**
   * A judge of one run.
   *
   * @param facts what the pages say of the run: seed, versions
   */
  public Judge(RunFolder folder, List<ReportContext.Fact> facts) {
    this.folder = folder;
    this.facts = List.copyOf(facts);
  }

  /** What a workload's lock names begin with. */
  public static String prefix(Workload workload) {
    return workload.name() + "/";
  }

  /** Judges what one workload did, and leaves the judged histories and pages in the folder. */
  public List<Judged> judge(Workload workload) throws IOException {
    Files.createDirectories(folder.judged());
    List<Judged> verdicts = new ArrayList<>();
    int number = 0;
    for (Judgement judgement : workload.judgements()) {
      String name = workload.name() + (number++ == 0 ? "" : "-" + number);
      Path part = folder.judged().resolve(name + ".jsonl");
      extract(prefix(workload) + judgement.keys(), part);
      verdicts.add(judge(workload, judgement, part, name));
    }
    return verdicts;
  }

  private Judged judge(Workload workload, Judgement judgement, Path part, String name)
      throws IOException {
    String rule =
        judgement instanceof Judgement.ByModel byModel
            ? byModel.model()
            : ((Judgement.ByCheck) judgement).name();
    boolean mustHold = workload.mustHold() || !judgement.equals(workload.judgements().get(0));
    String file = "judged/" + part.getFileName();
    try {
      History history = HistoryReader.read(part, Optional.of(Format.JSON_LINES)).history();
      if (judgement instanceof Judgement.ByCheck byCheck) {
        List<String> wrong = byCheck.check().violations(history);
        return new Judged(
            workload.name(),
            rule,
            mustHold,
            (wrong.isEmpty() ? Conclusion.VALID : Conclusion.INVALID).word(),
            history.size(),
            file,
            null,
            wrong.subList(0, Math.min(SENTENCES_MAX, wrong.size())));
      }
      Model<?> model = Models.named(rule);
      Verdict verdict =
          new LinearizabilityChecker(CheckOptions.defaults().withTimeLimit(TIME_LIMIT))
              .check(model, history);
      String page = "judged/" + name + ".html";
      String command = "./holdfast check --model " + rule + " " + file;
      HtmlReport.write(
          folder.path().resolve(page),
          history,
          verdict,
          model,
          new ReportContext(name, command, facts));
      return new Judged(
          workload.name(),
          rule,
          mustHold,
          verdict.conclusion().word(),
          history.size(),
          file,
          page,
          mustHold ? sentences(verdict) : confessed(history, verdict));
    } catch (InputException | HistoryException e) {
      String why = "the history cannot be judged: " + e.getMessage();
      return new Judged(
          workload.name(), rule, mustHold, Conclusion.UNKNOWN.word(), 0, file, null, List.of(why));
    }
  }

  /** What the store itself noted of writes that came too late goes first. */
  private static List<String> confessed(History history, Verdict verdict) {
    List<String> sentences = new ArrayList<>();
    List<String> found = sentences(verdict);
    found.stream().findFirst().ifPresent(sentences::add);
    history.marks().stream()
        .filter(mark -> mark.process().equals("store"))
        .limit(LATE_WRITES_MAX)
        .map(mark -> "At " + mark.timeNanos() / 1_000_000 + " ms " + mark.detail() + ".")
        .forEach(sentences::add);
    found.stream().skip(1).forEach(sentences::add);
    return sentences;
  }

  private static List<String> sentences(Verdict verdict) {
    List<String> sentences = new ArrayList<>();
    for (PartitionVerdict partition : verdict.partitions()) {
      if (partition.evidence() instanceof Evidence.Counterexample why) {
        sentences.add(partition.key() + ": " + why.violation().title() + ". " + why.summary());
        sentences.addAll(why.sentences());
      } else if (partition.evidence() instanceof Evidence.Undecided undecided
          && undecided.cause() != Evidence.Cause.STOPPED) {
        sentences.add(partition.key() + ": " + undecided.explanation());
      }
    }
    return sentences.subList(0, Math.min(SENTENCES_MAX, sentences.size()));
  }

  /** Copies the lines of some keys, and all marks, which have no key. */
  private void extract(String prefix, Path target) throws IOException {
    String wanted = "\"key\":\"" + prefix;
    String prefixOfMark = "\"f\":\"" + prefix.substring(0, prefix.indexOf('/') + 1);
    try (BufferedReader in = Files.newBufferedReader(folder.history(), StandardCharsets.UTF_8);
        BufferedWriter out = Files.newBufferedWriter(target, StandardCharsets.UTF_8)) {
      String line = in.readLine();
      while (line != null) {
        boolean isMark = !line.contains("\"key\":");
        boolean isForeignMark = isMark && line.contains(LATE_MARK) && !line.contains(prefixOfMark);
        if (line.contains(wanted) || (isMark && !isForeignMark)) {
          out.write(line);
          out.write('\n');
        }
        line = in.readLine();
      }
    }
  }
}
