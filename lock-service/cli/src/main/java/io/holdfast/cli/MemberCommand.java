package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.http.HttpApi;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast member}: who takes part in the cluster, and who leads. */
@Command(
    name = "member",
    description = "Show and change the members of the cluster, or hand leadership over.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      MemberCommand.Show.class,
      MemberCommand.Add.class,
      MemberCommand.Promote.class,
      MemberCommand.Demote.class,
      MemberCommand.Remove.class,
      MemberCommand.Transfer.class
    },
    footer = {
      "",
      "One change at a time; each is refused while a majority of the voters would not be heard.",
      "docs/operations.md shows how to grow, shrink and repair a cluster.",
      "",
      "Exit codes: 0 it is so, 1 refused, 2 usage, 3 outcome unknown: ask again, 4 unavailable."
    })
final class MemberCommand {
  private MemberCommand() {}

  /** What all of them share: one call, and its answer printed. */
  abstract static class Base implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Connection connection;

    @Option(names = "--json", description = "Print the service's answer as JSON.")
    private boolean json;

    abstract JsonNode ask(HttpApi http) throws InterruptedException;

    @Override
    public final Integer call() throws InterruptedException {
      JsonNode answer = ask(connection.http());
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(HttpApi.text(answer));
      } else if (answer.has("members")) {
        print(out, answer);
      } else {
        out.printf("leadership was handed to %s%n", answer.path("peer").asText());
      }
      out.flush();
      return ExitCodes.OK;
    }

    final JsonNode post(HttpApi http, String path, ObjectNode body) throws InterruptedException {
      return http.call("POST", path, body, Duration.ZERO);
    }
  }

  private static void print(PrintWriter out, JsonNode answer) {
    Table table =
        new Table("PEER", "ROLE", "LEADER", "PEER ADDRESS", "CLIENT ADDRESS", "LAG", "SILENT");
    for (JsonNode member : answer.path("members")) {
      long silentMillis = member.path("silentMillis").asLong();
      table.row(
          member.path("peer").asText(),
          member.path("role").asText(),
          member.path("leader").asBoolean() ? "yes" : "",
          member.path("peerAddress").asText(),
          member.path("clientAddress").asText(),
          member.path("lag").asLong(),
          silentMillis < 0 ? "never heard" : silentMillis + " ms");
    }
    table.print(out);
    if (answer.path("changing").asBoolean()) {
      out.println("a change of voters is under way");
    }
  }

  private static String memberPath(String peer) {
    return "/v1/members/" + HttpApi.encode(peer);
  }

  /** {@code holdfast member list}. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "List the members, their roles and how far behind they are.",
      footer = {"", "Example:", "  holdfast member list"})
  static final class Show extends Base {
    @Override
    JsonNode ask(HttpApi http) throws InterruptedException {
      return http.call("GET", "/v1/members", null, Duration.ZERO);
    }
  }

  /** {@code holdfast member add}. */
  @Command(
      name = "add",
      mixinStandardHelpOptions = true,
      description = {
        "Add a peer as a learner: it receives the log and does not vote.",
        "Start it first, with 'holdfast server --join' and an empty data directory. A number that",
        "a removed peer had is never taken again."
      },
      footer = {"", "Example:", "  holdfast member add 4 10.0.0.4:7800 10.0.0.4:7070"})
  static final class Add extends Base {
    @Parameters(index = "0", paramLabel = "PEER", description = "Its number.")
    private String peer;

    @Parameters(
        index = "1",
        paramLabel = "PEER-ADDRESS",
        description = "host:port where the other peers reach it.")
    private String peerAddress;

    @Parameters(
        index = "2",
        paramLabel = "CLIENT-ADDRESS",
        description = "host:port where clients reach it.")
    private String clientAddress;

    @Override
    JsonNode ask(HttpApi http) throws InterruptedException {
      ObjectNode body = HttpApi.object();
      body.put("peer", peer);
      body.put("peerAddress", peerAddress);
      body.put("clientAddress", clientAddress);
      return post(http, "/v1/members", body);
    }
  }

  /** {@code holdfast member promote}. */
  @Command(
      name = "promote",
      mixinStandardHelpOptions = true,
      description =
          "Let a learner vote. Refused until it has caught up, with how far it is behind.",
      footer = {"", "Example:", "  holdfast member promote 4"})
  static final class Promote extends Base {
    @Parameters(paramLabel = "PEER", description = "Its number.")
    private String peer;

    @Override
    JsonNode ask(HttpApi http) throws InterruptedException {
      return post(http, memberPath(peer) + "/promote", HttpApi.object());
    }
  }

  /** {@code holdfast member demote}. */
  @Command(
      name = "demote",
      mixinStandardHelpOptions = true,
      description = "Make a voter a learner.",
      footer = {"", "Example:", "  holdfast member demote 4"})
  static final class Demote extends Base {
    @Parameters(paramLabel = "PEER", description = "Its number.")
    private String peer;

    @Override
    JsonNode ask(HttpApi http) throws InterruptedException {
      return post(http, memberPath(peer) + "/demote", HttpApi.object());
    }
  }

  /** {@code holdfast member remove}. */
  @Command(
      name = "remove",
      mixinStandardHelpOptions = true,
      description = {
        "Remove a peer for good, the leader too. Its number is never used again; stop its process",
        "and delete its data directory afterwards."
      },
      footer = {"", "Example:", "  holdfast member remove 2"})
  static final class Remove extends Base {
    @Parameters(paramLabel = "PEER", description = "Its number.")
    private String peer;

    @Override
    JsonNode ask(HttpApi http) throws InterruptedException {
      return http.call("DELETE", memberPath(peer), null, Duration.ZERO);
    }
  }

  /** {@code holdfast member transfer}. */
  @Command(
      name = "transfer",
      mixinStandardHelpOptions = true,
      description = "Hand leadership to a voter, without a time in which nobody leads.",
      footer = {"", "Example:", "  holdfast member transfer 2"})
  static final class Transfer extends Base {
    @Parameters(
        paramLabel = "PEER",
        arity = "0..1",
        description = "Its number; the voter that is most up to date if left out.")
    private @Nullable String peer;

    @Override
    JsonNode ask(HttpApi http) throws InterruptedException {
      ObjectNode body = HttpApi.object();
      if (peer != null) {
        body.put("peer", peer);
      }
      return post(http, "/v1/cluster/transfer", body);
    }
  }
}
