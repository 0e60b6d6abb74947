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
import picocli.CommandLine.Spec;

/** {@code holdfast renew}: one keep-alive. */
@Command(
    name = "renew",
    description = "Renew a session once: its TTL counts anew, for all it holds.",
    footer = {
      "",
      "Exit codes: 0 renewed, 1 the session has ended, 2 usage, 4 unavailable.",
      "",
      "Example:",
      "  holdfast renew --session 17"
    })
final class RenewCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Connection connection;

  @Option(names = "--session", paramLabel = "ID", required = true, description = "The session.")
  private long session;

  @Option(names = "--json", description = "Print the service's answer as JSON.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    JsonNode answer =
        connection
            .http()
            .call("POST", "/v1/sessions/" + session + "/keepalive", null, Duration.ZERO);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(HttpApi.text(answer));
    } else {
      out.printf("renewed session %d for %d ms%n", session, answer.path("ttlMillis").asLong());
    }
    out.flush();
    return ExitCodes.OK;
  }
}
