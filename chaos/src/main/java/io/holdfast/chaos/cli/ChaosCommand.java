package io.holdfast.chaos.cli;

import picocli.CommandLine.Command;

/** {@code holdfast chaos}: attacks on real clusters. */
@Command(
    name = "chaos",
    description = "Attack a cluster of real peers and judge what its clients saw.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {RunCommand.class, ListCommand.class, RecheckCommand.class, ServeCommand.class})
final class ChaosCommand {}
