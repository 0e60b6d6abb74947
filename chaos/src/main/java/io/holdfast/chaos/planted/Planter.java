package io.holdfast.chaos.planted;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Puts bugs into copies of the sources and compiles the copies against the classes that are there.
 * What it makes lies under {@code chaos/target/planted}, apart from everything that is released.
 *
 * <p>One thread at a time for one bug.
 */
public final class Planter {
  private static final String SOURCES = "src/main/java/";

  private static final List<String> OPTIONS =
      List.of("-nowarn", "-proc:none", "-g", "-parameters", "-implicit:none", "--release", "17");

  /** Entries of an archive carry this time, so that equal classes give equal bytes. */
  private static final long ENTRY_MILLIS = 1_600_000_000_000L;

  private final Path root;
  private final Path target;
  private final String classPath;

  /**
   * @param root of the checkout whose sources are copied
   * @param classPath what the sources compile against: the built classes and their libraries
   */
  public Planter(Path root, String classPath) {
    this.root = root;
    this.target = root.resolve("chaos/target/planted");
    this.classPath = classPath;
  }

  /** One that compiles against what this program runs with. */
  public static Planter of(Catalogue catalogue) {
    return new Planter(catalogue.root(), System.getProperty("java.class.path"));
  }

  /**
   * Applies a bug's edits to the sources as they are.
   *
   * @return the edited texts by file
   * @throws PlantedBugException if an edit does not fit
   */
  Map<String, List<String>> edited(PlantedBug bug) {
    Map<String, List<String>> texts = new TreeMap<>();
    try {
      for (Edit edit : bug.edits()) {
        Path file = root.resolve(edit.file());
        if (!edit.file().contains(SOURCES) || !Files.isRegularFile(file)) {
          throw new PlantedBugException(
              "bug " + bug.name() + " names " + edit.file() + ", which is no source file");
        }
        List<String> text = texts.get(edit.file());
        texts.put(
            edit.file(), edit.applyTo(text == null ? Files.readAllLines(file) : text, bug.name()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return texts;
  }

  /**
   * Makes the classes of a bug anew.
   *
   * @return the folder of the classes that differ from the real ones
   * @throws PlantedBugException if an edit does not fit, or the result does not compile
   */
  public Path plant(PlantedBug bug) {
    return plantTogether(bug.name(), List.of(bug));
  }

  /** Makes the classes of several bugs, which change different files, in one go. */
  Path plantTogether(String name, List<PlantedBug> bugs) {
    Path home = target.resolve(name);
    Path classes = home.resolve("classes");
    Map<String, List<String>> texts = new TreeMap<>();
    bugs.forEach(bug -> texts.putAll(edited(bug)));
    try {
      delete(home);
      Files.createDirectories(classes);
      List<Path> files = new ArrayList<>();
      for (Map.Entry<String, List<String>> text : texts.entrySet()) {
        String inPackage =
            text.getKey().substring(text.getKey().indexOf(SOURCES) + SOURCES.length());
        Path file = home.resolve("sources").resolve(inPackage);
        Files.createDirectories(file.resolveSibling("."));
        Files.write(file, text.getValue());
        files.add(file);
      }
      if (!files.isEmpty()) {
        compile(name, files, classes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return classes;
  }

  private void compile(String name, List<Path> files, Path classes) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      throw new PlantedBugException(
          "planted bugs are compiled: run this on a JDK, not on a Java runtime alone");
    }
    DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
    List<String> options = new ArrayList<>(OPTIONS);
    options.addAll(List.of("-cp", classPath, "-d", classes.toString()));
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  null,
                  manager,
                  problems,
                  options,
                  null,
                  manager.getJavaFileObjectsFromPaths(files))
              .call();
      if (!compiled) {
        throw new PlantedBugException(
            "bug " + name + " does not compile: " + errors(problems.getDiagnostics()));
      }
    }
  }

  private static List<String> errors(List<Diagnostic<? extends JavaFileObject>> problems) {
    return problems.stream()
        .filter(problem -> problem.getKind() == Diagnostic.Kind.ERROR)
        .map(Diagnostic::toString)
        .toList();
  }

  /**
   * Writes a bug's classes as an archive. Put before everything else on the class path of a peer,
   * it makes that peer a faulty one.
   *
   * @return {@code planted-NAME.jar}
   * @throws PlantedBugException if an edit does not fit, or the result does not compile
   */
  public Path plantJar(PlantedBug bug) {
    Path classes = plant(bug);
    Path jar = target.resolve("planted-" + bug.name() + ".jar");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream archive = new JarOutputStream(out);
        Stream<Path> walk = Files.walk(classes)) {
      for (Path file : walk.filter(Files::isRegularFile).sorted().toList()) {
        JarEntry entry = new JarEntry(classes.relativize(file).toString().replace('\\', '/'));
        entry.setTime(ENTRY_MILLIS);
        archive.putNextEntry(entry);
        Files.copy(file, archive);
        archive.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return jar;
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> walk = Files.walk(folder)) {
        for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
