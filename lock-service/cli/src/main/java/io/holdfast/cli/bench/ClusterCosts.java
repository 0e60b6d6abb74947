package io.holdfast.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.http.HttpApi;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** What all peers together have spent, as their metrics pages tell it. */
public final class ClusterCosts {
  private static final String CPU = "process_cpu_time_ns_total";
  private static final String FORCED_WRITES = "holdfast_storage_commits_total";
  private static final String BYTES_BETWEEN_PEERS = "holdfast_transport_sent_bytes_total";
  private static final String COMMIT_INDEX = "holdfast_peer_commit_index";

  private final HttpApi http;
  private final List<URI> peers;

  /**
   * Spent until now.
   *
   * @param cpuSeconds processor time of all peers
   * @param forcedWrites batches made durable, on all peers
   * @param bytesBetweenPeers sent by all peers to each other
   * @param commits entries committed, from the log's first on
   */
  public record Spent(
      double cpuSeconds, double forcedWrites, double bytesBetweenPeers, double commits) {}

  /**
   * Spent by a load.
   *
   * @param cpuMicrosPerPair of all peers
   * @param forcedWritesPerPair of all peers
   * @param bytesBetweenPeersPerPair of all peers
   * @param commitsPerForcedWrite entries that one forced write of one peer made durable
   */
  public record PerPair(
      double cpuMicrosPerPair,
      double forcedWritesPerPair,
      double bytesBetweenPeersPerPair,
      double commitsPerForcedWrite) {}

  private ClusterCosts(HttpApi http, List<URI> peers) {
    this.http = http;
    this.peers = peers;
  }

  /** Asks the cluster who its peers are, so that it is enough to know one of them. */
  public static ClusterCosts of(HttpApi http) throws InterruptedException {
    JsonNode cluster = http.call("GET", "/v1/cluster", null, Duration.ZERO);
    String scheme = http.endpoints().get(0).getScheme();
    List<URI> peers = new ArrayList<>();
    for (JsonNode peer : cluster.path("peers")) {
      peers.add(URI.create(scheme + "://" + peer.path("clientAddress").asText()));
    }
    return new ClusterCosts(http, peers);
  }

  /** Nothing unless every peer tells. */
  public Optional<Spent> spent() throws InterruptedException {
    List<String> pages = new ArrayList<>();
    for (URI peer : peers) {
      Optional<String> page = http.page(peer, "/metrics");
      if (page.isEmpty()) {
        return Optional.empty();
      }
      pages.add(page.get());
    }
    return spent(pages);
  }

  static Optional<Spent> spent(List<String> pages) {
    double cpuNanos = 0;
    double forcedWrites = 0;
    double bytes = 0;
    double commits = 0;
    for (String page : pages) {
      OptionalDouble cpu = sum(page, CPU);
      OptionalDouble forced = sum(page, FORCED_WRITES);
      OptionalDouble committed = sum(page, COMMIT_INDEX);
      if (cpu.isEmpty() || forced.isEmpty() || committed.isEmpty()) {
        return Optional.empty();
      }
      cpuNanos += cpu.getAsDouble();
      forcedWrites += forced.getAsDouble();
      bytes += sum(page, BYTES_BETWEEN_PEERS).orElse(0);
      commits = Math.max(commits, committed.getAsDouble());
    }
    return Optional.of(new Spent(cpuNanos / 1e9, forcedWrites, bytes, commits));
  }

  /** What lies between two moments, shared out over the pairs of that time. */
  public Optional<PerPair> perPair(Optional<Spent> before, Optional<Spent> after, long pairs) {
    return perPair(before, after, pairs, peers.size());
  }

  static Optional<PerPair> perPair(
      Optional<Spent> before, Optional<Spent> after, long pairs, int peers) {
    if (before.isEmpty() || after.isEmpty() || pairs == 0) {
      return Optional.empty();
    }
    Spent from = before.get();
    Spent to = after.get();
    double forced = to.forcedWrites() - from.forcedWrites();
    return Optional.of(
        new PerPair(
            (to.cpuSeconds() - from.cpuSeconds()) * 1e6 / pairs,
            forced / pairs,
            (to.bytesBetweenPeers() - from.bytesBetweenPeers()) / pairs,
            forced == 0 ? 0 : (to.commits() - from.commits()) * peers / forced));
  }

  /** The sum over all label sets of a metric; nothing if the page does not have it. */
  private static OptionalDouble sum(String page, String metric) {
    double[] values =
        page.lines()
            .filter(line -> line.startsWith(metric + " ") || line.startsWith(metric + "{"))
            .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
            .toArray();
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return values.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum);
  }
}
