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
  /** Without state. */
  public ProcessTestbed() {}

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
    return ProcessCluster.plan(peers, work, settings);
  }
}
