package io.holdfast.cli;

import io.holdfast.cli.http.HttpApi;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast watch}: prints what happens to locks, one JSON object a line. */
@Command(
    name = "watch",
    description = "Print what happens to locks, one JSON object a line, until Ctrl-C.",
    footer = {
      "",
      "The stream is taken up again where it broke when a peer goes away.",
      "",
      "Example:",
      "  holdfast watch orders/"
    })
final class WatchCommand implements Callable<Integer> {
  private static final String DATA = "data:";
  private static final String ID = "id:";

  @Spec private CommandSpec spec;
  @Mixin private Connection connection;

  @Parameters(
      paramLabel = "PREFIX",
      defaultValue = "",
      description = "Only locks whose name begins so (default: every lock).")
  private String prefix;

  @Option(
      names = "--from",
      paramLabel = "INDEX",
      defaultValue = "0",
      description = "Begin with this log index, if the service still remembers it (default: now).")
  private long from;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "0",
      description = "End after so many events (default: never).")
  private long count;

  @Override
  public Integer call() throws InterruptedException {
    HttpApi http = connection.http();
    PrintWriter out = spec.commandLine().getOut();
    String path = "/v1/watch?prefix=" + HttpApi.encode(prefix) + (from > 0 ? "&from=" + from : "");
    Optional<String> lastEventId = Optional.empty();
    long printed = 0;
    while (true) {
      try (BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(http.events(path, lastEventId), StandardCharsets.UTF_8))) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          if (line.startsWith(ID)) {
            lastEventId = Optional.of(line.substring(ID.length()).strip());
          } else if (line.startsWith(DATA)) {
            out.println(line.substring(DATA.length()).strip());
            out.flush();
            printed++;
            if (printed == count) {
              return ExitCodes.OK;
            }
          }
        }
      } catch (IOException broken) {
        spec.commandLine().getErr().println("the stream broke; taking it up again");
      }
    }
  }
}
