package io.holdfast.chaos.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DeterminismTest {
  private static final long FIRST_SEED = 7_000;
  private static final int SEEDS = 6;

  @Test
  void theSameSeedIsTheSameRun() {
    assertThat(Hashes.of(FIRST_SEED, SEEDS)).isEqualTo(Hashes.of(FIRST_SEED, SEEDS));
  }

  @Test
  void otherSeedsAreOtherRuns() {
    assertThat(Hashes.of(FIRST_SEED, SEEDS)).doesNotHaveDuplicates();
  }

  @Test
  void aTraceChangesNothing() {
    SimOutcome silent = SimRun.run(FIRST_SEED, SimOptions.DRAWN);
    SimOutcome traced = SimRun.run(FIRST_SEED, SimOptions.DRAWN.withTracing(true));
    assertThat(traced.hash()).isEqualTo(silent.hash());
    assertThat(traced.trace()).isNotEmpty();
  }

  /** Identity hashes differ between machines and runs; no order may depend on them. */
  @Test
  void identityHashesDoNotMatter() throws IOException, InterruptedException {
    List<String> here = Hashes.of(FIRST_SEED, SEEDS);
    assertThat(inAnotherMachine("-XX:hashCode=2")).isEqualTo(here);
    assertThat(inAnotherMachine("-XX:hashCode=0")).isEqualTo(here);
  }

  private static List<String> inAnotherMachine(String option)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UnlockExperimentalVMOptions",
                option,
                "-XX:TieredStopAtLevel=1",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                Hashes.class.getName(),
                Long.toString(FIRST_SEED),
                Integer.toString(SEEDS))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    return new ArrayList<>(text.lines().filter(line -> line.matches("[0-9a-f]{16}")).toList());
  }
}
