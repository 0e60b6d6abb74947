package io.holdfast.chaos.cli;

import io.holdfast.chaos.nemesis.Nemesis;
import io.holdfast.chaos.nemesis.Testbed;
import io.holdfast.chaos.planted.PlantedBugException;
import io.holdfast.chaos.report.RunRecord;
import io.holdfast.chaos.run.Conductor;
import io.holdfast.chaos.run.RunSettings;
import io.holdfast.chaos.run.SimulatedConductor;
import io.holdfast.chaos.run.SimulatedTestbed;
import io.holdfast.chaos.workload.Workload;
import io.holdfast.chaos.workload.WorkloadContext.Load;
import io.holdfast.chaos.workload.Workloads;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast chaos run}: one attack. */
@Command(
    name = "run",
    description = "Attack a cluster once, judge what its clients saw, and write a report.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Exit codes: 0 valid, 1 invalid, 2 usage, 3 unknown.",
      "",
      "Example:",
      "  holdfast chaos run --faults kill,pause,partition --time-limit 60s"
    })
final class RunCommand implements Callable<Integer> {
  private static final long CLEAN_UP_SECONDS_MAX = 60;
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

  private static final List<String> DEFAULT_FAULTS = List.of("kill", "pause", "partition");

  @Spec private CommandSpec spec;

  @Option(
      names = "--on",
      paramLabel = "WHERE",
      defaultValue = "processes",
      description = "Where the peers run: processes of this machine, containers, or simulation.")
  private String on;

  @Option(
      names = "--peers",
      paramLabel = "N",
      defaultValue = "3",
      description = "3 to 9 peers. Default: ${DEFAULT-VALUE}")
  private int peers;

  @Option(
      names = "--workload",
      paramLabel = "W[,W]",
      split = ",",
      defaultValue = "fenced-lock",
      description =
          "What clients do; 'all' for every one that must hold on any machine. See 'chaos list"
              + " workloads'.")
  private List<String> workloads;

  @Option(
      names = "--faults",
      paramLabel = "F[,F]",
      split = ",",
      defaultValue = "kill,pause,partition",
      description = "Faults to make, 'none' or 'all'. Default: ${DEFAULT-VALUE}")
  private List<String> faults;

  @Option(
      names = "--time-limit",
      paramLabel = "TIME",
      defaultValue = "60s",
      description = "From the first operation to the healing. Default: ${DEFAULT-VALUE}")
  private String timeLimit;

  @Option(
      names = "--every",
      paramLabel = "TIME",
      defaultValue = "10s",
      description =
          "From the beginning of one fault to that of the next. Default: ${DEFAULT-VALUE}")
  private String every;

  @Option(
      names = "--rate",
      paramLabel = "R",
      defaultValue = "50",
      description = "Operations a second of each workload, at most. Default: ${DEFAULT-VALUE}")
  private double rate;

  @Option(
      names = "--clients",
      paramLabel = "N",
      defaultValue = "5",
      description = "Clients of each workload. Default: ${DEFAULT-VALUE}")
  private int clients;

  @Option(
      names = "--ttl",
      paramLabel = "TIME",
      defaultValue = "3s",
      description = "TTL of the clients' sessions. Default: ${DEFAULT-VALUE}")
  private String ttl;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Draws the faults and the clients' choices. Default: a new one, printed.")
  private @Nullable Long seed;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "chaos-runs",
      description = "The run gets a folder of its own in it. Default: ${DEFAULT-VALUE}")
  private Path out;

  @Option(
      names = "--peer-set",
      paramLabel = "KEY=VALUE",
      description = "A configuration key for every peer; may be repeated.")
  private List<String> peerSettings = List.of();

  @Option(
      names = "--bug",
      paramLabel = "NAME",
      description = "Plant this bug in every peer; see docs/planted-bugs.md for their names.")
  private @Nullable String bug;

  @Override
  public Integer call() throws IOException {
    RunSettings settings = settings();
    PrintWriter err = spec.commandLine().getErr();
    Thread runner = Thread.currentThread();
    CountDownLatch cleanedUp = new CountDownLatch(1);
    AtomicBoolean brokenOff = new AtomicBoolean();
    Thread hook =
        new Thread(
            () -> {
              brokenOff.set(true);
              breakOff(runner, cleanedUp);
            },
            "chaos-break-off");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      Console console = new Console(err, CommandLine.Help.Ansi.AUTO.enabled());
      RunRecord record =
          settings.testbed() instanceof SimulatedTestbed
              ? new SimulatedConductor(settings, console).run()
              : new Conductor(settings, console).run();
      spec.commandLine().getOut().println(Summary.of(record, settings.folder()));
      return RunExit.of(record);
    } catch (InterruptedException | IOException broken) {
      err.println(
          brokenOff.get()
              ? "broken off; everything that was started is ended"
              : "holdfast chaos: " + broken.getMessage());
      return RunExit.UNKNOWN;
    } finally {
      cleanedUp.countDown();
      removeHook(hook);
    }
  }

  /** Ctrl-C: the run heals and ends what it started, then the process ends. */
  private static void breakOff(Thread runner, CountDownLatch cleanedUp) {
    // Testcontainers removes the same containers from a hook of its own, and complains of those
    // that it finds gone.
    Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> {});
    runner.interrupt();
    try {
      if (!cleanedUp.await(CLEAN_UP_SECONDS_MAX, TimeUnit.SECONDS)) {
        System.err.println("holdfast chaos: the clean-up did not end within 60 s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      // The hook is what ends the process.
    }
  }

  private RunSettings settings() throws IOException {
    Testbed testbed = testbed();
    testbed
        .unavailableWhy()
        .ifPresent(
            why -> {
              throw wrong("--on " + on + " cannot be used on this machine: " + why);
            });
    if (peers < 3 || peers > 9) {
      throw wrong("--peers must be from 3 to 9; it is " + peers);
    }
    if (testbed instanceof SimulatedTestbed && peers != 3 && peers != 5) {
      throw wrong("--peers must be 3 or 5 on simulation; it is " + peers);
    }
    if (!(rate > 0) || clients < 1) {
      throw wrong("--rate and --clients must be above 0; they are " + rate + ", " + clients);
    }
    List<Workload> chosen = chosenWorkloads(testbed);
    List<String> chosenFaults = chosenFaults(testbed);
    long drawn = seed == null ? new SecureRandom().nextInt(Integer.MAX_VALUE) : seed;
    Duration limit = duration("--time-limit", timeLimit);
    Duration faultEvery = duration("--every", every);
    Duration sessionTtl = duration("--ttl", ttl);
    Load load = new Load(clients, rate, sessionTtl, Load.DEFAULT.requestTimeout());
    return new RunSettings(
        testbed,
        peers,
        chosen,
        chosenFaults,
        limit,
        faultEvery,
        load,
        drawn,
        folder(drawn),
        command(drawn),
        peerSettings.stream().map(it -> it.replaceFirst("=", " = ")).toList());
  }

  private Testbed testbed() {
    Testbed plain =
        Testbeds.named(on)
            .orElseThrow(
                () -> wrong("--on " + on + " is unknown; expected one of " + Testbeds.names()));
    if (bug == null) {
      return plain;
    }
    try {
      return plain.withPlanted(PlantedBugs.archive(bug));
    } catch (PlantedBugException | UnsupportedOperationException impossible) {
      throw wrong("--bug " + bug + ": " + impossible.getMessage());
    }
  }

  private Path folder(long drawn) throws IOException {
    String name =
        ZonedDateTime.now(ZoneOffset.UTC).format(STAMP)
            + "-"
            + on
            + "-"
            + (workloads.size() == 1 ? workloads.get(0) : "mixed")
            + "-"
            + drawn;
    Path folder = out.resolve(name);
    Files.createDirectories(out);
    if (Files.exists(folder)) {
      throw wrong("the run folder " + folder + " exists already");
    }
    return folder;
  }

  private List<Workload> chosenWorkloads(Testbed testbed) {
    boolean hasHttp = !(testbed instanceof SimulatedTestbed);
    if (workloads.equals(List.of("all"))) {
      return Workloads.thatMustHold().stream()
          .filter(workload -> hasHttp || !workload.needsHttp())
          .toList();
    }
    List<Workload> chosen = new ArrayList<>();
    for (String name : workloads) {
      chosen.add(
          Workloads.named(name)
              .orElseThrow(
                  () ->
                      wrong(
                          "--workload "
                              + name
                              + " is unknown; expected all or some of "
                              + Workloads.all().stream()
                                  .map(Workload::name)
                                  .collect(Collectors.joining(", ")))));
    }
    for (Workload workload : chosen) {
      if (workload.needsHttp() && !hasHttp) {
        throw wrong("--workload " + workload.name() + " needs HTTP, which a simulation has not");
      }
    }
    return chosen;
  }

  private List<String> chosenFaults(Testbed testbed) {
    List<String> known =
        testbed instanceof SimulatedTestbed
            ? SimulatedTestbed.faults()
            : testbed.nemeses().stream().map(Nemesis::name).toList();
    if (testbed instanceof SimulatedTestbed && faults.equals(DEFAULT_FAULTS)) {
      return SimulatedTestbed.DEFAULT_FAULTS;
    }
    if (faults.equals(List.of("none"))) {
      return List.of();
    }
    if (faults.equals(List.of("all"))) {
      return known;
    }
    for (String fault : faults) {
      if (!known.contains(fault)) {
        String where = "--faults " + fault + " cannot be made on " + on;
        throw wrong(
            Testbeds.thatKnows(fault)
                .map(other -> where + "; use --on " + other.name())
                .orElse(where + "; expected none, all or some of " + String.join(", ", known)));
      }
    }
    return faults;
  }

  private String command(long drawn) {
    StringBuilder command = new StringBuilder("./holdfast chaos run --on " + on);
    command.append(" --peers ").append(peers);
    command.append(" --workload ").append(String.join(",", workloads));
    command.append(" --faults ").append(String.join(",", faults));
    command.append(" --time-limit ").append(timeLimit);
    command.append(" --every ").append(every);
    command.append(" --rate ").append(rate == Math.rint(rate) ? "" + (long) rate : "" + rate);
    command.append(" --clients ").append(clients).append(" --ttl ").append(ttl);
    peerSettings.forEach(setting -> command.append(" --peer-set ").append(setting));
    if (bug != null) {
      command.append(" --bug ").append(bug);
    }
    return command.append(" --seed ").append(drawn).toString();
  }

  private Duration duration(String option, String text) {
    try {
      return Times.parse(text);
    } catch (IllegalArgumentException e) {
      throw wrong(option + ": " + e.getMessage());
    }
  }

  private CommandLine.ParameterException wrong(String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }
}
