package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandLineTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @CsvSource({"500ms,500", "10s,10000", "2m,120000", "1h,3600000", "0,0"})
  void durationsHaveUnits(String text, long millis) {
    assertThat(new Durations().convert(text)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10", "s", "-5s", "1d", "1.5s", ""})
  void durationWithoutUnitIsAnErrorThatSaysHowToWriteIt(String text) {
    assertThat(run("lock", "a", "--ttl=" + text, "--", "true")).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString()).contains("--ttl", "is not a duration", "10s");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nowhere", "host:port", "http://localhost:7070", ",", "localhost:7070/x"})
  void endpointThatIsNoAddressIsAnErrorThatNamesIt(String endpoints) {
    assertThat(run("status", "--endpoints=" + endpoints)).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString()).contains("--endpoints");
  }

  @Test
  void unknownOptionSuggestsTheNearest() {
    assertThat(run("lock", "a", "--wiat", "1s", "--", "true")).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString()).contains("--wait");
  }

  @Test
  void unknownKeyOfTheServerNamesTheNearest() {
    assertThat(run("server", "--set", "cluster.ip=x")).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString()).contains("cluster.ip", "cluster.id");
  }

  @Test
  void devRefusesANumberOfPeersWithoutAMajority() {
    assertThat(run("dev", "--peers", "2")).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString()).contains("--peers must be 1, 3 or 5");
  }

  @Test
  @Timeout(60)
  void nobodyThereIsUnavailableAndNamesTheAddress() {
    assertThat(run("renew", "--session=1", "--endpoints=127.0.0.1:1", "--timeout=100ms"))
        .isEqualTo(ExitCodes.UNAVAILABLE);
    assertThat(err.toString()).contains("cannot connect to 127.0.0.1:1");
  }

  @Test
  void everyCommandHasHelp() {
    for (String command : Main.commandLine().getSubcommands().keySet()) {
      StringWriter help = new StringWriter();
      Main.commandLine().setOut(new PrintWriter(help, true)).execute(command, "--help");
      assertThat(help.toString()).as(command).contains("Usage:");
    }
  }

  /** Rewritten with {@code -Dholdfast.docs.write=true}. */
  @Test
  void commandLinePageIsCurrent() throws IOException {
    Path page = Path.of("../../docs/cli.md");
    String wanted = page();
    if (Boolean.getBoolean("holdfast.docs.write")) {
      Files.writeString(page, wanted);
    }
    assertThat(Files.readString(page))
        .as("docs/cli.md is out of date; write it anew with -Dholdfast.docs.write=true")
        .isEqualTo(wanted);
  }

  private static String page() {
    StringBuilder page = new StringBuilder();
    page.append("# Command line\n\n");
    page.append(
        "What `./holdfast COMMAND --help` says, on one page. `./holdfast check --help` has\n");
    page.append("the checker's own.\n\n");
    page.append("| Exit code | Means |\n|---|---|\n");
    page.append("| 0 | done |\n");
    page.append("| 1 | a definite no: refused, busy, not the holder |\n");
    page.append("| 2 | the command line or the configuration is wrong; nothing was sent |\n");
    page.append("| 3 | the outcome is unknown: it may have taken effect |\n");
    page.append("| 4 | no peer could be reached, or there is no leader; nothing took effect |\n");
    page.append("| 75 | `lock`: not granted within `--wait`; the command was not run |\n");
    page.append("| 76 | `lock`: the lease was lost while the command ran |\n");
    page.append("| 127 | `lock`: the command could not be started |\n");
    CommandLine main = Main.commandLine();
    main.getSubcommands()
        .forEach(
            (name, command) -> {
              if (!name.equals("help")) {
                append(page, "## " + name, command);
                command
                    .getSubcommands()
                    .forEach((sub, its) -> append(page, "### " + name + " " + sub, its));
              }
            });
    return page.toString();
  }

  private static void append(StringBuilder page, String title, CommandLine command) {
    command.setUsageHelpWidth(100);
    String usage = command.getUsageMessage(CommandLine.Help.Ansi.OFF).replaceAll("(?m) +$", "");
    page.append("\n").append(title).append("\n\n```\n").append(usage).append("```\n");
  }

  private int run(String... arguments) {
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
