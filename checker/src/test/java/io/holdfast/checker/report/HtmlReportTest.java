package io.holdfast.checker.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.holdfast.checker.history.History;
import io.holdfast.checker.history.HistoryBuilder;
import io.holdfast.checker.history.LockValue;
import io.holdfast.checker.history.Operation;
import io.holdfast.checker.model.Model;
import io.holdfast.checker.model.Step;
import io.holdfast.checker.verdict.Conclusion;
import io.holdfast.checker.verdict.Evidence;
import io.holdfast.checker.verdict.Method;
import io.holdfast.checker.verdict.PartitionVerdict;
import io.holdfast.checker.verdict.Verdict;
import io.holdfast.checker.verdict.Violation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {
  /** The integration script sets it, so that a machine without a browser fails there. */
  private static final boolean BROWSER_REQUIRED =
      "true".equals(System.getenv("REPORT_BROWSER_REQUIRED"));

  private static final Model<Boolean> MODEL =
      new Model<>() {
        @Override
        public String name() {
          return "fenced-lock";
        }

        @Override
        public Boolean initial() {
          return false;
        }

        @Override
        public Step<Boolean> step(Boolean held, Operation operation) {
          throw new UnsupportedOperationException("a report takes no steps");
        }
      };

  @TempDir private Path folder;

  @Test
  void textFromTheHistoryCannotEndTheScript() throws IOException {
    HistoryBuilder builder = new HistoryBuilder();
    builder.invoke(1, "acquire", "</script><script>alert(1)</script>", null, 10);
    builder.ok(1, LockValue.token(1), 20);
    Path file = write(builder.build(), valid("</script>", 0));
    String page = Files.readString(file);
    assertThat(page).doesNotContain("alert(1)</script>").contains("\\u003c/script>");
  }

  @Test
  void reportOfAHugeHistoryStaysBelowItsBound() throws IOException {
    HistoryBuilder builder = new HistoryBuilder();
    String key = "k".repeat(400);
    for (int i = 0; i < 60_000; i++) {
      builder.invoke(i % 50, "acquire", key + i % 5_000, "v".repeat(300), 10L * i);
      builder.ok(i % 50, "w".repeat(300), 10L * i + 5);
    }
    List<PartitionVerdict> partitions = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      partitions.add(
          partition(
              key + i, Conclusion.VALID, new Evidence.Witness(IntStream.range(0, 40).toArray())));
    }
    Verdict verdict =
        new Verdict(Conclusion.VALID, "fenced-lock", partitions, Duration.ofMillis(3));
    Path file = write(builder.build(), verdict);
    assertThat(Files.size(file)).isLessThan(HtmlReport.BYTES_MAX);
  }

  @Test
  void emptyHistoryHasAReportToo() throws IOException {
    Verdict verdict = new Verdict(Conclusion.VALID, "fenced-lock", List.of(), Duration.ZERO);
    assertThat(Files.readString(write(new HistoryBuilder().build(), verdict)))
        .contains("\"conclusion\":\"valid\"");
  }

  /** Made only where a browser is, or must be: a missing test is then a failure, never a skip. */
  @TestFactory
  List<DynamicTest> inARealBrowser() {
    Optional<Path> program = Browser.program();
    if (program.isEmpty() && !BROWSER_REQUIRED) {
      return List.of();
    }
    return List.of(
        dynamicTest("the contradiction is readable at once", this::contradictionIsReadable),
        dynamicTest("keyboard, wheel and search move the timeline", this::timelineIsUsable),
        dynamicTest("no size of window makes the page scroll sideways", this::everySizeFits));
  }

  private void contradictionIsReadable() throws Exception {
    try (Browser browser = browse(1280, 900)) {
      assertThat(browser.evaluate("document.getElementById('badge').textContent"))
          .isEqualTo("invalid");
      String why = browser.evaluate("document.getElementById('why').innerText");
      assertThat(why).contains("double grant", "orders/42", "process 1", "process 2");
      assertThat(browser.evaluate("document.querySelectorAll('#why .operation').length"))
          .isEqualTo("2");
      assertThat(browser.evaluate("document.querySelectorAll('#partitions tr.row').length"))
          .isEqualTo("2");
      assertThat(browser.evaluate("document.getElementById('evidence').innerText"))
          .contains("Smallest set of operations", "Longest good beginning", "held by process 1");
      assertThat(browser.evaluate("timeline.contradicting.size")).isEqualTo("2");
      assertThat(browser.evaluate("timeline.bands.map((b) => b.name).join()"))
          .contains("partition");
      assertThat(browser.complaints()).isEmpty();
    }
  }

  private void timelineIsUsable() throws Exception {
    try (Browser browser = browse(1280, 900)) {
      double before = span(browser);
      browser.press("+");
      assertThat(span(browser)).isLessThan(before);
      browser.press("f");
      double all = span(browser);
      assertThat(all).isGreaterThan(before);
      String from = browser.evaluate("timeline.from");
      browser.press("ArrowRight");
      assertThat(Double.parseDouble(browser.evaluate("timeline.from")))
          .isGreaterThan(Double.parseDouble(from));
      browser.press("0");
      assertThat(span(browser)).isLessThan(all);
      browser.press("n");
      assertThat(browser.evaluate("document.getElementById('details').innerText")).contains("#0");
      browser.press("/");
      for (char letter : "release".toCharArray()) {
        browser.press(String.valueOf(letter));
      }
      assertThat(browser.evaluate("document.getElementById('search-count').textContent"))
          .isEqualTo("11 found");
      browser.evaluate("timeline.canvas.scrollIntoView({block: 'center'})");
      String box = browser.evaluate("JSON.stringify(timeline.canvas.getBoundingClientRect())");
      double x = number(box, "left") + number(box, "width") / 2;
      double y = number(box, "top") + number(box, "height") / 2;
      double wheelBefore = span(browser);
      browser.mouse("mouseWheel", x, y, -240);
      browser.await("timeline.to - timeline.from < " + wheelBefore);
      assertThat(browser.complaints()).isEmpty();
    }
  }

  private void everySizeFits() throws Exception {
    try (Browser browser = browse(1280, 900)) {
      for (int[] size : new int[][] {{360, 740}, {820, 1180}, {1280, 900}, {2560, 1300}}) {
        browser.resize(size[0], size[1]);
        browser.await("innerWidth === " + size[0]);
        assertThat(browser.evaluate("document.documentElement.scrollWidth <= innerWidth"))
            .as("width %d", size[0])
            .isEqualTo("true");
        Path picture = Path.of("target", "report-" + size[0] + ".png");
        browser.screenshot(picture);
        assertThat(Files.size(picture)).isGreaterThan(10_000);
      }
      assertThat(browser.complaints()).isEmpty();
    }
  }

  private Browser browse(int width, int height) throws Exception {
    Path program =
        Browser.program().orElseThrow(() -> new AssertionError("no Chromium on the path"));
    Path page = write(doubleGrant(), doubleGrantVerdict());
    return Browser.open(program, Files.createTempDirectory(folder, "profile"), page, width, height);
  }

  private static double span(Browser browser) throws Exception {
    return Double.parseDouble(browser.evaluate("timeline.to - timeline.from"));
  }

  private static double number(String json, String field) throws IOException {
    return new com.fasterxml.jackson.databind.ObjectMapper().readTree(json).path(field).asDouble();
  }

  private Path write(History history, Verdict verdict) throws IOException {
    Path file = Files.createTempFile(folder, "report", ".html");
    HtmlReport.write(
        file,
        history,
        verdict,
        MODEL,
        new ReportContext(
            "history.jsonl",
            "holdfast check --model fenced-lock history.jsonl",
            List.of(new ReportContext.Fact("seed", "42"))));
    return file;
  }

  /** Ten clean rounds, then two processes hold the lock at once during a partition. */
  private static History doubleGrant() {
    HistoryBuilder builder = new HistoryBuilder();
    long time = 1_000_000;
    for (int round = 0; round < 20; round++) {
      long process = round % 4;
      String key = round % 2 == 0 ? "orders/42" : "orders/7";
      time = operation(builder, process, "acquire", key, round / 2 + 1, time);
      time = operation(builder, process, "release", key, round / 2 + 1, time);
    }
    builder.mark("nemesis", "partition-start", "isolate peer 1", time);
    builder.invoke(1, "acquire", "orders/42", null, time + 1_000_000);
    builder.ok(1, LockValue.token(11), time + 2_000_000);
    builder.invoke(2, "acquire", "orders/42", null, time + 3_000_000);
    builder.ok(2, LockValue.token(11), time + 5_000_000);
    builder.invoke(3, "release", "orders/42", LockValue.token(11), time + 6_000_000);
    builder.info(3, time + 9_000_000);
    builder.mark("nemesis", "partition-stop", "", time + 9_500_000);
    return builder.build();
  }

  private static long operation(
      HistoryBuilder builder, long process, String function, String key, long token, long time) {
    boolean release = function.equals("release");
    builder.invoke(process, function, key, release ? LockValue.token(token) : null, time);
    builder.ok(process, release ? null : LockValue.token(token), time + 400_000);
    return time + 700_000;
  }

  private static Verdict doubleGrantVerdict() {
    Evidence.Counterexample why =
        new Evidence.Counterexample(
            Violation.DOUBLE_GRANT,
            "orders/42 was granted to process 2 while process 1 held it with the same token.",
            List.of(
                "process 1 was granted token 11 at 30.000 ms and never released it.",
                "process 2 was granted token 11 at 33.000 ms."),
            new int[] {40, 41},
            new int[] {40, 41},
            true,
            new Evidence.GoodPrefix(
                IntStream.range(0, 41).filter(id -> id % 4 < 2 || id == 40).toArray(),
                "held by process 1 with token 11"),
            List.of(new Evidence.Refusal(41, "the lock is held by process 1 with token 11")));
    return new Verdict(
        Conclusion.INVALID,
        "fenced-lock",
        List.of(
            partition("orders/42", Conclusion.INVALID, why),
            partition(
                "orders/7",
                Conclusion.VALID,
                new Evidence.Witness(IntStream.range(0, 40).filter(id -> id % 4 >= 2).toArray()))),
        Duration.ofMillis(2));
  }

  private static Verdict valid(String key, int... order) {
    return new Verdict(
        Conclusion.VALID,
        "fenced-lock",
        List.of(partition(key, Conclusion.VALID, new Evidence.Witness(order))),
        Duration.ofMillis(1));
  }

  private static PartitionVerdict partition(String key, Conclusion conclusion, Evidence evidence) {
    return new PartitionVerdict(
        key, conclusion, 20, Method.FORCED_ORDER, 60, Duration.ofNanos(180_000), evidence);
  }
}
