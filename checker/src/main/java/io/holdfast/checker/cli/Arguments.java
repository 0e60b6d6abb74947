package io.holdfast.checker.cli;

import io.holdfast.checker.model.Models;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The options of the command, declared without annotations: reflection would slow the start. */
final class Arguments {
  private Arguments() {}

  static CommandLine commandLine() {
    CommandSpec spec =
        CommandSpec.create()
            .name("holdfast check")
            .mixinStandardHelpOptions(false)
            .addOption(
                value("--model", "MODEL", "Judge by this model; guessed when left out. One of ")
                    .description(
                        "Judge by this model; guessed when left out. One of "
                            + String.join(", ", Models.NAMES)
                            + ". Parameters follow a colon: register:0 and cas-register:0 for the"
                            + " value at first, semaphore:3 for its permits, leased-lock:0.01 for"
                            + " the part of the TTL by which a lease may end early.")
                    .build())
            .addOption(
                value(
                        "--format",
                        "FORMAT",
                        "Read this format; guessed when left out. One of jsonl, edn, jepsen-log,"
                            + " kv-log.")
                    .build())
            .addOption(
                value(
                        "--time-limit",
                        "TIME",
                        "Give up on a file after this time, such as 500ms, 60s or 5m; what is"
                            + " undecided by then is unknown. Default 60s.")
                    .build())
            .addOption(
                value(
                        "--memory-limit",
                        "SIZE",
                        "Let the searches hold no more than this, such as 512m or 4g. Default:"
                            + " most of the free heap.")
                    .build())
            .addOption(
                OptionSpec.builder("--threads")
                    .paramLabel("N")
                    .type(Integer.class)
                    .description("Look at this many keys in parallel. Default: all processors.")
                    .build())
            .addOption(
                OptionSpec.builder("--report")
                    .paramLabel("OUT.html")
                    .type(Path.class)
                    .description(
                        "Write a report as one HTML file. With several histories, one report each,"
                            + " named after them.")
                    .build())
            .addOption(flag("--json", "Print the verdicts as JSON to standard output."))
            .addOption(
                flag("--witness", "Put the order found for a valid key into the JSON in full."))
            .addOption(flag("--all-keys", "Go on with the other keys when one is found invalid."))
            .addOption(
                OptionSpec.builder("-h", "--help")
                    .usageHelp(true)
                    .description("Print this help.")
                    .build())
            .addPositional(
                PositionalParamSpec.builder()
                    .paramLabel("FILE")
                    .arity("1..*")
                    .required(true)
                    .type(java.util.List.class)
                    .auxiliaryTypes(Path.class)
                    .description("Recorded histories.")
                    .build());
    describe(spec);
    return new CommandLine(spec);
  }

  private static void describe(CommandSpec spec) {
    spec.usageMessage()
        .description("Judges whether recorded histories are linearizable, and shows why.")
        .footer(
            "",
            "Exit codes: 0 valid, 1 invalid, 2 bad input or usage, 3 unknown; of several files the"
                + " worst: bad input, then invalid, then unknown.",
            "",
            "Examples:",
            "  holdfast check history.jsonl",
            "  holdfast check --model cas-register --json etcd_*.log",
            "  holdfast check --model leased-lock --report why.html history.jsonl")
        .width(100)
        .autoWidth(false);
    spec.usageMessage().synopsisHeading("Usage: ").descriptionHeading("%n");
    spec.usageMessage().optionListHeading("%nOptions:%n").parameterListHeading("%nFiles:%n");
  }

  private static OptionSpec.Builder value(String name, String label, String description) {
    return OptionSpec.builder(name).paramLabel(label).type(String.class).description(description);
  }

  private static OptionSpec flag(String name, String description) {
    return OptionSpec.builder(name).type(boolean.class).description(description).build();
  }

  /** Help without colours, whose codes pipes would show. */
  static String help(CommandLine commandLine) {
    return commandLine.getUsageMessage(Ansi.OFF);
  }
}
