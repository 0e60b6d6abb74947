package io.holdfast.chaos.planted;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Looks for one planted bug from several first seeds, and tells how many seeds it took from each.
 *
 * @param bug what was looked for
 * @param seedsMax how many seeds were tried from each first seed at most
 * @param tries one for each first seed
 */
public record Hunt(PlantedBug bug, int seedsMax, List<Try> tries) {
  public Hunt {
    tries = List.copyOf(tries);
  }

  /**
   * What came of one first seed.
   *
   * @param seeds how many were run
   */
  public record Try(long firstSeed, int seeds, Optional<Finding> finding) {}

  /** Runs one seed against the code with the bug in it. */
  @FunctionalInterface
  public interface Probe {
    /** What the seed found, if anything. */
    Optional<Finding> run(long seed);
  }

  /**
   * @param seedsMax from each first seed; 1 or more
   */
  public static Hunt of(PlantedBug bug, List<Long> firstSeeds, int seedsMax, Probe probe) {
    List<Try> tries = new ArrayList<>();
    int missed = 0;
    for (long first : firstSeeds) {
      Try one = from(first, seedsMax, probe);
      tries.add(one);
      missed += one.finding().isPresent() ? 0 : 1;
      if (2 * missed > firstSeeds.size()) {
        break; // it has no median any more
      }
    }
    return new Hunt(bug, seedsMax, tries);
  }

  private static Try from(long first, int seedsMax, Probe probe) {
    for (int tried = 1; tried <= seedsMax; tried++) {
      Optional<Finding> finding = probe.run(first + tried - 1);
      if (finding.isPresent()) {
        return new Try(first, tried, finding);
      }
    }
    return new Try(first, seedsMax, Optional.empty());
  }

  /** The first finding, in the order of the first seeds. */
  public Optional<Finding> finding() {
    return tries.stream().flatMap(one -> one.finding().stream()).findFirst();
  }

  /** How many of the first seeds led to the bug. */
  public long found() {
    return tries.stream().filter(one -> one.finding().isPresent()).count();
  }

  /**
   * The median of the seeds it took; empty when it was not found from half of the first seeds. An
   * even number of tries gives the upper one of the two in the middle.
   */
  public OptionalLong medianSeeds() {
    long[] seeds =
        tries.stream()
            .mapToLong(one -> one.finding().isPresent() ? one.seeds() : Long.MAX_VALUE)
            .toArray();
    Arrays.sort(seeds);
    long median = seeds[seeds.length / 2];
    return median == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(median);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(bug.name() + "  seeds");
    tries.forEach(one -> text.append(' ').append(one.finding().isPresent() ? one.seeds() : "-"));
    return text + "  by " + (checks().isEmpty() ? "nothing" : String.join(", ", checks()));
  }

  /** The checks that found it, each once, in the order in which they did. */
  public List<String> checks() {
    return tries.stream()
        .flatMap(one -> one.finding().stream())
        .map(Finding::check)
        .distinct()
        .toList();
  }
}
