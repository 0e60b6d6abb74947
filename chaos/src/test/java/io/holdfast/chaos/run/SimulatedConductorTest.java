package io.holdfast.chaos.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chaos.report.RunRecord;
import io.holdfast.chaos.workload.Workload;
import io.holdfast.chaos.workload.WorkloadContext.Load;
import io.holdfast.chaos.workload.Workloads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulatedConductorTest {
  @TempDir private Path parent;

  private RunRecord run(String name) throws IOException {
    List<Workload> workloads = List.of(Workloads.named("fenced-lock").orElseThrow());
    RunSettings settings =
        new RunSettings(
            new SimulatedTestbed(),
            3,
            workloads,
            SimulatedTestbed.DEFAULT_FAULTS,
            Duration.ofSeconds(10),
            RunSettings.EVERY,
            Load.DEFAULT,
            5,
            parent.resolve(name),
            "./holdfast chaos run --on simulation",
            List.of());
    return new SimulatedConductor(settings, new Silent()).run();
  }

  @Test
  void theWorkloadsOfAnAttackRunInVirtualTimeAndAreJudged() throws IOException {
    RunRecord first = run("first");
    assertThat(first.problems()).isEmpty();
    assertThat(first.conclusion()).isEqualTo("valid");
    RunRecord second = run("second");
    assertThat(second.conclusion()).isEqualTo("valid");
    assertThat(Files.readString(parent.resolve("second/history.jsonl")))
        .isEqualTo(Files.readString(parent.resolve("first/history.jsonl")))
        .contains("\"acquire\"");
  }

  private static final class Silent implements Progress {
    @Override
    public void say(String line) {
      // Nobody looks on.
    }

    @Override
    public void tick(String state) {
      // Nobody looks on.
    }
  }
}
