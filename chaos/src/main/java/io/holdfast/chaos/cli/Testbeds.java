package io.holdfast.chaos.cli;

import io.holdfast.chaos.containers.ContainerTestbed;
import io.holdfast.chaos.nemesis.Testbed;
import io.holdfast.chaos.processes.ProcessTestbed;
import io.holdfast.chaos.run.SimulatedTestbed;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Where runs can be made. */
final class Testbeds {
  private static final List<Testbed> ALL =
      List.of(new ProcessTestbed(), new ContainerTestbed(), new SimulatedTestbed());

  private Testbeds() {}

  static Optional<Testbed> named(String name) {
    return ALL.stream().filter(testbed -> testbed.name().equals(name)).findFirst();
  }

  /** One where a fault can be made. */
  static Optional<Testbed> thatKnows(String fault) {
    return ALL.stream()
        .filter(testbed -> testbed.nemeses().stream().anyMatch(it -> it.name().equals(fault)))
        .findFirst();
  }

  static List<Testbed> all() {
    return ALL;
  }

  static String names() {
    return ALL.stream().map(Testbed::name).collect(Collectors.joining(", "));
  }
}
