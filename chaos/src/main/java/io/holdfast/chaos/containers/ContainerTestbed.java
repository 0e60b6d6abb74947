package io.holdfast.chaos.containers;

import io.holdfast.chaos.cluster.ClusterUnderTest;
import io.holdfast.chaos.nemesis.CommonNemeses;
import io.holdfast.chaos.nemesis.Nemesis;
import io.holdfast.chaos.nemesis.Testbed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Peers in Docker containers: real processes, a real network and real disks that can be hurt. */
public final class ContainerTestbed implements Testbed {
  private final Optional<Path> planted;

  /** Peers as they are released. */
  public ContainerTestbed() {
    this(Optional.empty());
  }

  /**
   * Peers with a fault in them.
   *
   * @param planted archive of the faulty classes
   */
  public ContainerTestbed(Optional<Path> planted) {
    this.planted = planted;
  }

  @Override
  public String name() {
    return "containers";
  }

  @Override
  public Optional<String> unavailableWhy() {
    try {
      DockerEngine.connect();
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public List<Nemesis> nemeses() {
    List<Nemesis> all = new ArrayList<>(CommonNemeses.all());
    all.addAll(NetworkFaults.all());
    all.addAll(DiskFaults.all());
    all.addAll(PowerFaults.all());
    all.addAll(ClockFaults.all());
    all.add(SplitVote.nemesis());
    return List.copyOf(all);
  }

  @Override
  public ClusterUnderTest create(int peers, Path work, List<String> settings)
      throws IOException, InterruptedException {
    Map<String, String> keys = new TreeMap<>();
    for (String line : settings) {
      int equals = line.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("'" + line + "' is not of the form key = value");
      }
      keys.put(line.substring(0, equals).strip(), line.substring(equals + 1).strip());
    }
    ContainerSettings made = ContainerSettings.of(peers).with(keys);
    return ContainerCluster.make(planted.map(made::withPlanted).orElse(made));
  }

  @Override
  public Testbed withPlanted(Path archive) {
    return new ContainerTestbed(Optional.of(archive));
  }
}
