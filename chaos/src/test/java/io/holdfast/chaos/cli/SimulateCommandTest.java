package io.holdfast.chaos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class SimulateCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int simulate(String... args) {
    return new CommandLine(new SimulateCommand())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(args);
  }

  @Test
  void aCleanRangeOfSeedsEndsWithZeroAndItsFigures() {
    assertThat(simulate("--seeds", "1..2", "--twice")).isZero();
    assertThat(out.toString())
        .contains("2 seeds in", "simulated seconds per second", "0 violations");
  }

  @Test
  void programsGetOneObject() {
    assertThat(simulate("--seeds", "3", "--json")).isZero();
    assertThat(out.toString()).contains("\"violations\":0").startsWith("{");
  }

  @Test
  void whatIsNoSeedIsAnErrorOfUse() {
    assertThat(simulate("--seeds", "5..1")).isEqualTo(RunExit.USAGE);
    assertThat(simulate("--seeds", "all")).isEqualTo(RunExit.USAGE);
    assertThat(simulate("--faults", "meteor")).isEqualTo(RunExit.USAGE);
    assertThat(err.toString()).contains("meteor").contains("client-crash");
  }

  @Test
  void aTraceTellsWhatHappened() {
    assertThat(simulate("--seeds", "4", "--trace", "--faults", "crash", "--fault-millis", "3000"))
        .isZero();
    assertThat(out.toString()).contains("crash at").contains("leads term");
  }
}
