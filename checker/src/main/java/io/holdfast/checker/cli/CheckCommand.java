package io.holdfast.checker.cli;

import io.holdfast.checker.LinearizabilityChecker;
import io.holdfast.checker.history.History;
import io.holdfast.checker.history.HistoryException;
import io.holdfast.checker.input.HistoryReader;
import io.holdfast.checker.input.InputException;
import io.holdfast.checker.model.Model;
import io.holdfast.checker.model.Models;
import io.holdfast.checker.report.HtmlReport;
import io.holdfast.checker.report.ReportContext;
import io.holdfast.checker.verdict.Conclusion;
import io.holdfast.checker.verdict.Verdict;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;

/** {@code holdfast check}: judges recorded histories and tells why. */
public final class CheckCommand {
  private static final int VALID = 0;
  private static final int INVALID = 1;
  private static final int BAD_INPUT = 2;
  private static final int UNKNOWN = 3;

  private final PrintStream out;
  private final PrintStream err;
  private final List<Checked> checked = new ArrayList<>();
  private final List<String> errors = new ArrayList<>();

  CheckCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /** Runs the command and exits with its code. */
  public static void main(String[] arguments) {
    int code = new CheckCommand(System.out, System.err).run(arguments);
    System.out.flush();
    System.exit(code);
  }

  /** Runs the command; the exit code. */
  int run(String... arguments) {
    CommandLine commandLine = Arguments.commandLine();
    Settings settings;
    try {
      CommandLine.ParseResult parsed = commandLine.parseArgs(arguments);
      if (commandLine.isUsageHelpRequested()) {
        out.print(Arguments.help(commandLine));
        return VALID;
      }
      settings = Settings.of(parsed);
      settings.model().ifPresent(Models::named);
    } catch (CommandLine.ParameterException | IllegalArgumentException e) {
      err.println("holdfast check: " + e.getMessage());
      err.println("Run holdfast check --help for the options.");
      return BAD_INPUT;
    }
    for (Path file : settings.files()) {
      checkFile(settings, file, String.join(" ", arguments));
    }
    return finish(settings);
  }

  private void checkFile(Settings settings, Path file, String arguments) {
    try {
      long began = System.nanoTime();
      HistoryReader.Reading reading = HistoryReader.read(file, settings.format());
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      Model<?> model = model(settings, file, reading.history());
      announce(settings, file, reading, model);
      History history = reading.history();
      Checked result =
          new Checked(
              file.toString(),
              reading.format(),
              settings.format().isEmpty(),
              history.size(),
              settings.model().isEmpty(),
              took,
              check(settings, file, model, history));
      if (!settings.json()) {
        new TextOutput(out, model, history).print(result);
      }
      if (settings.report().isPresent()) {
        writeReport(settings, result, model, history, arguments);
      }
      checked.add(result);
    } catch (InputException e) {
      fail(e.getMessage());
    }
  }

  private static Model<?> model(Settings settings, Path file, History history) {
    String name =
        settings
            .model()
            .or(() -> Models.guess(history))
            .orElseThrow(
                () ->
                    new InputException(
                        file.toString(),
                        history.invokedLine(0),
                        0,
                        "no model fits the operations "
                            + String.join(", ", history.functions())
                            + "; expected one to be told with --model"));
    return Models.named(name);
  }

  /** Says what was guessed; nothing when nothing was. */
  private void announce(
      Settings settings, Path file, HistoryReader.Reading reading, Model<?> model) {
    List<String> guesses = new ArrayList<>();
    if (settings.format().isEmpty()) {
      guesses.add("format " + reading.format().title());
    }
    if (settings.model().isEmpty()) {
      guesses.add("model " + model.name());
    }
    if (!guesses.isEmpty()) {
      err.println(file + ": guessed " + String.join(" and ", guesses));
    }
  }

  private Verdict check(Settings settings, Path file, Model<?> model, History history) {
    boolean terminal = CommandLine.Help.Ansi.AUTO.enabled() && !settings.json();
    ProgressLine progress = new ProgressLine(err, terminal);
    try {
      return new LinearizabilityChecker(settings.options().withProgress(progress))
          .check(model, history);
    } catch (HistoryException e) {
      throw new InputException(file.toString(), e.line(), 0, e.getMessage());
    } finally {
      progress.finish();
    }
  }

  private void writeReport(
      Settings settings, Checked result, Model<?> model, History history, String arguments) {
    Path report = settings.report().orElseThrow();
    Path target = settings.files().size() == 1 ? report : named(report, result.file());
    ReportContext context =
        new ReportContext(
            result.file(),
            "holdfast check " + arguments,
            List.of(
                new ReportContext.Fact("format", result.format().title()),
                new ReportContext.Fact("model", result.verdict().model())));
    try {
      HtmlReport.write(target, history, result.verdict(), model, context);
      err.println(result.file() + ": report written to " + target);
    } catch (IOException e) {
      fail(target + ": the report cannot be written: " + e.getMessage());
    }
  }

  /** {@code why.html} for {@code runs/etcd.log} becomes {@code why-etcd.log.html}. */
  private static Path named(Path report, String history) {
    String name = report.getFileName().toString();
    int dot = name.lastIndexOf('.');
    String base = dot > 0 ? name.substring(0, dot) : name;
    String ending = dot > 0 ? name.substring(dot) : "";
    return report.resolveSibling(base + "-" + Path.of(history).getFileName() + ending);
  }

  private void fail(String message) {
    errors.add(message);
    err.println("holdfast check: " + message);
  }

  private int finish(Settings settings) {
    Conclusion overall = Conclusion.VALID;
    for (Checked each : checked) {
      overall = overall.and(each.verdict().conclusion());
    }
    if (settings.json()) {
      Optional<Conclusion> told = errors.isEmpty() ? Optional.of(overall) : Optional.empty();
      try {
        JsonOutput.write(out, told, checked, errors, settings.witness());
      } catch (IOException e) {
        err.println("holdfast check: cannot write to standard output: " + e.getMessage());
        return BAD_INPUT;
      }
    } else if (settings.files().size() > 1 && errors.isEmpty()) {
      out.println(overall.word() + "  over all");
    }
    if (!errors.isEmpty()) {
      return BAD_INPUT;
    }
    return switch (overall) {
      case VALID -> VALID;
      case INVALID -> INVALID;
      case UNKNOWN -> UNKNOWN;
    };
  }
}
