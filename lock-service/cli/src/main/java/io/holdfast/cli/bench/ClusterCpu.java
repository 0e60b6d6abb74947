package io.holdfast.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.http.HttpApi;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Processor time of all peers together, as their metrics pages tell it. */
public final class ClusterCpu {
  private static final String COUNTER = "process_cpu_time_ns_total";

  private final HttpApi http;
  private final List<URI> peers;

  private ClusterCpu(HttpApi http, List<URI> peers) {
    this.http = http;
    this.peers = peers;
  }

  /** Asks the cluster who its peers are, so that it is enough to know one of them. */
  public static ClusterCpu of(HttpApi http) throws InterruptedException {
    JsonNode cluster = http.call("GET", "/v1/cluster", null, Duration.ZERO);
    String scheme = http.endpoints().get(0).getScheme();
    List<URI> peers = new ArrayList<>();
    for (JsonNode peer : cluster.path("peers")) {
      peers.add(URI.create(scheme + "://" + peer.path("clientAddress").asText()));
    }
    return new ClusterCpu(http, peers);
  }

  /** Seconds used until now; nothing unless every peer tells. */
  public OptionalDouble seconds() throws InterruptedException {
    double sum = 0;
    for (URI peer : peers) {
      Optional<String> page = http.page(peer, "/metrics");
      OptionalDouble seconds = page.isEmpty() ? OptionalDouble.empty() : secondsIn(page.get());
      if (seconds.isEmpty()) {
        return OptionalDouble.empty();
      }
      sum += seconds.getAsDouble();
    }
    return OptionalDouble.of(sum);
  }

  static OptionalDouble secondsIn(String page) {
    return page.lines()
        .filter(line -> line.startsWith(COUNTER + " ") || line.startsWith(COUNTER + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)) / 1e9)
        .findFirst();
  }
}
