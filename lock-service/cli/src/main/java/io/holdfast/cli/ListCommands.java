package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.http.HttpApi;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The commands that list what the cluster remembers, page by page. */
final class ListCommands {
  private static final int PAGE_ROWS = 500;

  private ListCommands() {}

  /** Calls {@code row} for each row of every page. */
  private static void eachRow(
      HttpApi http, String path, String rows, String key, Consumer<JsonNode> row)
      throws InterruptedException {
    String after = "";
    while (true) {
      String query = path + "max=" + PAGE_ROWS + (after.isEmpty() ? "" : "&after=" + after);
      JsonNode page = http.call("GET", query, null, Duration.ZERO);
      for (JsonNode each : page.path(rows)) {
        row.accept(each);
        after = HttpApi.encode(each.path(key).asText());
      }
      if (!page.path("more").asBoolean()) {
        return;
      }
    }
  }

  /** {@code holdfast locks}. */
  @Command(
      name = "locks",
      description = "List locks with their newest token, holders and waiters.",
      footer = {"", "Example:", "  holdfast locks orders/ --json"})
  static final class Locks implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Connection connection;

    @Parameters(
        paramLabel = "PREFIX",
        defaultValue = "",
        description = "Only locks whose name begins so.")
    private String prefix;

    @Option(names = "--json", description = "Print one JSON object per line.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
      PrintWriter out = spec.commandLine().getOut();
      String path = "/v1/locks?prefix=" + HttpApi.encode(prefix) + "&";
      Table table = new Table("LOCK", "KIND", "TOKEN", "HOLDERS", "WAITING");
      eachRow(
          connection.http(),
          path,
          "locks",
          "lock",
          row -> {
            if (json) {
              out.println(HttpApi.text(row));
              return;
            }
            int limit = row.path("limit").asInt();
            table.row(
                row.path("lock").asText(),
                limit > 0 ? "semaphore(" + limit + ")" : "lock",
                row.path("token").asLong(),
                row.path("holders").asInt(),
                row.path("waiting").asInt());
          });
      if (!json) {
        table.print(out);
      }
      out.flush();
      return ExitCodes.OK;
    }
  }

  /** {@code holdfast sessions}. */
  @Command(
      name = "sessions",
      description = "List open sessions.",
      footer = {"", "Example:", "  holdfast sessions"})
  static final class Sessions implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Connection connection;

    @Option(names = "--json", description = "Print one JSON object per line.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
      PrintWriter out = spec.commandLine().getOut();
      Table table = new Table("SESSION", "TTL", "HOLDS", "WAITS", "OWNER");
      eachRow(
          connection.http(),
          "/v1/sessions?",
          "sessions",
          "session",
          row -> {
            if (json) {
              out.println(HttpApi.text(row));
              return;
            }
            table.row(
                row.path("session").asLong(),
                row.path("ttlMillis").asLong() + " ms",
                row.path("holds").asInt(),
                row.path("waits").asInt(),
                row.path("owner").asText());
          });
      if (!json) {
        table.print(out);
      }
      out.flush();
      return ExitCodes.OK;
    }
  }
}
