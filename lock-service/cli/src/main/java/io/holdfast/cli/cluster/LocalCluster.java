package io.holdfast.cli.cluster;

import io.holdfast.cli.cluster.ClusterPlan.PeerPlan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Peers of one cluster as processes on this machine. Safe for use by several threads. */
public final class LocalCluster implements AutoCloseable {
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(15);

  private final ClusterPlan plan;
  private final List<String> jvmOptions;
  private final SortedMap<Integer, PeerProcess> running = new TreeMap<>();
  private boolean closed;

  /**
   * @param jvmOptions further options for the peers' Java virtual machines
   */
  public LocalCluster(ClusterPlan plan, List<String> jvmOptions) {
    this.plan = plan;
    List<String> options = new ArrayList<>();
    options.add("-XX:+UseSerialGC");
    options.add("-XX:-UsePerfData");
    options.add("-XX:+ExitOnOutOfMemoryError");
    options.add("-Xmx512m");
    options.addAll(jvmOptions);
    this.jvmOptions = List.copyOf(options);
  }

  public ClusterPlan plan() {
    return plan;
  }

  /** Writes the peers' configuration files and starts every peer; waits for none. */
  public void startAll() throws IOException {
    for (PeerPlan peer : plan.peers()) {
      start(peer.id());
    }
  }

  /** Starts one peer, which must not be running. */
  public synchronized PeerProcess start(int id) throws IOException {
    if (closed) {
      throw new IllegalStateException("the local cluster is stopped");
    }
    if (peer(id).isPresent()) {
      throw new IllegalStateException("peer " + id + " is already running");
    }
    PeerPlan peer = plan.peer(id);
    Files.createDirectories(peer.directory());
    Files.writeString(peer.configurationFile(), plan.configurationOf(peer), StandardCharsets.UTF_8);
    PeerProcess process = PeerProcess.start(peer, jvmOptions);
    running.put(id, process);
    return process;
  }

  public synchronized Optional<PeerProcess> peer(int id) {
    return Optional.ofNullable(running.get(id)).filter(PeerProcess::isAlive);
  }

  public synchronized List<PeerProcess> alive() {
    return running.values().stream().filter(PeerProcess::isAlive).toList();
  }

  /** Waits until every running peer serves. */
  public void awaitReady(Duration patience) throws InterruptedException {
    for (PeerProcess peer : alive()) {
      peer.awaitReady(patience);
    }
  }

  /** Kills every peer at once, as a power cut of the whole machine would. */
  public void killAll() throws InterruptedException {
    for (PeerProcess peer : alive()) {
      peer.kill();
    }
  }

  /** Stops every peer, all at once, and waits; what does not stop in time is killed. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    List<PeerProcess> stopping = alive();
    stopping.forEach(PeerProcess::requestStop);
    try {
      for (PeerProcess peer : stopping) {
        peer.stop(STOP_PATIENCE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
