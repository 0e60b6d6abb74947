package io.holdfast.chaos.sim;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.checker.CheckOptions;
import io.holdfast.checker.LinearizabilityChecker;
import io.holdfast.checker.history.History;
import io.holdfast.checker.model.Model;
import io.holdfast.checker.model.Models;
import io.holdfast.checker.report.HtmlReport;
import io.holdfast.checker.report.ReportContext;
import io.holdfast.checker.verdict.Conclusion;
import io.holdfast.checker.verdict.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Writes down a failure: for people as text and as the checker's report, for programs as JSON. */
public final class SimReport {
  private static final int TRACE_LINES_SHOWN = 40;

  private SimReport() {}

  /** What is shown of a failure at once. */
  public static List<String> lines(SimFailure failure, Path report) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("seed " + failure.seed() + " violates " + failure.check() + ":");
    lines.add("  " + failure.message());
    lines.add("schedule, minimised, with " + failure.operations() + " client operations:");
    failure.schedule().forEach(line -> lines.add("  " + line));
    lines.add("the last things that happened:");
    List<String> trace = failure.trace();
    trace
        .subList(Math.max(0, trace.size() - TRACE_LINES_SHOWN), trace.size())
        .forEach(line -> lines.add("  " + line));
    lines.add("report: " + report);
    lines.add("replay: " + failure.replay());
    return lines;
  }

  /** A failure as one line of JSON. */
  public static String json(SimFailure failure, Path report) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("seed", failure.seed());
    json.put("check", failure.check());
    json.put("message", failure.message());
    json.put("atMillis", failure.atMillis());
    json.put("replay", failure.replay());
    failure.schedule().forEach(json.putArray("schedule")::add);
    json.put("operations", failure.operations());
    json.put("report", report.toString());
    return json.toString();
  }

  /**
   * Writes the reports of a failure into a folder of its own.
   *
   * @return the folder
   */
  public static Path write(Path parent, SimFailure failure) throws IOException {
    Path folder = parent.resolve("seed-" + failure.seed());
    Files.createDirectories(folder);
    Files.write(
        folder.resolve("failure.txt"),
        Stream.concat(
                lines(failure, folder).stream(),
                Stream.concat(Stream.of("", "trace:"), failure.trace().stream()))
            .toList());
    Files.writeString(folder.resolve("failure.json"), json(failure, folder) + "\n");
    for (Map.Entry<String, History> of : failure.minimal().histories().entrySet()) {
      writeHistory(folder, failure, of.getKey(), of.getValue());
    }
    return folder;
  }

  private static void writeHistory(Path folder, SimFailure failure, String lock, History history)
      throws IOException {
    Model<?> model = Models.named(Judge.model(lock));
    Verdict verdict =
        new LinearizabilityChecker(
                CheckOptions.defaults().withTimeLimit(Duration.ofSeconds(10)).withThreads(1))
            .check(model, history);
    if (verdict.conclusion() == Conclusion.INVALID) {
      HtmlReport.write(
          folder.resolve(lock + ".html"),
          history,
          verdict,
          model,
          new ReportContext(
              "seed " + failure.seed() + ", " + lock,
              failure.replay(),
              List.of(new ReportContext.Fact("check", failure.check()))));
    }
  }
}
