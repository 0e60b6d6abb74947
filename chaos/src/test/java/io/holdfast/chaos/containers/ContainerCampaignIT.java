package io.holdfast.chaos.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chaos.report.RunRecord;
import io.holdfast.chaos.run.Conductor;
import io.holdfast.chaos.run.Progress;
import io.holdfast.chaos.run.RunSettings;
import io.holdfast.chaos.workload.WorkloadContext.Load;
import io.holdfast.chaos.workload.Workloads;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A short campaign against three peers in real containers. Part of the build where
 * CHAOS_DOCKER_REQUIRED=true says that there must be Docker; it fails where there is none.
 */
class ContainerCampaignIT {
  private static final long SEED = 20_260_101;
  private static final Duration TIME_LIMIT = Duration.ofSeconds(120);
  private static final List<String> FAULTS =
      List.of("kill", "partition", "pause", "powercut", "clock", "loss");

  @Test
  void everyWorkloadThatMustHoldDoesUnderCrashesCutsPausesAndPowerCuts() throws Exception {
    Path folder =
        ChaosImages.checkout()
            .resolve("chaos/target/container-campaign")
            .resolve(Long.toString(ProcessHandle.current().pid()));
    RunSettings settings =
        new RunSettings(
            new ContainerTestbed(),
            3,
            Workloads.thatMustHold(),
            FAULTS,
            TIME_LIMIT,
            RunSettings.EVERY,
            new Load(3, 20, Load.DEFAULT.sessionTtl(), Load.DEFAULT.requestTimeout()),
            SEED,
            folder,
            "./holdfast chaos run --on containers --workload all --faults "
                + String.join(",", FAULTS)
                + " --time-limit 120s --rate 20 --clients 3 --seed "
                + SEED,
            List.of());

    RunRecord record = new Conductor(settings, new Lines()).run();

    assertThat(record.conclusion()).as("%s", record).isEqualTo("valid");
    assertThat(record.faults())
        .hasSizeGreaterThanOrEqualTo(FAULTS.size())
        .allSatisfy(fault -> assertThat(fault.verified()).isNotNull());
  }

  /** Tells the build's log what happens. */
  private static final class Lines implements Progress {
    @Override
    public void say(String line) {
      System.out.println(line);
    }

    @Override
    public void tick(String line) {
      // Twice a second is for a person who watches.
    }
  }
}
