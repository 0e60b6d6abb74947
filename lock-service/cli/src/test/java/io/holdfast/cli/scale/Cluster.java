package io.holdfast.cli.scale;

import io.holdfast.cli.cluster.ClusterPlan;
import io.holdfast.cli.cluster.LocalCluster;
import io.holdfast.cli.cluster.PeerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Three peers as processes, and what they can be seen to use and to do. */
final class Cluster implements AutoCloseable {
  static final int PEERS = 3;
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Pattern LONG_TURN = Pattern.compile("took (\\d+) ms");
  private static final Pattern PAUSE = Pattern.compile("Pause .* (\\d+[.,]\\d+)ms");

  private final LocalCluster processes;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();

  private Cluster(LocalCluster processes) {
    this.processes = processes;
  }

  static Cluster start(Path directory, List<String> settings) throws Exception {
    List<String> options = new ArrayList<>();
    options.add("-Xlog:gc:file=" + directory.resolve("gc-%p.log"));
    options.addAll(List.of(System.getProperty("scale.peer-options", "-Xmx4g").split(" ")));
    Files.createDirectories(directory);
    List<String> all = new ArrayList<>(settings);
    all.add("log.level = debug");
    Cluster cluster =
        new Cluster(
            new LocalCluster(
                ClusterPlan.onFreePorts("scale", directory, PEERS).with(all), options));
    cluster.processes.startAll();
    cluster.processes.awaitReady(PATIENCE);
    return cluster;
  }

  String address(int peer) {
    return processes.plan().peer(peer).clientAddress();
  }

  Path data(int peer) {
    return processes.plan().peer(peer).dataDirectory();
  }

  PeerProcess process(int peer) {
    return processes.peer(peer).orElseThrow();
  }

  void start(int peer) throws IOException {
    processes.start(peer);
  }

  void killAll() throws InterruptedException {
    processes.killAll();
  }

  void startAll() throws IOException {
    processes.startAll();
  }

  boolean isRunning(int peer) {
    return processes.peer(peer).isPresent();
  }

  /** The peer that leads and serves; waits for one. */
  int leader() throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() - deadline < 0) {
      for (int peer = 1; peer <= PEERS; peer++) {
        if (isRunning(peer) && metric(peer, "holdfast_peer_leader").orElse(0) == 1) {
          return peer;
        }
      }
      Thread.sleep(20);
    }
    throw new IllegalStateException("nobody leads");
  }

  int follower() throws InterruptedException {
    int leader = leader();
    return leader == PEERS ? 1 : leader + 1;
  }

  OptionalDouble metric(int peer, String name) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address(peer) + "/metrics"))
            .timeout(Duration.ofSeconds(10))
            .build();
    try {
      String page = http.send(request, BodyHandlers.ofString()).body();
      Matcher found =
          Pattern.compile("^" + name + "\\{[^}]*\\} (\\S+)$", Pattern.MULTILINE).matcher(page);
      return found.find()
          ? OptionalDouble.of(Double.parseDouble(found.group(1)))
          : OptionalDouble.empty();
    } catch (IOException away) {
      return OptionalDouble.empty();
    }
  }

  long logIndex(int peer) throws InterruptedException {
    return (long) metric(peer, "holdfast_peer_commit_index").orElse(-1);
  }

  long appliedIndex(int peer) throws InterruptedException {
    return (long) metric(peer, "holdfast_peer_applied_index").orElse(-1);
  }

  /** Waits until a peer has applied the log up to an index; returns how long that took. */
  long awaitApplied(int peer, long index, long sinceNanos) throws InterruptedException {
    while (appliedIndex(peer) < index) {
      Thread.sleep(20);
    }
    return millisSince(sinceNanos);
  }

  /** Processor time of all peers. */
  Duration cpu() {
    Duration sum = Duration.ZERO;
    for (PeerProcess peer : processes.alive()) {
      sum = sum.plus(cpu(peer.plan().id()));
    }
    return sum;
  }

  Duration cpu(int peer) {
    return ProcessHandle.of(process(peer).pid())
        .flatMap(handle -> handle.info().totalCpuDuration())
        .orElse(Duration.ZERO);
  }

  /** Bytes of live objects in the heap, after a full collection; stops the peer meanwhile. */
  long heapBytes(int peer) throws IOException, InterruptedException {
    List<String> histogram = histogram(peer);
    String[] total = histogram.get(histogram.size() - 1).trim().split("\\s+");
    return Long.parseLong(total[2]);
  }

  /** The largest classes of the heap, as {@code jcmd} shows them. */
  List<String> histogram(int peer) throws IOException, InterruptedException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(process(peer).pid()),
                "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    List<String> lines;
    try (Stream<String> read = jcmd.inputReader().lines()) {
      lines = read.filter(line -> !line.isBlank()).toList();
    }
    jcmd.waitFor();
    return lines;
  }

  long residentBytes(int peer) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + process(peer).pid() + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    throw new IOException("no VmRSS of peer " + peer);
  }

  /** Bytes of the files in a peer's data directory whose names begin so. */
  long diskBytes(int peer, String prefix) throws IOException {
    long sum = 0;
    for (Path file : files(peer)) {
      sum += file.getFileName().toString().startsWith(prefix) ? sizeOf(file) : 0;
    }
    return sum;
  }

  List<Path> files(int peer) throws IOException {
    try (Stream<Path> files = Files.list(data(peer))) {
      return files.sorted().toList();
    }
  }

  private static long sizeOf(Path file) {
    try {
      return Files.size(file);
    } catch (IOException gone) {
      return 0;
    }
  }

  /** Where a peer's log is now, to hand to {@link #longestTurnMillis}. */
  long logPosition(int peer) throws IOException {
    return Files.size(processes.plan().peer(peer).logFile());
  }

  long[] logPositions() throws IOException {
    long[] positions = new long[PEERS];
    for (int peer = 1; peer <= PEERS; peer++) {
      positions[peer - 1] = logPosition(peer);
    }
    return positions;
  }

  /** The longest turn of the event loop of each peer since; 0 where none took 10 ms. */
  List<Long> longestTurnsMillis(long[] since) throws IOException {
    List<Long> longest = new ArrayList<>();
    for (int peer = 1; peer <= PEERS; peer++) {
      byte[] log = Files.readAllBytes(processes.plan().peer(peer).logFile());
      int from = (int) Math.min(log.length, since[peer - 1]);
      Matcher turns = LONG_TURN.matcher(new String(log, from, log.length - from, "UTF-8"));
      long worst = 0;
      while (turns.find()) {
        worst = Math.max(worst, Long.parseLong(turns.group(1)));
      }
      longest.add(worst);
    }
    return longest;
  }

  /** The longest pauses of the garbage collector since the start, of every process so far. */
  List<String> longestPauses() throws IOException {
    List<String> longest = new ArrayList<>();
    try (Stream<Path> logs = Files.list(processes.plan().directory())) {
      for (Path log : logs.filter(file -> file.toString().contains("gc-")).sorted().toList()) {
        double worst = 0;
        for (String line : Files.readAllLines(log)) {
          Matcher pause = PAUSE.matcher(line);
          if (pause.find() && !line.contains("Heap Inspection")) {
            worst = Math.max(worst, Double.parseDouble(pause.group(1)));
          }
        }
        longest.add(String.format("%.0f ms", worst));
      }
    }
    return longest;
  }

  static long millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1_000_000;
  }

  @Override
  public void close() {
    processes.close();
  }
}
