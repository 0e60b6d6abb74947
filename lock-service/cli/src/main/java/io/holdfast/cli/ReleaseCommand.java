package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.http.HttpApi;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast release}: gives a hold back. */
@Command(
    name = "release",
    description = "Release a lock that 'holdfast acquire' took.",
    footer = {
      "",
      "Exit codes: 0 released, 1 not the holder (any more), 2 usage, 3 outcome unknown,",
      "4 unavailable.",
      "",
      "Example:",
      "  holdfast release orders/42 --session 17 --token 8"
    })
final class ReleaseCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Connection connection;

  @Parameters(paramLabel = "LOCK", description = "The lock's name.")
  private String lock;

  @Option(names = "--session", paramLabel = "ID", required = true, description = "Its session.")
  private long session;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      required = true,
      description = "The fencing token of the grant.")
  private long token;

  @Option(
      names = "--owner",
      paramLabel = "NAME",
      defaultValue = "main",
      description = "The owner given at the acquire (default: ${DEFAULT-VALUE}).")
  private String owner;

  @Option(names = "--close-session", description = "End the session too, with all it holds.")
  private boolean closeSession;

  @Option(names = "--json", description = "Print the service's answer as JSON.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    HttpApi http = connection.http();
    ObjectNode body = HttpApi.object();
    body.put("session", session);
    body.put("requestId", UUID.randomUUID().toString());
    body.put("owner", owner);
    body.put("token", token);
    JsonNode answer = http.call("POST", HttpApi.lockPath(lock) + "/release", body, Duration.ZERO);
    if (closeSession) {
      http.call("DELETE", "/v1/sessions/" + session, null, Duration.ZERO);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? HttpApi.text(answer) : "released " + lock);
    out.flush();
    return ExitCodes.OK;
  }
}
