package io.holdfast.chaos.cli;

import io.holdfast.chaos.planted.BugHunter;
import io.holdfast.chaos.planted.Catalogue;
import io.holdfast.chaos.planted.Hunt;
import io.holdfast.chaos.planted.HuntStore;
import io.holdfast.chaos.planted.PlantedBug;
import io.holdfast.chaos.planted.PlantedPage;
import io.holdfast.chaos.planted.Planter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** What {@code holdfast simulate --bug} and {@code --bugs} do. */
final class PlantedBugs {
  /** Tells the command that runs inside the faulty code which bug that is. */
  static final String PLANTED = "--planted";

  private static final int FOUND = 0;
  private static final int MISSED = 1;
  private static final int STARTS = 5;
  private static final long BETWEEN_STARTS = 10_000;
  private static final Path PAGE = Path.of("docs", "planted-bugs.md");

  private final PrintWriter out;
  private final Catalogue catalogue = Catalogue.find();
  private final BugHunter hunter = new BugHunter(Planter.of(catalogue));

  PlantedBugs(PrintWriter out) {
    this.out = out;
  }

  /**
   * Runs the command that was given once more, in the code with the bug.
   *
   * @return 0 if it found a violation, 1 if it found none, otherwise its own exit code
   */
  static int simulate(String name, CommandLine given) {
    PlantedBugs planted = new PlantedBugs(given.getOut());
    PlantedBug bug = planted.catalogue.named(name);
    given.getOut().printf("%s: %s%n", name, bug.title());
    if (bug.attack() != PlantedBug.Attack.SIMULATION) {
      given.getOut().println("A simulation does not find it. " + bug.note());
      return MISSED;
    }
    Object faulty = planted.hunter.load(bug, SimulateCommand.class);
    int code =
        new CommandLine(faulty)
            .setOut(given.getOut())
            .setErr(given.getErr())
            .execute(arguments(given.getParseResult().originalArgs(), name));
    return code == RunExit.VALID ? MISSED : code == RunExit.INVALID ? FOUND : code;
  }

  /** The arguments of the command itself, with the bug as one that is planted already. */
  private static String[] arguments(List<String> given, String name) {
    List<String> kept = new ArrayList<>(given.subList(given.indexOf("simulate") + 1, given.size()));
    int at = kept.indexOf("--bug");
    if (at >= 0) {
      kept.remove(at + 1);
      kept.remove(at);
    } else {
      kept.remove("--bug=" + name);
    }
    kept.add(PLANTED);
    kept.add(name);
    return kept.toArray(String[]::new);
  }

  /** Makes an archive of a bug's classes, to be put before the real ones. */
  static Path archive(String name) {
    Catalogue catalogue = Catalogue.find();
    return Planter.of(catalogue).plantJar(catalogue.named(name));
  }

  /**
   * Looks for bugs from several first seeds.
   *
   * @param names of bugs; {@code all} for every one that the simulation has to find
   * @param writesPage whether to write the page of the documentation
   * @return 0 if each was found from most of the first seeds, otherwise 1
   */
  int hunt(List<String> names, long firstSeed, long lastSeed, boolean writesPage)
      throws IOException {
    List<PlantedBug> bugs =
        names.equals(List.of("all"))
            ? catalogue.foundBy(PlantedBug.Attack.SIMULATION)
            : names.stream().map(catalogue::named).toList();
    int seedsMax = (int) Math.min(BETWEEN_STARTS, lastSeed - firstSeed + 1);
    List<Long> starts = new ArrayList<>();
    for (int i = 0; i < STARTS; i++) {
      starts.add(firstSeed + i * BETWEEN_STARTS);
    }
    HuntStore store = new HuntStore(catalogue.root());
    List<Hunt> hunts = new ArrayList<>();
    for (PlantedBug bug : bugs) {
      Hunt hunt = Hunt.of(bug, starts, seedsMax, hunter.probe(bug));
      hunts.add(hunt);
      store.put(hunt);
      out.println(hunt);
      out.flush();
    }
    if (writesPage) {
      writePage(store, starts, seedsMax);
    }
    return hunts.stream().allMatch(hunt -> hunt.medianSeeds().isPresent()) ? FOUND : MISSED;
  }

  private void writePage(HuntStore store, List<Long> starts, int seedsMax) throws IOException {
    List<Hunt> known = new ArrayList<>();
    for (PlantedBug bug : catalogue.foundBy(PlantedBug.Attack.SIMULATION)) {
      store.get(bug).ifPresent(known::add);
    }
    int seeds = Math.min(seedsMax, mostSeeds(known));
    List<Hunt.Try> tries = new ArrayList<>();
    for (long start : starts) {
      tries.addAll(Hunt.of(PlantedBug.NO_BUG, List.of(start), seeds, BugHunter.control()).tries());
    }
    Hunt control = new Hunt(PlantedBug.NO_BUG, seeds, tries);
    out.println(control);
    Path page = catalogue.root().resolve(PAGE);
    Files.writeString(page, PlantedPage.of(known, control, catalogue.all()));
    out.println("written: " + page);
  }

  /** What it took to find the bugs at most; so many seeds must find nothing in sound code. */
  private static int mostSeeds(List<Hunt> hunts) {
    return hunts.stream()
        .flatMap(hunt -> hunt.tries().stream())
        .filter(one -> one.finding().isPresent())
        .mapToInt(Hunt.Try::seeds)
        .max()
        .orElse(1);
  }
}
