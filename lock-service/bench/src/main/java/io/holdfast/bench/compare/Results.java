package io.holdfast.bench.compare;

import io.holdfast.bench.worker.Measured;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** What was measured, by system and column, round by round. For one thread. */
final class Results {
  private final Map<String, Map<String, List<Measured>>> rounds = new LinkedHashMap<>();
  private final Map<String, List<Double>> outages = new LinkedHashMap<>();
  private final Map<String, String> versions = new LinkedHashMap<>();
  private final Map<String, String> failures = new LinkedHashMap<>();

  void version(String system, String version) {
    versions.put(system, version);
  }

  void add(String system, String column, Measured measured) {
    rounds
        .computeIfAbsent(system, name -> new LinkedHashMap<>())
        .computeIfAbsent(column, name -> new ArrayList<>())
        .add(measured);
  }

  void addOutage(String system, double millis) {
    outages.computeIfAbsent(system, name -> new ArrayList<>()).add(millis);
  }

  /** Why a system, or a part of its run, is missing. */
  void failed(String system, String why) {
    failures.putIfAbsent(system, why);
  }

  Map<String, String> failures() {
    return failures;
  }

  Optional<String> version(String system) {
    return Optional.ofNullable(versions.get(system));
  }

  List<Measured> rounds(String system, String column) {
    return rounds.getOrDefault(system, Map.of()).getOrDefault(column, List.of());
  }

  List<Double> outages(String system) {
    return outages.getOrDefault(system, List.of());
  }

  /** All rounds of a cell as one. */
  Optional<Measured> total(String system, String column) {
    List<Measured> all = rounds(system, column);
    return all.isEmpty()
        ? Optional.empty()
        : Optional.of(all.stream().reduce(Measured.nothing(), Measured::plus));
  }

  /** The median over the rounds of operations a second. */
  OptionalDouble medianRate(String system, String column) {
    return median(rounds(system, column).stream().map(Measured::perSecond).toList());
  }

  /**
   * How much faster the first system is: the median over the rounds of the ratios within a round,
   * because what disturbs the machine disturbs neighbours in time alike.
   */
  OptionalDouble medianRatio(String first, String second, String column) {
    List<Measured> ours = rounds(first, column);
    List<Measured> theirs = rounds(second, column);
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
      ratios.add(ours.get(i).perSecond() / theirs.get(i).perSecond());
    }
    return median(ratios);
  }

  static OptionalDouble median(List<Double> values) {
    if (values.isEmpty()) {
      return OptionalDouble.empty();
    }
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return OptionalDouble.of(
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2);
  }
}
