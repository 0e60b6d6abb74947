package io.holdfast.chaos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class RunCommandTest {
  @TempDir private Path runs;

  /** What is said of arguments that are wrong. */
  private String refused(String... args) {
    StringWriter err = new StringWriter();
    CommandLine command = new CommandLine(new RunCommand()).setErr(new PrintWriter(err));
    String[] all = new String[args.length + 2];
    System.arraycopy(args, 0, all, 0, args.length);
    all[args.length] = "--out";
    all[args.length + 1] = runs.toString();
    assertThat(command.execute(all)).isEqualTo(RunExit.USAGE);
    assertThat(runs).isEmptyDirectory();
    return err.toString();
  }

  @Test
  void faultThatNeedsAnotherPlaceNamesThePlace() {
    assertThat(refused("--faults", "kill,powercut"))
        .contains("--faults powercut cannot be made on processes; use --on containers");
  }

  @Test
  void faultThatNobodyKnowsIsAnsweredWithThoseThereAre() {
    assertThat(refused("--faults", "meteor"))
        .contains("--faults meteor cannot be made on processes", "member-replace", "oneway");
  }

  @Test
  void timeWithoutAUnitIsRefused() {
    assertThat(refused("--every", "10")).contains("--every", "'10' is not a time");
  }

  @Test
  void workloadThatNobodyKnowsIsAnsweredWithThoseThereAre() {
    assertThat(refused("--workload", "gardening")).contains("gardening", "availability");
  }

  @Test
  void workloadOverHttpIsRefusedInASimulation() {
    assertThat(refused("--on", "simulation", "--workload", "fenced-lock-http"))
        .contains("fenced-lock-http needs HTTP, which a simulation has not");
  }

  @Test
  void everyWorkloadButThoseOverHttpRunsInASimulation() {
    StringWriter out = new StringWriter();
    CommandLine command =
        new CommandLine(new RunCommand())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(new StringWriter()));
    int code =
        command.execute(
            "--on",
            "simulation",
            "--workload",
            "all",
            "--time-limit",
            "8s",
            "--seed",
            "3",
            "--rate",
            "20",
            "--out",
            runs.toString());

    assertThat(out.toString()).contains("fenced-lock", "semaphore").doesNotContain("-http");
    assertThat(code).as("%s", out).isIn(RunExit.VALID, RunExit.UNKNOWN);
  }
}
