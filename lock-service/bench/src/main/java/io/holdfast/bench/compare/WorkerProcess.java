package io.holdfast.bench.compare;

import io.holdfast.bench.worker.Line;
import io.holdfast.bench.worker.Measured;
import io.holdfast.bench.worker.RaftGroup;
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
  private volatile String version = "";

  private WorkerProcess(String title, Path log, Process process) {
    this.title = title;
    this.log = log;
    this.process = process;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.orders = process.outputWriter(StandardCharsets.UTF_8);
  }

  /**
   * Starts a system; does not wait until it serves.
   *
   * @param rivals folder of the other systems' modules
   * @param directory for its data and logs
   */
  static WorkerProcess start(Contender contender, Path rivals, Path directory) throws IOException {
    Files.createDirectories(directory);
    Path log = directory.resolve("worker.log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM_OPTIONS);
    Class<?> main =
        switch (contender.work()) {
          case PAIRS -> Worker.class;
          case COMMANDS -> RaftGroup.class;
        };
    command.addAll(List.of("-cp", contender.requirement().classPath(rivals), main.getName()));
    command.addAll(List.of(contender.factory(), directory.toString()));
    Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    return new WorkerProcess(contender.title(), log, process);
  }

  /** Waits until the system serves, or says why it does not. */
  void awaitReady() throws IOException {
    version = answer("ready").text("version");
  }

  String version() {
    return version;
  }

  Measured load(Load load, int warmUpSeconds, int seconds) throws IOException {
    order(load.order().with("warmUp", warmUpSeconds).with("seconds", seconds));
    return Measured.fromLine(answer("measured"));
  }

  /**
   * Kills the leader under load.
   *
   * @return after how many milliseconds grants went on
   * @throws IOException also if a lock was granted twice
   */
  double failOver(String lockPrefix) throws IOException {
    order(Line.of("failover").with("lock", lockPrefix));
    Line outage = answer("outage");
    if (outage.number("overlaps") > 0) {
      throw new IOException("locks were held twice after the leader was killed");
    }
    return outage.real("millis");
  }

  private void order(Line line) throws IOException {
    orders.write(line.encode());
    orders.newLine();
    orders.flush();
  }

  private Line answer(String expected) throws IOException {
    String text = answers.readLine();
    if (text == null) {
      throw new IOException(title + " ended\n" + tail());
    }
    Line line = Line.decode(text);
    if (!line.word().equals(expected)) {
      throw new IOException(line.values().getOrDefault("message", text) + "\n" + tail());
    }
    return line;
  }

  private String tail() throws IOException {
    List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
  }

  /** Asks the worker to end, by ending its input. */
  void requestStop() {
    try {
      orders.close();
    } catch (IOException e) {
      process.destroy();
    }
  }

  /** Asks the worker to end, and waits; what does not end in time is killed. */
  @Override
  public void close() {
    requestStop();
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
