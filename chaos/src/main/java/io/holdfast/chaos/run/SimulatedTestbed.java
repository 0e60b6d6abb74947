package io.holdfast.chaos.run;

import io.holdfast.chaos.cluster.ClusterUnderTest;
import io.holdfast.chaos.nemesis.Nemesis;
import io.holdfast.chaos.nemesis.Testbed;
import io.holdfast.chaos.sim.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The simulator as a place for runs. Its cluster lives and ends inside one run, so that it has
 * faults of its own instead of nemeses, and a conductor of its own.
 */
public final class SimulatedTestbed implements Testbed {
  /** What is made when nothing is asked for. */
  public static final List<String> DEFAULT_FAULTS = List.of("crash", "pause", "partition");

  /** The one there is. */
  public SimulatedTestbed() {}

  /** The names of its faults. */
  public static List<String> faults() {
    return Arrays.stream(Fault.values()).map(Fault::title).toList();
  }

  @Override
  public String name() {
    return "simulation";
  }

  @Override
  public Optional<String> unavailableWhy() {
    return Optional.empty();
  }

  @Override
  public List<Nemesis> nemeses() {
    return List.of();
  }

  @Override
  public ClusterUnderTest create(int peers, Path work, List<String> settings) throws IOException {
    throw new IOException("a simulated cluster exists only inside a simulated run");
  }
}
