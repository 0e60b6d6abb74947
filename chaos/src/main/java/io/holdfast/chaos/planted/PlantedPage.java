package io.holdfast.chaos.planted;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The page that says what simulator and attacks are worth: which planted bugs they found. */
public final class PlantedPage {
  private static final String HEAD =
      """
      # Planted bugs

      A suite that finds nothing proves nothing until it has been shown faults. So each of these
      faults was put into the code on purpose, and the simulator had to find it from its seeds. This
      page is written by a command and is not edited:

      ```
      ./holdfast simulate --bugs all --seeds 1..400 --write-table
      ./holdfast simulate --bug M07 --seeds 1..2000     # one bug, with its minimised schedule
      ```

      No released class contains a fault or a switch for one. A definition (`chaos/planted/*.bug`)
      names lines of the real sources and what stands in their place; the changed files are copied
      to `chaos/target/planted`, edited there, compiled, and loaded before the real classes. That
      works from a checkout with a JDK only. A test fails when a definition no longer fits.
      """;

  private static final String COLUMNS =
      """
      | Bug | What the code does wrong | What that breaks | Found at seed | Median seeds | Starts | By check | Idea from |
      |---|---|---|---:|---:|---:|---|---|
      """;

  private static final String REAL =
      """
      ## Found by attacks on real peers

      The simulation replaces the code that some of these are in, and the others show that the attacks on
      real peers see what they look for. `./holdfast chaos run --bug NAME` puts the changed classes before
      the real ones in every peer; each campaign below is such a command with these options. On the code
      as it is, the same campaigns are valid.

      | Bug | What the code does wrong | What that breaks | Campaign | Verdict | Idea from |
      |---|---|---|---|---|---|
      """;

  private PlantedPage() {}

  /**
   * @param hunts one for each bug that was looked for
   * @param control the same for the code as it is
   * @param bugs the whole catalogue
   */
  public static String of(List<Hunt> hunts, Hunt control, Collection<PlantedBug> bugs) {
    Map<String, Hunt> byName = new TreeMap<>();
    hunts.forEach(hunt -> byName.put(hunt.bug().name(), hunt));
    StringBuilder page = new StringBuilder(HEAD);
    page.append("\n## Found by the simulator\n\n").append(summary(hunts, control)).append('\n');
    page.append(COLUMNS);
    of(bugs, PlantedBug.Attack.SIMULATION)
        .forEach(bug -> page.append(row(bug, Optional.ofNullable(byName.get(bug.name())))));
    page.append("\n").append(REAL);
    bugs.stream()
        .filter(bug -> !bug.campaign().options().isEmpty())
        .forEach(bug -> page.append(row(bug)));
    page.append("\n## Not to be planted\n");
    of(bugs, PlantedBug.Attack.NONE)
        .forEach(
            bug ->
                page.append(
                    "\n- **%s** %s (%s). %s\n"
                        .formatted(bug.name(), bug.title(), bug.source(), bug.note())));
    page.append(notes(bugs));
    return page.toString();
  }

  private static List<PlantedBug> of(Collection<PlantedBug> bugs, PlantedBug.Attack attack) {
    return bugs.stream().filter(bug -> bug.attack() == attack).toList();
  }

  private static String summary(List<Hunt> hunts, Hunt control) {
    long found = hunts.stream().filter(hunt -> hunt.medianSeeds().isPresent()).count();
    String starts =
        control.tries().stream()
            .map(one -> Long.toString(one.firstSeed()))
            .collect(Collectors.joining(", "));
    int seedsMax = hunts.stream().mapToInt(Hunt::seedsMax).max().orElse(0);
    return """
    Found: %d of the %d bugs that were looked for. Each was looked for from the first seeds %s,
    with at most %d seeds from each. The median is that of the seeds it took; a dash says that most
    of the tries found nothing, which ends the search. As a control, %d seeds from each first seed
    were run on the code as it is: %s.
    """
        .formatted(
            found,
            hunts.size(),
            starts,
            seedsMax,
            control.seedsMax(),
            control.found() == 0
                ? "nothing was found"
                : "%d found something, by %s".formatted(control.found(), control.checks()));
  }

  private static String row(PlantedBug bug, Optional<Hunt> hunt) {
    String seed = hunt.flatMap(Hunt::finding).map(it -> Long.toString(it.seed())).orElse("-");
    OptionalLong median = hunt.map(Hunt::medianSeeds).orElse(OptionalLong.empty());
    String checks = hunt.map(it -> String.join(", ", it.checks())).orElse("not looked for yet");
    return "| %s | %s | %s | %s | %s | %s | %s | %s |%n"
        .formatted(
            bug.name(),
            bug.title(),
            bug.breaks(),
            seed,
            median.isPresent() ? Long.toString(median.getAsLong()) : "-",
            hunt.map(it -> it.found() + " of " + it.tries().size()).orElse("-"),
            checks.isEmpty() ? "**not found**" : checks,
            bug.source());
  }

  private static String row(PlantedBug bug) {
    return "| %s | %s | %s | `%s` | %s | %s |%n"
        .formatted(
            bug.name(),
            bug.title(),
            bug.breaks(),
            bug.campaign().options(),
            bug.campaign().found(),
            bug.source());
  }

  private static String notes(Collection<PlantedBug> bugs) {
    StringBuilder notes = new StringBuilder();
    for (PlantedBug bug : bugs) {
      if (!bug.note().isEmpty() && bug.attack() != PlantedBug.Attack.NONE) {
        notes.append("- **%s**: %s%n".formatted(bug.name(), bug.note()));
      }
    }
    return notes.isEmpty() ? "" : "\n## Remarks\n\n" + notes;
  }
}
