package io.holdfast.server.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Where a configuration comes from. Flags win over the environment, the environment over the file,
 * the file over the defaults.
 *
 * @param file lines of {@code key = value}; {@code #} begins a line that is a comment
 * @param environment all variables of the process; those that do not begin with {@code HOLDFAST_}
 *     are left alone
 * @param flags each {@code key=value}
 */
public record ConfigSources(
    Optional<Path> file, Map<String, String> environment, List<String> flags) {
  /**
   * Variables with our prefix that belong to the commands of the client, which may run in the same
   * shell, or to the launcher.
   */
  static final Set<String> NOT_CONFIGURATION =
      Set.of(
          "HOLDFAST_CONFIG",
          "HOLDFAST_ENDPOINTS",
          "HOLDFAST_HOME",
          "HOLDFAST_JAVA_OPTS",
          "HOLDFAST_LOCK",
          "HOLDFAST_SESSION",
          "HOLDFAST_TOKEN",
          "HOLDFAST_BEARER_TOKEN");

  private static final long FILE_BYTES_MAX = 1024 * 1024;

  public ConfigSources {
    environment = Map.copyOf(environment);
    flags = List.copyOf(flags);
  }

  /** The assignments of the file, in order. */
  List<Assignment> fromFile(List<ConfigProblem> problems) {
    if (file.isEmpty()) {
      return List.of();
    }
    Path path = file.get();
    List<Assignment> assignments = new ArrayList<>();
    Map<String, Integer> lineOfKey = new HashMap<>();
    int number = 0;
    for (String line : linesOf(path, problems)) {
      number++;
      String text = line.strip();
      if (text.isEmpty() || text.startsWith("#")) {
        continue;
      }
      String source = path + " line " + number;
      int equals = text.indexOf('=');
      if (equals < 1) {
        problems.add(
            new ConfigProblem(text, source, "\"" + text + "\" is not of the form key = value"));
        continue;
      }
      String key = text.substring(0, equals).strip();
      Integer earlier = lineOfKey.put(key, number);
      if (earlier != null) {
        problems.add(
            new ConfigProblem(
                key, source, key + " was already set on line " + earlier + "; remove one of them"));
      }
      assignments.add(new Assignment(key, text.substring(equals + 1).strip(), source));
    }
    return assignments;
  }

  /** The assignments of the environment, sorted by name. */
  List<Assignment> fromEnvironment() {
    List<Assignment> assignments = new ArrayList<>();
    new TreeMap<>(environment)
        .forEach(
            (name, value) -> {
              if (name.startsWith(ConfigKey.ENVIRONMENT_PREFIX)
                  && !NOT_CONFIGURATION.contains(name)) {
                assignments.add(
                    new Assignment(name, value.strip(), "environment variable " + name));
              }
            });
    return assignments;
  }

  /** The assignments of the flags, in order; a later one wins. */
  List<Assignment> fromFlags(List<ConfigProblem> problems) {
    List<Assignment> assignments = new ArrayList<>();
    for (String flag : flags) {
      int equals = flag.indexOf('=');
      if (equals < 1) {
        problems.add(
            new ConfigProblem(flag, "flag --set", "\"" + flag + "\" is not of the form key=value"));
        continue;
      }
      String key = flag.substring(0, equals).strip();
      assignments.add(new Assignment(key, flag.substring(equals + 1).strip(), "flag --set " + key));
    }
    return assignments;
  }

  private static List<String> linesOf(Path path, List<ConfigProblem> problems) {
    try {
      if (Files.size(path) > FILE_BYTES_MAX) {
        throw new IOException("it is longer than " + FILE_BYTES_MAX + " bytes");
      }
      return Files.readAllLines(path, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return unreadable(path, "no such file", problems);
    } catch (CharacterCodingException e) {
      return unreadable(path, "it is not UTF-8 text", problems);
    } catch (IOException e) {
      return unreadable(path, String.valueOf(e.getMessage()), problems);
    }
  }

  private static List<String> unreadable(Path path, String reason, List<ConfigProblem> problems) {
    problems.add(
        new ConfigProblem(
            path.toString(),
            "configuration file " + path,
            "cannot be read: " + reason + "; name another file or leave the option out"));
    return List.of();
  }
}
