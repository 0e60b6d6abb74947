package io.holdfast.cli.cluster;

import io.holdfast.cli.cluster.ClusterPlan.PeerPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One peer as a process of its own. The process watches its standard input and ends when that
 * closes, so that it cannot outlive the command that started it.
 */
public final class PeerProcess {
  private static final String MAIN_CLASS = "io.holdfast.cli.Main";
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);
  private static final long PROBE_INTERVAL_MILLIS = 20;
  private static final int LOG_TAIL_LINES = 15;

  private final PeerPlan plan;
  private final Process process;

  private PeerProcess(PeerPlan plan, Process process) {
    this.plan = plan;
    this.process = process;
  }

  static PeerProcess start(PeerPlan plan, List<String> jvmOptions) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(MAIN_CLASS);
    command.addAll(
        List.of("server", "--config", plan.configurationFile().toString(), "--stop-with-parent"));
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(plan.logFile().toFile()));
      // A local peer is what its file says, whatever the shell has set for other clusters.
      builder.environment().keySet().removeIf(name -> name.startsWith("HOLDFAST_"));
      return new PeerProcess(plan, builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException("peer " + plan.id() + " could not be started", e);
    }
  }

  public PeerPlan plan() {
    return plan;
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Ends the process at once, as a crash does (SIGKILL), and waits until it is gone. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /**
   * Asks the process to stop (SIGTERM) and waits.
   *
   * @return whether it ended in time; it is killed when it did not
   */
  public boolean stop(Duration patience) throws InterruptedException {
    process.destroy();
    if (process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      return true;
    }
    kill();
    return false;
  }

  void requestStop() {
    process.destroy();
  }

  /** Waits until the process has ended by itself. */
  public int awaitEnd() throws InterruptedException {
    return process.waitFor();
  }

  /**
   * Waits until the peer serves.
   *
   * @throws IllegalStateException if it ends or is not ready in time; the message holds the end of
   *     its log
   */
  public void awaitReady(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    HttpClient http = HttpClient.newBuilder().connectTimeout(PROBE_TIMEOUT).build();
    while (!isReady(http)) {
      if (process.waitFor(PROBE_INTERVAL_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException(
            "peer " + plan.id() + " ended with exit code " + process.exitValue() + logTail());
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException(
            "peer "
                + plan.id()
                + " was not ready after "
                + patience.toSeconds()
                + " s"
                + logTail());
      }
    }
  }

  private boolean isReady(HttpClient http) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + plan.clientAddress() + "/health/ready"))
            .timeout(PROBE_TIMEOUT)
            .build();
    try {
      return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  private String logTail() {
    try {
      List<String> lines = Files.readAllLines(plan.logFile(), StandardCharsets.UTF_8);
      List<String> tail = lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size());
      return ". The end of its log (" + plan.logFile() + "):\n  " + String.join("\n  ", tail);
    } catch (IOException e) {
      return ". Its log " + plan.logFile() + " cannot be read: " + e.getMessage();
    }
  }
}
