package io.holdfast.cli;

import io.holdfast.cli.http.Problem;
import io.holdfast.client.OutcomeUnknownException;
import io.holdfast.client.UnavailableException;
import java.io.PrintWriter;
import java.time.Duration;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** The {@code holdfast} command. */
@Command(
    name = "holdfast",
    description = "A distributed lock and lease service with fencing tokens.",
    mixinStandardHelpOptions = true,
    version = "holdfast 0.1.0-SNAPSHOT",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      DevCommand.class,
      ServerCommand.class,
      LockCommand.class,
      AcquireCommand.class,
      ReleaseCommand.class,
      RenewCommand.class,
      StatusCommand.class,
      ListCommands.Locks.class,
      ListCommands.Sessions.class,
      WatchCommand.class,
      ForceReleaseCommand.class,
      ForgetCommand.class,
      MemberCommand.class,
      SnapshotCommand.class,
      BenchCommand.class,
      AutoComplete.GenerateCompletion.class,
      CommandLine.HelpCommand.class
    },
    footer = {
      "",
      "'holdfast check' judges recorded histories; 'holdfast simulate' and 'holdfast chaos'",
      "attack a cluster; 'holdfast compare' and 'holdfast jmh' measure. Each has a help of its own.",
      "Exit codes: 0 done, 1 refused, 2 usage, 3 outcome unknown, 4 service unavailable."
    })
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new Main());
    commandLine.registerConverter(Duration.class, new Durations());
    commandLine.setExecutionExceptionHandler(new Failures());
    for (CommandLine sub : commandLine.getSubcommands().values()) {
      sub.getCommandSpec().mixinStandardHelpOptions(true);
    }
    return commandLine;
  }

  /** Turns what went wrong into one sentence and an exit code. */
  private static final class Failures implements IExecutionExceptionHandler {
    @Override
    public int handleExecutionException(
        Exception failure, CommandLine commandLine, ParseResult parsed) {
      PrintWriter err = commandLine.getErr();
      err.println("holdfast: " + failure.getMessage());
      err.flush();
      if (failure instanceof Problem problem) {
        return switch (problem.kind()) {
          case REFUSED -> ExitCodes.REFUSED;
          case OUTCOME_UNKNOWN -> ExitCodes.OUTCOME_UNKNOWN;
          case UNAVAILABLE -> ExitCodes.UNAVAILABLE;
        };
      }
      if (failure instanceof OutcomeUnknownException) {
        return ExitCodes.OUTCOME_UNKNOWN;
      }
      return failure instanceof UnavailableException ? ExitCodes.UNAVAILABLE : ExitCodes.REFUSED;
    }
  }
}
