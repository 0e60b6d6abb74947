package io.holdfast.chaos.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of the commands that attack a cluster; the launcher picks this jar for them. */
@Command(
    name = "holdfast",
    description = "Attacks a Holdfast cluster and judges what its clients saw.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ChaosCommand.class, SimulateCommand.class})
public final class ChaosMain {
  private ChaosMain() {}

  /**
   * Runs one command and ends the process with its exit code.
   *
   * @param args the command and its options
   */
  public static void main(String[] args) {
    System.exit(new CommandLine(new ChaosMain()).execute(args));
  }
}
