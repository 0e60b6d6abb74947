package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.http.HttpApi;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast forget}: removes the record of an idle lock. */
@Command(
    name = "forget",
    description = "Forget a lock that nobody holds or waits for, and what kind it was.",
    footer = {
      "",
      "Rarely needed: beyond limit.locks the service forgets what was idle for the longest time. A",
      "name that was a semaphore can be used as a lock afterwards, or with another limit. Tokens",
      "go on above all that the lock ever granted.",
      "",
      "Exit codes: 0 forgotten or never known, 1 refused, 2 usage, 3 outcome unknown, 4"
          + " unavailable.",
      "",
      "Example:",
      "  holdfast forget pools/printers"
    })
final class ForgetCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Connection connection;

  @Parameters(paramLabel = "LOCK", description = "The lock's name.")
  private String lock;

  @Option(names = "--json", description = "Print the service's answer as JSON.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    JsonNode answer = connection.http().call("DELETE", HttpApi.lockPath(lock), null, Duration.ZERO);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(HttpApi.text(answer));
    } else {
      out.printf(
          "%s is forgotten; its next token is above %d%n",
          lock, answer.path("tokenFloor").asLong());
    }
    out.flush();
    return ExitCodes.OK;
  }
}
