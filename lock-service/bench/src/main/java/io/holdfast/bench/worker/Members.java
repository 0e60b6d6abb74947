package io.holdfast.bench.worker;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The processes of a system's members. Safe for use by several threads. */
public final class Members implements AutoCloseable {
  /** The address of every member. */
  public static final String HOST = "127.0.0.1";

  /**
   * The same for every member that is a Java virtual machine; Holdfast's own peers have them too.
   */
  private static final List<String> JVM_OPTIONS =
      List.of("-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xmx512m");

  private static final Duration PORT_PATIENCE = Duration.ofSeconds(60);
  private static final long STOP_PATIENCE_MILLIS = 15_000;
  private static final int PROBE_INTERVAL_MILLIS = 20;

  private final Path directory;
  private final SortedMap<Integer, Process> processes = new TreeMap<>();

  /**
   * @param directory for each member's own folder and its log
   */
  public Members(Path directory) {
    this.directory = directory;
  }

  /** A member's own folder. */
  public Path folder(int member) throws IOException {
    return Files.createDirectories(directory.resolve("member-" + (member + 1)));
  }

  /** The command for a member with this process's own libraries. */
  public static List<String> java(List<String> moreOptions, String mainClass, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM_OPTIONS);
    command.addAll(moreOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Starts a member; what it prints goes to the log in its folder. */
  public void start(int member, List<String> command) throws IOException {
    File log = log(member);
    start(
        member,
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log)));
  }

  /** As {@link #start}, but its standard input and output are the caller's to use. */
  public Process startTalking(int member, List<String> command) throws IOException {
    File log = log(member);
    return start(
        member, new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log)));
  }

  private File log(int member) throws IOException {
    return folder(member).resolve("member.log").toFile();
  }

  private synchronized Process start(int member, ProcessBuilder builder) throws IOException {
    Process process = builder.start();
    processes.put(member, process);
    return process;
  }

  /** Ends a member at once (SIGKILL), and waits until it is gone. */
  public void kill(int member) throws InterruptedException {
    process(member).destroyForcibly().waitFor();
  }

  private synchronized Process process(int member) {
    Process process = processes.get(member);
    if (process == null) {
      throw new IllegalArgumentException("member " + member + " was never started");
    }
    return process;
  }

  /** Of the members that live. */
  public synchronized List<Long> pids() {
    return processes.values().stream().filter(Process::isAlive).map(Process::pid).toList();
  }

  /** Ends all members and waits; what does not end in time is killed. */
  @Override
  public synchronized void close() {
    processes.values().forEach(Process::destroy);
    try {
      for (Process process : processes.values()) {
        if (!process.waitFor(STOP_PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
          process.destroyForcibly().waitFor();
        }
      }
    } catch (InterruptedException e) {
      processes.values().forEach(Process::destroyForcibly);
      Thread.currentThread().interrupt();
    }
  }

  /** Where a member listens. */
  public static InetSocketAddress address(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** Ports that are free now. */
  public static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> probes = new ArrayList<>();
    try {
      List<Integer> ports = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        probes.add(probe);
        ports.add(probe.getLocalPort());
      }
      return List.copyOf(ports);
    } finally {
      for (ServerSocket probe : probes) {
        probe.close();
      }
    }
  }

  /** Something that may not work yet. */
  public interface Probe {
    /** Throws or says false while it does not. */
    boolean works() throws Exception;
  }

  /** Waits until a probe works. */
  public static void await(String what, Probe probe) throws InterruptedException {
    long deadline = System.nanoTime() + PORT_PATIENCE.toNanos();
    Exception last = null;
    while (System.nanoTime() < deadline) {
      try {
        if (probe.works()) {
          return;
        }
      } catch (InterruptedException interrupted) {
        throw interrupted;
      } catch (Exception notYet) {
        last = notYet;
      }
      TimeUnit.MILLISECONDS.sleep(PROBE_INTERVAL_MILLIS);
    }
    throw new IllegalStateException(what + " not after " + PORT_PATIENCE.toSeconds() + " s", last);
  }

  /** Waits until somebody listens. */
  public static void awaitPort(int port) throws InterruptedException {
    await(
        "port " + port + " listened on",
        () -> {
          try (Socket socket = new Socket()) {
            socket.connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                PROBE_INTERVAL_MILLIS);
            return true;
          }
        });
  }
}
