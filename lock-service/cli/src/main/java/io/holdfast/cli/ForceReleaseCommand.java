package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.http.HttpApi;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast force-release}: takes a lock from whoever holds it. */
@Command(
    name = "force-release",
    description = "Take a lock from whoever holds it. The next waiter is granted at once.",
    footer = {
      "",
      "The holder is told, but may be acting under the lock right now: only the fencing token,",
      "checked by the resource, keeps its late writes out.",
      "",
      "Exit codes: 0 done, 1 refused, 2 usage, 3 outcome unknown, 4 unavailable.",
      "",
      "Example:",
      "  holdfast force-release orders/42 --yes"
    })
final class ForceReleaseCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Connection connection;

  @Parameters(paramLabel = "LOCK", description = "The lock's name.")
  private String lock;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  private boolean yes;

  @Option(names = "--json", description = "Print the service's answer as JSON.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException, IOException {
    if (!yes && !confirmed()) {
      return ExitCodes.REFUSED;
    }
    ObjectNode body = HttpApi.object();
    body.put("requestId", UUID.randomUUID().toString());
    JsonNode answer =
        connection
            .http()
            .call("POST", HttpApi.lockPath(lock) + "/force-release", body, Duration.ZERO);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(HttpApi.text(answer));
    } else {
      out.printf("took %s from %d holder(s)%n", lock, answer.path("released").asInt());
    }
    out.flush();
    return ExitCodes.OK;
  }

  private boolean confirmed() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    out.printf("Take %s from its holder? [y/N] ", lock);
    out.flush();
    int answer = System.in.read();
    if (answer < 0) {
      throw new ParameterException(
          spec.commandLine(), "nobody is there to answer; confirm with --yes");
    }
    return answer == 'y' || answer == 'Y';
  }
}
