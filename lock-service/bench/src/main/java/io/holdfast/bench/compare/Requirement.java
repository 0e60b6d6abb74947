package io.holdfast.bench.compare;

import io.holdfast.bench.worker.Worker;
import io.holdfast.cli.bench.ProcessCpu;
import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * What must be there for a system to run.
 *
 * @param program a command on the path; empty if none is needed
 * @param debianPackage which brings the command
 * @param module folder of its libraries below the rivals' folder; empty for the program's own
 */
record Requirement(String program, String debianPackage, String module) {
  static Requirement nothing() {
    return new Requirement("", "", "");
  }

  static Requirement libraries(String module) {
    return new Requirement("", "", module);
  }

  static Requirement program(String program, String debianPackage, String module) {
    return new Requirement(program, debianPackage, module);
  }

  /**
   * What is missing, and how to get it.
   *
   * @param rivals folder of the rivals' modules
   */
  Optional<String> missing(Path rivals) {
    if (!program.isEmpty() && !isOnPath(program)) {
      return Optional.of(
          "the command '" + program + "' is not installed; apt-get install " + debianPackage);
    }
    if (!module.isEmpty() && !Files.isDirectory(libraries(rivals))) {
      return Optional.of(
          "its libraries are not here; './holdfast compare' fetches them from Maven Central when"
              + " it is online");
    }
    return Optional.empty();
  }

  /** Class path of its worker. */
  String classPath(Path rivals) {
    if (module.isEmpty()) {
      return System.getProperty("java.class.path");
    }
    return String.join(
        File.pathSeparator,
        rivals.resolve(module).resolve("target").resolve("classes").toString(),
        placeOf(Worker.class),
        placeOf(ProcessCpu.class),
        libraries(rivals).resolve("*").toString());
  }

  private Path libraries(Path rivals) {
    return rivals.resolve(module).resolve("target").resolve("lib");
  }

  private static String placeOf(Class<?> type) {
    return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()))
        .toString();
  }

  private static boolean isOnPath(String program) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
