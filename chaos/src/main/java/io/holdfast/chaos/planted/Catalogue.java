package io.holdfast.chaos.planted;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All planted bugs of a checkout: the files {@code chaos/planted/NAME.bug}. */
public final class Catalogue {
  private static final String FOLDER = "chaos/planted";
  private static final String SUFFIX = ".bug";

  private final Path root;
  private final SortedMap<String, PlantedBug> bugs = new TreeMap<>();

  private Catalogue(Path root) {
    this.root = root;
  }

  /**
   * The catalogue of the checkout that the working directory is in, or else of the one that this
   * class was built in.
   *
   * @throws PlantedBugException if there is no checkout, or a definition cannot be read
   */
  public static Catalogue find() {
    Path root = checkoutAbove(Path.of("").toAbsolutePath());
    if (root == null) {
      root = checkoutAbove(ownPlace());
    }
    if (root == null) {
      throw new PlantedBugException(
          "planted bugs are made from sources: run this inside a checkout of the project");
    }
    return of(root);
  }

  /**
   * @param root of a checkout
   * @throws PlantedBugException if a definition cannot be read
   */
  public static Catalogue of(Path root) {
    Catalogue catalogue = new Catalogue(root);
    try (Stream<Path> files = Files.list(root.resolve(FOLDER))) {
      for (Path file : files.sorted().toList()) {
        String fileName = String.valueOf(file.getFileName());
        if (fileName.endsWith(SUFFIX)) {
          String name = fileName.substring(0, fileName.length() - SUFFIX.length());
          catalogue.bugs.put(name, PlantedBug.parse(name, Files.readAllLines(file)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return catalogue;
  }

  private static Path ownPlace() {
    try {
      return Path.of(Catalogue.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static @Nullable Path checkoutAbove(Path start) {
    for (Path at = start; at != null; at = at.getParent()) {
      if (Files.isDirectory(at.resolve(FOLDER)) && Files.isRegularFile(at.resolve("pom.xml"))) {
        return at;
      }
    }
    return null;
  }

  /** The root of the checkout. */
  public Path root() {
    return root;
  }

  /** Every bug, in the order of names. */
  public Collection<PlantedBug> all() {
    return Collections.unmodifiableCollection(bugs.values());
  }

  /** The bugs that a kind of attack is expected to find, in the order of names. */
  public List<PlantedBug> foundBy(PlantedBug.Attack attack) {
    return bugs.values().stream().filter(bug -> bug.attack() == attack).toList();
  }

  /**
   * @throws PlantedBugException if there is none of this name
   */
  public PlantedBug named(String name) {
    return Optional.ofNullable(bugs.get(name))
        .orElseThrow(
            () ->
                new PlantedBugException(
                    "there is no planted bug '" + name + "'; there are " + bugs.keySet()));
  }
}
