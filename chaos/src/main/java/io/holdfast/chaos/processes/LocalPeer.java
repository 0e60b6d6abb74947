package io.holdfast.chaos.processes;

import io.holdfast.chaos.cluster.ClusterUnderTest.Condition;
import io.holdfast.cli.cluster.ClusterPlan.PeerPlan;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** One life of a peer process: from its start to its end. Used by one thread at a time. */
final class LocalPeer {
  private static final long ANSWER_MILLIS_MAX = 5_000;
  private static final int LOG_TAIL_LINES = 12;

  private final PeerPlan plan;
  private final Process process;
  private final Writer commands;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

  private LocalPeer(PeerPlan plan, Process process) {
    this.plan = plan;
    this.process = process;
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
    Thread reader = new Thread(this::readAnswers, "answers-of-peer-" + plan.id());
    reader.setDaemon(true);
    reader.start();
  }

  static LocalPeer start(
      PeerPlan plan, String configuration, List<String> jvmOptions, Optional<Path> planted)
      throws IOException {
    Files.createDirectories(plan.directory());
    Files.writeString(plan.configurationFile(), configuration, StandardCharsets.UTF_8);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.add("-cp");
    String real = System.getProperty("java.class.path");
    command.add(planted.map(first -> first + File.pathSeparator + real).orElse(real));
    command.add(PeerMain.class.getName());
    command.add(plan.configurationFile().toString());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(plan.logFile().toFile()));
    return new LocalPeer(plan, builder.start());
  }

  private void readAnswers() {
    try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
      String line = in.readLine();
      while (line != null) {
        answers.add(line);
        line = in.readLine();
      }
    } catch (IOException gone) {
      // The process has ended; whoever waits for an answer notices.
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** What the kernel says, not what was done last. */
  Condition condition() {
    if (!process.isAlive()) {
      return Condition.DOWN;
    }
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
      char state = stat.charAt(stat.lastIndexOf(')') + 2);
      return state == 'T' || state == 't' ? Condition.PAUSED : Condition.RUNNING;
    } catch (IOException gone) {
      return process.isAlive() ? Condition.RUNNING : Condition.DOWN;
    }
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Sends a signal by its name, for example STOP. */
  void signal(String name) throws IOException, InterruptedException {
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    int code = kill.waitFor();
    if (code != 0 && process.isAlive()) {
      throw new IOException("kill -" + name + " of peer " + plan.id() + " exited with " + code);
    }
  }

  /**
   * Asks the process to stop and waits.
   *
   * @return whether it ended in time
   */
  boolean stop(long patienceMillis) throws InterruptedException {
    process.destroy();
    return process.waitFor(patienceMillis, TimeUnit.MILLISECONDS);
  }

  void requestStop() {
    process.destroy();
  }

  /** Cuts what comes in from some peers and what goes out to some; replaces earlier cuts. */
  void cut(Set<Integer> inbound, Set<Integer> outbound) throws IOException, InterruptedException {
    String answer = ask("cut " + numbers(inbound) + ";" + numbers(outbound));
    if (!answer.equals("ok")) {
      throw new IOException("peer " + plan.id() + " answered a cut with '" + answer + "'");
    }
  }

  long lost() throws IOException, InterruptedException {
    return Long.parseLong(ask("lost"));
  }

  private String ask(String command) throws IOException, InterruptedException {
    answers.clear();
    commands.write(command + "\n");
    commands.flush();
    String answer = answers.poll(ANSWER_MILLIS_MAX, TimeUnit.MILLISECONDS);
    if (answer == null) {
      throw new IOException(
          "peer " + plan.id() + " did not answer '" + command + "' within 5 s" + logTail());
    }
    return answer;
  }

  private static String numbers(Set<Integer> peers) {
    return peers.stream().sorted().map(String::valueOf).collect(Collectors.joining(","));
  }

  String logTail() {
    try {
      List<String> lines = Files.readAllLines(plan.logFile(), StandardCharsets.UTF_8);
      List<String> tail = lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size());
      return ". The end of its log:\n  " + String.join("\n  ", tail);
    } catch (IOException e) {
      return ". Its log " + plan.logFile() + " cannot be read: " + e.getMessage();
    }
  }
}
