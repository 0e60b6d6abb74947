package io.holdfast.chaos.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where a run is kept.
 *
 * @param path the folder
 */
public record RunFolder(Path path) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** Every operation and mark of the run. */
  public Path history() {
    return path.resolve("history.jsonl");
  }

  /** The record of the run. */
  public Path record() {
    return path.resolve("run.json");
  }

  /** The faults as they were planned. */
  public Path schedule() {
    return path.resolve("schedule.json");
  }

  /** What the peers said of themselves during the run. */
  public Path samples() {
    return path.resolve("samples.jsonl");
  }

  /** The page for people. */
  public Path report() {
    return path.resolve("report.html");
  }

  /** The peers' logs, configurations and metrics, one folder each. */
  public Path peers() {
    return path.resolve("peers");
  }

  /** The judged parts of the history, with the pages that explain their verdicts. */
  public Path judged() {
    return path.resolve("judged");
  }

  /** Writes something as indented JSON. */
  public static void writeJson(Path file, Object value) throws IOException {
    JSON.writeValue(file.toFile(), value);
  }

  /** Reads the record. */
  public RunRecord read() throws IOException {
    return JSON.readValue(record().toFile(), RunRecord.class);
  }

  /** The run folders below a folder, oldest first by name; those without a record are left out. */
  public static List<RunFolder> below(Path root) throws IOException {
    List<RunFolder> found = new ArrayList<>();
    if (Files.isDirectory(root)) {
      try (Stream<Path> entries = Files.list(root)) {
        entries
            .sorted(Comparator.comparing(entry -> entry.getFileName().toString()))
            .map(RunFolder::new)
            .filter(folder -> Files.isRegularFile(folder.record()))
            .forEach(found::add);
      }
    }
    return found;
  }
}
