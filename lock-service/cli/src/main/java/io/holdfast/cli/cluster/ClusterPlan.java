package io.holdfast.cli.cluster;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/**
 * Where the peers of a local cluster live.
 *
 * @param directory holds one folder per peer: its configuration, its data and its log
 * @param settings further configuration for every peer, as {@code key = value} lines
 */
public record ClusterPlan(
    String clusterId, Path directory, List<PeerPlan> peers, List<String> settings) {

  private static final int LISTENING_PORT_MIN = 15_000;

  /** The lowest port that Linux gives to an outgoing connection unless told otherwise. */
  private static final int OUTGOING_PORT_MIN = 32_768;

  private static final int PORTS_TRIED_MAX = 100;

  /** The address every local peer binds and is reached at. */
  static final String HOST = "127.0.0.1";

  /**
   * One peer's place.
   *
   * @param id 1 or more
   */
  public record PeerPlan(int id, int peerPort, int clientPort, Path directory) {
    public String clientAddress() {
      return HOST + ":" + clientPort;
    }

    public Path configurationFile() {
      return directory.resolve("holdfast.properties");
    }

    public Path logFile() {
      return directory.resolve("peer.log");
    }

    public Path dataDirectory() {
      return directory.resolve("data");
    }
  }

  /** Peers 1 to {@code count} on consecutive ports. */
  public static ClusterPlan consecutive(
      String clusterId, Path directory, int count, int firstPeerPort, int firstClientPort) {
    List<PeerPlan> peers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Path folder = directory.resolve("peer-" + (i + 1));
      peers.add(new PeerPlan(i + 1, firstPeerPort + i, firstClientPort + i, folder));
    }
    return new ClusterPlan(clusterId, directory, List.copyOf(peers), List.of());
  }

  /** Peers 1 to {@code count} on ports that are free now. */
  public static ClusterPlan onFreePorts(String clusterId, Path directory, int count)
      throws IOException {
    List<ServerSocket> probes = new ArrayList<>();
    try {
      List<PeerPlan> peers = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        ServerSocket peer = onFreePort();
        probes.add(peer);
        ServerSocket client = onFreePort();
        probes.add(client);
        Path folder = directory.resolve("peer-" + (i + 1));
        peers.add(new PeerPlan(i + 1, peer.getLocalPort(), client.getLocalPort(), folder));
      }
      return new ClusterPlan(clusterId, directory, List.copyOf(peers), List.of());
    } finally {
      for (ServerSocket probe : probes) {
        probe.close();
      }
    }
  }

  /**
   * Not on a port that the system would choose: it chooses the same ones for outgoing connections,
   * and a peer that starts again must find its own port free.
   */
  private static ServerSocket onFreePort() throws IOException {
    int triesLeft = PORTS_TRIED_MAX;
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(LISTENING_PORT_MIN, OUTGOING_PORT_MIN);
      try {
        return new ServerSocket(port, 1, host());
      } catch (BindException taken) {
        triesLeft--;
        if (triesLeft == 0) {
          throw taken;
        }
      }
    }
  }

  /** The same plan with further configuration lines for every peer. */
  public ClusterPlan with(List<String> moreSettings) {
    List<String> all = new ArrayList<>(settings);
    all.addAll(moreSettings);
    return new ClusterPlan(clusterId, directory, peers, List.copyOf(all));
  }

  public List<String> clientAddresses() {
    return peers.stream().map(PeerPlan::clientAddress).toList();
  }

  public PeerPlan peer(int id) {
    return peers.get(id - 1);
  }

  /** The ports of the plan that somebody else listens on. */
  public List<Integer> takenPorts() {
    List<Integer> taken = new ArrayList<>();
    for (PeerPlan peer : peers) {
      for (int port : new int[] {peer.peerPort(), peer.clientPort()}) {
        if (isTaken(port)) {
          taken.add(port);
        }
      }
    }
    return taken;
  }

  /** The text of one peer's configuration file. */
  public String configurationOf(PeerPlan peer) {
    String members =
        peers.stream()
            .map(p -> p.id() + "=" + HOST + ":" + p.peerPort() + ":" + p.clientPort())
            .collect(Collectors.joining(","));
    List<String> lines = new ArrayList<>();
    lines.add("cluster.id = " + clusterId);
    lines.add("cluster.peers = " + members);
    lines.add("peer.id = " + peer.id());
    lines.add("data.dir = " + peer.dataDirectory());
    lines.addAll(settings);
    return String.join("\n", lines) + "\n";
  }

  private static boolean isTaken(int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(host(), port));
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private static InetAddress host() {
    return InetAddress.getLoopbackAddress();
  }
}
