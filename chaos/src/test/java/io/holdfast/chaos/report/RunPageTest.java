package io.holdfast.chaos.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chaos.cluster.ClusterUnderTest.Fact;
import io.holdfast.chaos.history.Recorder;
import io.holdfast.chaos.history.Value;
import io.holdfast.chaos.report.RunRecord.Fault;
import io.holdfast.chaos.report.RunRecord.Judged;
import io.holdfast.checker.history.History;
import io.holdfast.checker.input.Format;
import io.holdfast.checker.input.HistoryReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunPageTest {
  @TempDir Path root;
  private RunFolder folder;

  @BeforeEach
  void makeFolder() throws Exception {
    folder = new RunFolder(Files.createDirectories(root.resolve("run-1")));
    Files.createDirectories(folder.peers().resolve("peer-1"));
    Files.writeString(
        folder.peers().resolve("peer-1/peer.log"), "t WARN  <b>odd</b> line\nt INFO  other\n");
    Files.writeString(
        folder.samples(),
        "{\"atMillis\":10,\"peer\":1,\"condition\":\"RUNNING\",\"role\":\"leader\",\"term\":3}\n"
            + "{\"atMillis\":900,\"peer\":1,\"condition\":\"DOWN\"}\n");
  }

  @Test
  void pageShowsVerdictFaultsAnomaliesLogsAndTheCommandAndLoadsNothing() throws Exception {
    RunPage.write(folder, record("invalid", false), history());

    String page = Files.readString(folder.report());
    assertThat(page)
        .contains("class=\"badge invalid\"")
        .contains("killed peer 1 (the leader)")
        .contains("its process is gone")
        .contains("./holdfast chaos run --seed 42")
        .contains("lost update of &lt;9&gt;")
        .contains("&lt;b&gt;odd&lt;/b&gt;")
        .contains("lane-leader")
        .contains("lane-down")
        .contains("bar-ok")
        .contains("clock")
        .contains("no faketime here");
    assertThat(page).doesNotContain("http://").doesNotContain("https://").doesNotContain("<b>odd");
  }

  @Test
  void recordSurvivesBeingWrittenAndRead() throws Exception {
    RunRecord record = record("valid", true);
    RunFolder.writeJson(folder.record(), record);

    assertThat(folder.read()).isEqualTo(record);
  }

  @Test
  void indexCountsARunThatWasToBeCaughtAndWasAsWhatWasHopedFor() throws Exception {
    RunFolder.writeJson(folder.record(), record("invalid", false));
    List<IndexPage.Entry> entries = IndexPage.entries(root);

    assertThat(IndexPage.page(entries, ""))
        .contains("invalid as expected")
        .contains("run-1/report");
    assertThat(ResultsPage.of(entries))
        .contains("| invalid as expected | 42 |")
        .contains("In all: 1 runs, 0.0 minutes, 1 faults, 3 operations: 1 invalid as expected")
        .contains("| kill | 1 | 5 ms | 6 ms |")
        .contains("- **clock**: no faketime here")
        .contains("- **seed 42, invalid as expected**: w is invalid by set: lost update");
  }

  @Test
  void realViolationIsNeverCalledExpected() throws Exception {
    RunFolder.writeJson(folder.record(), record("invalid", true));

    assertThat(IndexPage.page(IndexPage.entries(root), "")).doesNotContain("as expected");
  }

  @Test
  void figuresFindTheLongestTimeWithoutAGrantAndTheNextOneAfterAHeal() throws Exception {
    Figures figures = new Figures(history());

    assertThat(figures.grants()).isEqualTo(2);
    assertThat(figures.longestGap(0, 2_000)).isEqualTo(new Figures.Gap(600, 1_600));
    assertThat(figures.untilGrantMillis(700)).isEqualTo(900);
    assertThat(figures.untilGrantMillis(1_700)).isEqualTo(-1);
  }

  /** Grants at 600 and 1,600 ms. */
  private History history() throws Exception {
    StringWriter text = new StringWriter();
    AtomicLong millis = new AtomicLong();
    Recorder recorder = new Recorder(text, () -> millis.get() * 1_000_000);
    millis.set(500);
    var first = recorder.invoke(1, "acquire", "w/a", null);
    millis.set(600);
    first.ok(Value.token(1));
    recorder.mark("nemesis", "kill-start", null);
    var second = recorder.invoke(2, "acquire", "w/a", null);
    millis.set(1_600);
    second.ok(Value.token(2));
    recorder.invoke(3, "acquire", "w/a", null).info("gone");
    Path file = root.resolve("history.jsonl");
    Files.writeString(file, text.toString());
    return HistoryReader.read(file, Optional.of(Format.JSON_LINES)).history();
  }

  private static RunRecord record(String conclusion, boolean mustHold) {
    String why = "w is invalid by set: lost update of <9>";
    return new RunRecord(
        "run-1",
        "2026-01-02T03:04:05Z",
        "./holdfast chaos run --seed 42",
        conclusion,
        List.of(mustHold ? why : why + " This is expected: no check."),
        List.of(),
        new RunRecord.Settings(
            "processes",
            1,
            List.of("w"),
            List.of("kill"),
            List.of(new Fact("clock", "no faketime here")),
            42,
            2_000,
            50,
            5,
            3_000,
            List.of(new Fact("peer JVM", "17"))),
        new RunRecord.Outcome(
            300, 1_500, 2_000, 3, 2, 0, 1, 2, 1_000, 100, List.of(), "digests are equal"),
        List.of(
            new Fault(
                "kill",
                1,
                600,
                900,
                "killed peer 1 (the leader)",
                "its process is gone",
                null,
                5,
                6)),
        List.of(
            new Judged("w", "set", mustHold, conclusion, 3, "judged/w.jsonl", null, List.of(why))));
  }
}
