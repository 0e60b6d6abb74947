package io.holdfast.chaos.processes;

import io.holdfast.chaos.cluster.ClusterUnderTest;
import io.holdfast.chaos.nemesis.CommonNemeses;
import io.holdfast.chaos.nemesis.Nemesis;
import io.holdfast.chaos.nemesis.Testbed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Peers as processes of this machine: needs nothing but a Unix with {@code /proc}. */
public final class ProcessTestbed implements Testbed {
  private final Optional<Path> planted;

  /** Peers as they are. */
  public ProcessTestbed() {
    this(Optional.empty());
  }

  private ProcessTestbed(Optional<Path> planted) {
    this.planted = planted;
  }

  @Override
  public String name() {
    return "processes";
  }

  @Override
  public Optional<String> unavailableWhy() {
    return Files.isReadable(Path.of("/proc/self/stat"))
        ? Optional.empty()
        : Optional.of("processes are paused and watched through /proc, which this system lacks");
  }

  @Override
  public List<Nemesis> nemeses() {
    return CommonNemeses.all();
  }

  @Override
  public ClusterUnderTest create(int peers, Path work, List<String> settings) throws IOException {
    return ProcessCluster.plan(peers, work, settings, planted);
  }

  @Override
  public Testbed withPlanted(Path archive) {
    return new ProcessTestbed(Optional.of(archive));
  }
}
