package io.holdfast.chaos.planted;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What was found so far, one file for each bug beside its classes, so that the page can be made
 * from several runs of the command.
 */
public final class HuntStore {
  private static final String SEPARATOR = "\t";

  private final Path folder;

  /**
   * @param root of the checkout
   */
  public HuntStore(Path root) {
    folder = root.resolve("chaos/target/planted/hunts");
  }

  /** Replaces what was known of the bug. */
  public void put(Hunt hunt) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(Integer.toString(hunt.seedsMax()));
    for (Hunt.Try one : hunt.tries()) {
      String found =
          one.finding()
              .map(it -> SEPARATOR + it.seed() + SEPARATOR + it.check() + SEPARATOR + text(it))
              .orElse("");
      lines.add(one.firstSeed() + SEPARATOR + one.seeds() + found);
    }
    Files.createDirectories(folder);
    Files.write(folder.resolve(hunt.bug().name()), lines);
  }

  private static String text(Finding finding) {
    return finding.message().replaceAll("\\s+", " ");
  }

  /** What is known of the bug, if it was ever looked for. */
  public Optional<Hunt> get(PlantedBug bug) throws IOException {
    Path file = folder.resolve(bug.name());
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    List<String> lines = Files.readAllLines(file);
    List<Hunt.Try> tries = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] fields = line.split(SEPARATOR, -1);
      Optional<Finding> finding =
          fields.length < 5
              ? Optional.empty()
              : Optional.of(new Finding(Long.parseLong(fields[2]), fields[3], fields[4]));
      tries.add(new Hunt.Try(Long.parseLong(fields[0]), Integer.parseInt(fields[1]), finding));
    }
    return Optional.of(new Hunt(bug, Integer.parseInt(lines.get(0)), tries));
  }
}
