package io.holdfast.bench.compare;

import io.holdfast.cli.bench.ProcessCpu;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast compare}: the same work on Holdfast and its peers, in turns. */
@Command(
    name = "holdfast compare",
    mixinStandardHelpOptions = true,
    description = "Measure Holdfast and other lock services with the same load, in turns.",
    footer = {
      "",
      "Every system has three members on this machine and a client process of its own, with the"
          + " same",
      "JVM options. They are loaded in turns, round by round; the others are idle meanwhile. A"
          + " client",
      "is a thread that acquires a lock, releases it and begins again. No grant may overlap"
          + " another.",
      "",
      "Exit codes: 0 done, 1 a system failed or granted a lock twice, 2 usage.",
      "",
      "Examples:",
      "  holdfast compare --systems holdfast,zookeeper --rounds 3",
      "  holdfast compare --columns 64x64 --seconds 5 --failovers 5"
    })
public final class CompareCommand implements Callable<Integer> {
  /** Folder of the other systems' modules; the launcher knows it. */
  private final Path rivals =
      Path.of(System.getProperty("holdfast.rivals", "lock-service/bench/rivals")).toAbsolutePath();

  @Spec private CommandSpec spec;

  @Option(
      names = "--systems",
      paramLabel = "NAME",
      split = ",",
      description = {
        "Which systems (default: all that can run).",
        "Known: ${sys:holdfast.systems}."
      })
  private @Nullable List<String> systems;

  @Option(
      names = "--columns",
      paramLabel = "CLIENTSxLOCKS",
      split = ",",
      defaultValue = "1x1,16x16,64x64,16x1",
      description = "Kinds of load (default: ${DEFAULT-VALUE}).")
  private List<String> columns;

  @Option(
      names = "--in-flight",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,16,128",
      description = "Commands under way in replicated logs (default: ${DEFAULT-VALUE}).")
  private List<String> inFlight;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "How often each system has its turn (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--seconds",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description = "Time that counts in each turn (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      defaultValue = "2",
      description = "Load before each turn counts (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--first-warm-up",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "Load before the first round, for the compilers (default: ${DEFAULT-VALUE}).")
  private int firstWarmUp;

  @Option(
      names = "--failovers",
      paramLabel = "N",
      defaultValue = "0",
      description = "Times the leader of each system is killed (default: ${DEFAULT-VALUE}).")
  private int failOvers;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where data is kept meanwhile, on the disk to measure (default: /var/tmp).")
  private @Nullable Path data;

  @Option(names = "--json", paramLabel = "FILE", description = "Write every round as JSON.")
  private @Nullable Path json;

  @Option(names = "--markdown", paramLabel = "FILE", description = "Write the table as Markdown.")
  private @Nullable Path markdown;

  /** Runs the command. */
  public static void main(String[] arguments) {
    System.setProperty("holdfast.systems", String.join(", ", Contender.ids()));
    CommandLine commandLine = new CommandLine(new CompareCommand());
    commandLine.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          command.getErr().println("holdfast: " + failure.getMessage());
          return 1;
        });
    System.exit(commandLine.execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    if (!ProcessCpu.isKnown()) {
      throw new IOException("processor time is read from /proc, which this system does not have");
    }
    requirePositive("--rounds", rounds);
    requirePositive("--seconds", seconds);
    List<Load> pairs = parsed(columns, Load.Pairs::parse, "--columns");
    List<Load> commands = parsed(inFlight, Load.Commands::parse, "--in-flight");
    Results results = new Results();
    List<Contender> contenders = available(results);
    Path directory = Files.createTempDirectory(dataRoot(), "holdfast-compare-");
    Turns.Plan plan =
        new Turns.Plan(
            pairs, commands, rounds, seconds, warmUp, firstWarmUp, failOvers, rivals, directory);
    PrintWriter err = spec.commandLine().getErr();
    Turns turns = new Turns(plan, contenders, results, err);
    Thread cleaning = new Thread(() -> clean(turns, directory));
    Runtime.getRuntime().addShutdownHook(cleaning);
    Machine machine = Machine.examine(directory);
    err.println(machine);
    results.failures().forEach((system, why) -> err.println(system + ": " + why));
    boolean clean = turns.run();
    write(new Report(results, machine, commandText(), contenders, plan));
    return clean ? 0 : 1;
  }

  /** Runs at the end of this process, whatever brings it about. */
  private static void clean(Turns turns, Path directory) {
    turns.close();
    try {
      delete(directory);
    } catch (IOException e) {
      System.err.println(directory + " is left behind: " + e);
    }
  }

  private List<Contender> available(Results results) {
    List<Contender> wanted =
        systems == null ? Contender.ALL : parsed(systems, Contender::parse, "--systems");
    List<Contender> found = new ArrayList<>();
    for (Contender contender : wanted) {
      contender
          .requirement()
          .missing(rivals)
          .ifPresentOrElse(
              why -> results.failed(contender.title(), "not measured: " + why),
              () -> found.add(contender));
    }
    return found;
  }

  private Path dataRoot() throws IOException {
    if (data != null) {
      return Files.createDirectories(data);
    }
    Path root = Path.of("/var/tmp");
    if (Files.getFileStore(root).type().equals("tmpfs")) {
      throw new IOException("/var/tmp is in memory; name a folder on a disk with --data");
    }
    return root;
  }

  private void write(Report report) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    out.print(report.text());
    out.flush();
    if (json != null) {
      Files.writeString(json, report.json(), StandardCharsets.UTF_8);
    }
    if (markdown != null) {
      Files.writeString(markdown, report.markdown(), StandardCharsets.UTF_8);
    }
  }

  private String commandText() {
    return "holdfast compare "
        + String.join(" ", spec.commandLine().getParseResult().originalArgs());
  }

  private <T> List<T> parsed(List<String> texts, Function<String, T> parser, String option) {
    try {
      return texts.stream().<T>map(parser).toList();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), option + ": " + e.getMessage());
    }
  }

  private void requirePositive(String option, int value) {
    if (value < 1) {
      throw new ParameterException(
          spec.commandLine(), option + " must be 1 or more; it is " + value);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
