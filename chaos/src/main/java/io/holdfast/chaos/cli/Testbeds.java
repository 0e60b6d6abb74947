package io.holdfast.chaos.cli;

import io.holdfast.chaos.containers.ContainerTestbed;
import io.holdfast.chaos.nemesis.Testbed;
import io.holdfast.chaos.planted.Catalogue;
import io.holdfast.chaos.planted.PlantedBugException;
import io.holdfast.chaos.planted.Planter;
import io.holdfast.chaos.processes.ProcessTestbed;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Where runs can be made. */
final class Testbeds {
  private static final List<Testbed> ALL = List.of(new ProcessTestbed(), new ContainerTestbed());

  private Testbeds() {}

  static Optional<Testbed> named(String name) {
    return ALL.stream().filter(testbed -> testbed.name().equals(name)).findFirst();
  }

  static List<Testbed> all() {
    return ALL;
  }

  /**
   * Containers whose peers have a planted bug.
   *
   * @throws IllegalArgumentException if there is no such bug, or it cannot be made here
   */
  static Testbed withBug(String bug) {
    try {
      Catalogue catalogue = Catalogue.find();
      return new ContainerTestbed(
          Optional.of(Planter.of(catalogue).plantJar(catalogue.named(bug))));
    } catch (PlantedBugException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  static String names() {
    return ALL.stream().map(Testbed::name).collect(Collectors.joining(", "));
  }
}
