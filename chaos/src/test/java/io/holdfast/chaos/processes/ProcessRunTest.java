package io.holdfast.chaos.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chaos.report.RunRecord;
import io.holdfast.chaos.report.RunRecord.Fault;
import io.holdfast.chaos.run.Conductor;
import io.holdfast.chaos.run.Progress;
import io.holdfast.chaos.run.RunSettings;
import io.holdfast.chaos.workload.Workload;
import io.holdfast.chaos.workload.WorkloadContext.Load;
import io.holdfast.chaos.workload.Workloads;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, real signals, real time. */
class ProcessRunTest {
  private static final Progress SILENT =
      new Progress() {
        @Override
        public void say(String line) {
          // Tests say nothing.
        }

        @Override
        public void tick(String state) {
          // Nor do they tick.
        }
      };

  @TempDir Path root;

  @Test
  void locksHoldUnderKillPauseAndPartition() throws Exception {
    RunRecord record =
        run(List.of("fenced-lock", "guarded-set"), List.of("kill", "pause", "partition"), 20);

    assertThat(record.reasons()).isEmpty();
    assertThat(record.conclusion()).isEqualTo("valid");
    assertThat(record.faults().stream().map(Fault::nemesis))
        .containsExactlyInAnyOrder("kill", "pause", "partition");
    assertThat(record.outcome().digest()).contains("are equal");
    assertThat(Files.readString(root.resolve("run/report.html"))).contains("seen to work");
    assertThat(root.resolve("run/peers/peer-3/peer.log")).isNotEmptyFile();
  }

  @Test
  void locksHoldWhileMembersComeAndGo() throws Exception {
    RunRecord record = run(List.of("fenced-lock"), List.of("member-replace", "member-remove"), 20);

    assertThat(record.reasons()).isEmpty();
    assertThat(record.conclusion()).isEqualTo("valid");
    assertThat(record.faults()).allSatisfy(fault -> assertThat(fault.verified()).isNotNull());
    assertThat(record.outcome().digest()).contains("all 3 peers are equal");
    assertThat(record.judged().get(1).rule()).isEqualTo("one leader a term");
  }

  @Test
  void setWithoutTheCheckOfTheTokenIsCaught() throws Exception {
    RunRecord record = run(List.of("unguarded-set"), List.of(), 12);

    assertThat(record.conclusion()).isEqualTo("invalid");
    assertThat(record.judged().get(0).sentences()).asString().contains("lost update");
    assertThat(record.judged().get(1).conclusion()).as("the lock itself").isEqualTo("valid");
  }

  private RunRecord run(List<String> workloads, List<String> faults, int seconds) throws Exception {
    Stream<Workload> chosen = workloads.stream().map(name -> Workloads.named(name).orElseThrow());
    RunSettings settings =
        new RunSettings(
            new ProcessTestbed(),
            3,
            chosen.toList(),
            faults,
            Duration.ofSeconds(seconds),
            RunSettings.EVERY,
            new Load(4, 40, Duration.ofSeconds(2), Duration.ofSeconds(4)),
            4711,
            root.resolve("run"),
            "none",
            List.of());
    return new Conductor(settings, SILENT).run();
  }
}
