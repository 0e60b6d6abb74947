package io.holdfast.chaos.run;

import io.holdfast.chaos.nemesis.Testbed;
import io.holdfast.chaos.workload.Workload;
import io.holdfast.chaos.workload.WorkloadContext.Load;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What to do in a run.
 *
 * @param faults names of nemeses
 * @param timeLimit from the first operation to the healing; what follows takes some more
 * @param every from the beginning of one fault to that of the next
 * @param load of each workload
 * @param folder for the run, which must not exist
 * @param command repeats the run
 * @param peerSettings further configuration of the peers
 */
public record RunSettings(
    Testbed testbed,
    int peers,
    List<Workload> workloads,
    List<String> faults,
    Duration timeLimit,
    Duration every,
    Load load,
    long seed,
    Path folder,
    String command,
    List<String> peerSettings) {
  /** Time from fault to fault unless another is asked for. */
  public static final Duration EVERY = Duration.ofSeconds(10);

  /** Copies the lists. */
  public RunSettings {
    workloads = List.copyOf(workloads);
    faults = List.copyOf(faults);
    peerSettings = List.copyOf(peerSettings);
  }
}
