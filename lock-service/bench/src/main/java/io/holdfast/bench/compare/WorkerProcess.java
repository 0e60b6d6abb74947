package io.holdfast.bench.compare;

import io.holdfast.bench.worker.Line;
import io.holdfast.bench.worker.Measured;
import io.holdfast.bench.worker.Worker;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The process that runs one system's members and clients. For one thread, but for close. */
final class WorkerProcess implements AutoCloseable {
  /** The same for every system's clients. */
  private static final List<String> JVM_OPTIONS =
      List.of("-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xmx1g");

  private static final long END_PATIENCE_SECONDS = 60;

  private final String title;
  private final Path log;
  private final Process process;
  private final BufferedReader answers;
  private final BufferedWriter orders;
  private final String version;

  private WorkerProcess(String title, Path log, Process process) throws IOException {
    this.title = title;
    this.log = log;
    this.process = process;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.orders = process.outputWriter(StandardCharsets.UTF_8);
    this.version = answer("ready").text("version");
  }

  /**
   * Starts a system and waits until it serves.
   *
   * @param factory class name of the system's {@code LockSystem.Factory}
   */
  static WorkerProcess start(String title, String classPath, Path directory, String factory)
      throws IOException {
    Files.createDirectories(directory);
    Path log = directory.resolve("worker.log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM_OPTIONS);
    command.addAll(List.of("-cp", classPath, Worker.class.getName(), factory));
    command.add(directory.toString());
    Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    try {
      return new WorkerProcess(title, log, process);
    } catch (IOException | RuntimeException e) {
      process.destroy();
      throw e;
    }
  }

  String version() {
    return version;
  }

  Measured load(Column column, String lockPrefix, int warmUpSeconds, int seconds)
      throws IOException {
    order(
        Line.of("load")
            .with("clients", column.clients())
            .with("locks", column.locks())
            .with("lock", lockPrefix)
            .with("warmUp", warmUpSeconds)
            .with("seconds", seconds));
    return Measured.fromLine(answer("measured"));
  }

  /** Kills the leader under load; returns after how many milliseconds grants went on. */
  double failOver(String lockPrefix) throws IOException {
    order(Line.of("failover").with("lock", lockPrefix));
    return answer("outage").real("millis");
  }

  private void order(Line line) throws IOException {
    orders.write(line.encode());
    orders.newLine();
    orders.flush();
  }

  private Line answer(String expected) throws IOException {
    String text = answers.readLine();
    if (text == null) {
      throw new IOException(title + " ended; its log is " + log + "\n" + tail());
    }
    Line line = Line.decode(text);
    if (!line.word().equals(expected)) {
      throw new IOException(title + ": " + line.values() + "; its log is " + log);
    }
    return line;
  }

  private String tail() throws IOException {
    List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
  }

  /** Asks the worker to end, by ending its input, and waits. */
  @Override
  public void close() {
    try {
      orders.close();
    } catch (IOException e) {
      process.destroy();
    }
    try {
      if (!process.waitFor(END_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
    }
  }
}
