package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.http.HttpApi;
import io.holdfast.cli.http.Problem;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast status}: every endpoint is asked, so that a peer that is down shows. */
@Command(
    name = "status",
    description = "Show the peers, who leads, the term and how far behind each peer is.",
    footer = {
      "",
      "Exit codes: 0 there is a leader, 1 peers answer but none leads, 2 usage, 4 nobody answers.",
      "",
      "Example:",
      "  holdfast status --json"
    })
final class StatusCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Connection connection;

  @Option(names = "--json", description = "Print one JSON object with every peer's answer.")
  private boolean json;

  /** What one endpoint said, or why it said nothing. */
  private record Answer(URI endpoint, Optional<JsonNode> cluster, String failure) {}

  @Override
  public Integer call() throws InterruptedException {
    HttpApi http = connection.http();
    List<Answer> answers = new ArrayList<>();
    for (URI endpoint : http.endpoints()) {
      answers.add(ask(http, endpoint));
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      printJson(out, answers);
    } else {
      printText(out, answers);
    }
    out.flush();
    if (answers.stream().allMatch(answer -> answer.cluster().isEmpty())) {
      return ExitCodes.UNAVAILABLE;
    }
    return leaderView(answers).isPresent() ? ExitCodes.OK : ExitCodes.REFUSED;
  }

  private static Answer ask(HttpApi http, URI endpoint) throws InterruptedException {
    try {
      JsonNode cluster = http.callOne(endpoint, "GET", "/v1/cluster", null, Duration.ZERO);
      return new Answer(endpoint, Optional.of(cluster), "");
    } catch (Problem problem) {
      return new Answer(endpoint, Optional.empty(), String.valueOf(problem.getMessage()));
    }
  }

  /** The leader's own answer: it alone knows how far behind the others are. */
  private static Optional<JsonNode> leaderView(List<Answer> answers) {
    return answers.stream()
        .flatMap(answer -> answer.cluster().stream())
        .filter(
            cluster ->
                cluster
                    .path("leader")
                    .path("peer")
                    .asText("none")
                    .equals(cluster.path("peer").asText()))
        .max((a, b) -> Long.compare(a.path("term").asLong(), b.path("term").asLong()));
  }

  private static void printText(PrintWriter out, List<Answer> answers) {
    Optional<JsonNode> leader = leaderView(answers);
    Table table =
        new Table("ENDPOINT", "PEER", "ROLE", "TERM", "COMMIT", "APPLIED", "LAG", "STATE");
    for (Answer answer : answers) {
      String address = answer.endpoint().getAuthority();
      if (answer.cluster().isEmpty()) {
        table.row(address, "?", "-", "-", "-", "-", "-", answer.failure());
        continue;
      }
      JsonNode cluster = answer.cluster().get();
      String peer = cluster.path("peer").asText();
      table.row(
          address,
          peer,
          roleOf(cluster, peer),
          cluster.path("term").asLong(),
          cluster.path("commitIndex").asLong(),
          cluster.path("appliedIndex").asLong(),
          leader.map(view -> lagOf(view, peer)).orElse("-"),
          cluster.hasNonNull("degraded") ? "degraded: " + cluster.path("degraded").asText() : "ok");
    }
    table.print(out);
    out.println(
        leader
            .map(view -> "leader: " + view.path("peer").asText())
            .orElse("no leader: nothing can be acquired until a majority of the peers is up"));
  }

  private static String roleOf(JsonNode cluster, String peer) {
    return row(cluster, peer).map(row -> row.path("role").asText()).orElse("-");
  }

  private static String lagOf(JsonNode leaderView, String peer) {
    return row(leaderView, peer).map(row -> row.path("lag").asText()).orElse("-");
  }

  private static Optional<JsonNode> row(JsonNode cluster, String peer) {
    for (JsonNode row : cluster.path("peers")) {
      if (row.path("peer").asText().equals(peer)) {
        return Optional.of(row);
      }
    }
    return Optional.empty();
  }

  private static void printJson(PrintWriter out, List<Answer> answers) {
    ObjectNode root = HttpApi.object();
    leaderView(answers)
        .ifPresentOrElse(
            view -> root.put("leader", view.path("peer").asText()), () -> root.putNull("leader"));
    ArrayNode endpoints = root.putArray("endpoints");
    for (Answer answer : answers) {
      ObjectNode entry = endpoints.addObject();
      entry.put("endpoint", answer.endpoint().getAuthority());
      answer
          .cluster()
          .ifPresentOrElse(
              cluster -> entry.set("cluster", cluster),
              () -> entry.put("failure", answer.failure()));
    }
    out.println(HttpApi.text(root));
  }
}
