package io.holdfast.chaos.cli;

import io.holdfast.chaos.nemesis.Nemesis;
import io.holdfast.chaos.nemesis.Testbed;
import io.holdfast.chaos.report.IndexPage;
import io.holdfast.chaos.report.ResultsPage;
import io.holdfast.chaos.report.RunRecord;
import io.holdfast.chaos.workload.Workload;
import io.holdfast.chaos.workload.Workloads;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast chaos list}: what was done, and what could be. */
@Command(
    name = "list",
    description = "List the runs of a folder, or the workloads and faults there are.",
    mixinStandardHelpOptions = true,
    footer = {"", "Exit codes: 0 listed, 2 usage."})
final class ListCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "WHAT",
      defaultValue = "runs",
      description = "runs, workloads or faults. Default: ${DEFAULT-VALUE}")
  private String what;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "chaos-runs",
      description = "Where the runs are. Default: ${DEFAULT-VALUE}")
  private Path out;

  @Option(names = "--markdown", description = "The runs as a page for documents.")
  private boolean markdown;

  @Option(
      names = "--index",
      paramLabel = "FILE",
      description = "Write a page over the runs, which belongs into the folder of the runs.")
  private @Nullable Path index;

  @Override
  public Integer call() throws IOException {
    PrintWriter print = spec.commandLine().getOut();
    switch (what) {
      case "runs" -> runs(print);
      case "workloads" -> workloads(print);
      case "faults" -> faults(print);
      default ->
          throw new CommandLine.ParameterException(
              spec.commandLine(), "'" + what + "' is unknown; expected runs, workloads or faults");
    }
    print.flush();
    return RunExit.VALID;
  }

  private void runs(PrintWriter print) throws IOException {
    List<IndexPage.Entry> entries = IndexPage.entries(out);
    if (index != null) {
      Files.writeString(index, IndexPage.page(entries, ""), StandardCharsets.UTF_8);
    }
    if (markdown) {
      print.print(ResultsPage.of(entries));
      return;
    }
    if (entries.isEmpty()) {
      print.println("no runs in " + out + "; start one with: holdfast chaos run");
    }
    for (IndexPage.Entry entry : entries) {
      RunRecord record = entry.record();
      print.printf(
          "%-8s %s  %d operations, %d faults  %s%n",
          record.conclusion(),
          record.startedAt(),
          record.outcome().operations(),
          record.faults().size(),
          entry.folder().path());
    }
  }

  private static void workloads(PrintWriter print) {
    for (Workload workload : Workloads.all()) {
      String expected = workload.mustHold() ? "" : " (must be found invalid)";
      print.printf("%-18s %s%s%n", workload.name(), workload.description(), expected);
    }
  }

  private static void faults(PrintWriter print) {
    for (Testbed testbed : Testbeds.all()) {
      String why =
          testbed.unavailableWhy().map(it -> " (not on this machine: " + it + ")").orElse("");
      print.println("--on " + testbed.name() + why);
      for (Nemesis nemesis : testbed.nemeses()) {
        print.printf("  %-16s %s%n", nemesis.name(), nemesis.description());
      }
    }
  }
}
