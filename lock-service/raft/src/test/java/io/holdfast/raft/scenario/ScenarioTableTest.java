package io.holdfast.raft.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of scenarios says what is true: one row for each, and every test it names exists. */
class ScenarioTableTest {
  private static final Path ROOT = Path.of("../..");
  private static final Pattern ROW = Pattern.compile("^\\| S(\\d{3}) \\|[^|]+\\|([^|]+)\\|$");
  private static final Pattern TEST =
      Pattern.compile("`(\\w+)#(\\w+)`(?: \\(([\\w-]+\\.trace)\\))?");

  private static List<String> page() throws IOException {
    return Files.readAllLines(ROOT.resolve("docs/raft-scenarios.md"));
  }

  /** The sources of test classes by class name; a name may be used in several modules. */
  private static Map<String, List<String>> tests() throws IOException {
    Map<String, List<String>> sources = new TreeMap<>();
    for (String module : List.of("lock-service", "checker", "chaos")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module))) {
        files
            .filter(file -> file.toString().contains("src/test/") && isJava(file))
            .forEach(
                file ->
                    sources
                        .computeIfAbsent(
                            file.getFileName().toString().replace(".java", ""),
                            name -> new ArrayList<>())
                        .add(read(file)));
      }
    }
    return sources;
  }

  private static boolean isJava(Path file) {
    return file.toString().endsWith(".java");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void everyScenarioHasOneRowInOrder() throws IOException {
    List<Integer> numbers =
        page().stream()
            .map(ROW::matcher)
            .filter(Matcher::matches)
            .map(row -> Integer.parseInt(row.group(1)))
            .toList();
    assertThat(numbers).isEqualTo(IntStream.rangeClosed(1, 176).boxed().toList());
  }

  @Test
  void everyTestThatIsNamedExists() throws IOException {
    Map<String, List<String>> sources = tests();
    List<String> missing = new ArrayList<>();
    int named = 0;
    for (String line : page()) {
      Matcher row = ROW.matcher(line);
      if (!row.matches()) {
        continue;
      }
      Matcher test = TEST.matcher(row.group(2));
      while (test.find()) {
        named++;
        Pattern method = Pattern.compile("\\b" + test.group(2) + "\\(");
        boolean exists =
            sources.getOrDefault(test.group(1), List.of()).stream()
                .anyMatch(source -> method.matcher(source).find());
        if (!exists || !traceExists(test.group(3))) {
          missing.add("S" + row.group(1) + " names " + test.group());
        }
      }
    }
    assertThat(missing).isEmpty();
    assertThat(named).isGreaterThan(170);
  }

  private static boolean traceExists(String trace) {
    return trace == null
        || Files.exists(Path.of("src/test/resources/io/holdfast/raft/core/traces", trace));
  }
}
