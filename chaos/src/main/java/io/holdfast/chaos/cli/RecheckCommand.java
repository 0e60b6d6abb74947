package io.holdfast.chaos.cli;

import io.holdfast.chaos.report.RunFolder;
import io.holdfast.chaos.report.RunRecord;
import io.holdfast.chaos.run.Conductor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast chaos check}: stored runs judged again. */
@Command(
    name = "check",
    description = "Judge stored runs again, and write their reports anew.",
    mixinStandardHelpOptions = true,
    footer = {"", "Exit codes: 0 valid, 1 invalid, 2 usage or bad input, 3 unknown."})
final class RecheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(arity = "1..*", paramLabel = "DIR", description = "Folders of runs.")
  private List<Path> folders;

  @Override
  public Integer call() {
    int exit = RunExit.VALID;
    for (Path path : folders) {
      RunFolder folder = new RunFolder(path);
      if (!Files.isRegularFile(folder.record())) {
        throw new CommandLine.ParameterException(
            spec.commandLine(), path + " is no folder of a run: it has no run.json");
      }
      try {
        RunRecord record = Conductor.judgeAgain(folder);
        spec.commandLine().getOut().println(Summary.of(record, path));
        exit = RunExit.worse(exit, RunExit.of(record));
      } catch (IOException | RuntimeException broken) {
        spec.commandLine().getErr().println("holdfast chaos: " + path + ": " + broken.getMessage());
        return RunExit.USAGE;
      }
    }
    return exit;
  }
}
