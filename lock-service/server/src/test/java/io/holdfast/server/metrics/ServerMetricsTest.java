package io.holdfast.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.raft.PeerId;
import io.holdfast.server.DocumentedPage;
import io.holdfast.server.gateway.GatewayMetrics;
import io.holdfast.server.gateway.GatewayMetricsFixture;
import io.holdfast.server.peer.PeerMetricsFixture;
import io.holdfast.server.transport.TransportMetrics;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ServerMetricsTest {
  private static final PeerId OTHER = new PeerId(2);

  @Test
  void theMetricsPageIsCurrent() {
    DocumentedPage.assertCurrent("metrics.md", MetricsPage.write());
  }

  @Test
  void whatIsServedIsWhatIsDocumentedAndNothingElse() {
    try (ServerMetrics metrics = full()) {
      Map<String, String> served =
          metrics
              .scrape()
              .lines()
              .filter(line -> line.startsWith("# TYPE "))
              .map(line -> line.split(" "))
              .collect(Collectors.toMap(words -> words[2], words -> words[3]));
      Map<String, String> documented =
          MeterCatalog.families().stream()
              .collect(Collectors.toMap(MeterCatalog.Family::name, MeterCatalog.Family::type));
      Set<String> ofTheProcess = Set.of("jvm", "process", "system");
      served.keySet().removeIf(name -> ofTheProcess.contains(name.substring(0, name.indexOf('_'))));
      assertThat(served).isEqualTo(documented);
    }
  }

  @Test
  void everySampleNamesThePeerAndALinkTheOtherOne() {
    try (ServerMetrics metrics = full()) {
      List<String> samples =
          metrics.scrape().lines().filter(line -> !line.startsWith("#")).toList();
      assertThat(samples).allMatch(line -> line.contains("peer=\"peer-1\""));
      assertThat(samples)
          .contains("holdfast_transport_sent_frames_total{peer=\"peer-1\",to=\"peer-2\"} 11.0")
          .contains("holdfast_storage_commits_total{peer=\"peer-1\"} 5.0");
    }
  }

  @Test
  void countersGoOnAfterACollection() {
    try (ServerMetrics metrics = new ServerMetrics("peer-1")) {
      AtomicLong commits = new AtomicLong(5);
      metrics.bindStorage(commits::get);
      WeakReference<Object> collected = new WeakReference<>(new Object());
      while (collected.get() != null) {
        System.gc();
      }
      commits.set(6);
      assertThat(metrics.scrape()).contains("holdfast_storage_commits_total{peer=\"peer-1\"} 6.0");
    }
  }

  private static ServerMetrics full() {
    ServerMetrics metrics = new ServerMetrics("peer-1");
    metrics.bindPeer(PeerMetricsFixture.fresh());
    GatewayMetrics gateway = GatewayMetricsFixture.fresh();
    metrics.bindGateway(gateway);
    TransportMetrics.Peer link =
        new TransportMetrics.Peer(
            new TransportMetrics.Sent(11, 12, 13),
            new TransportMetrics.Dropped(1, 2, 3, 4),
            new TransportMetrics.Received(21, 22),
            new TransportMetrics.Connections(1, 0, 0),
            9);
    TransportMetrics transport =
        new TransportMetrics(Map.of(OTHER, link), Map.of(), 0, 0, 0, 0, 0, 0);
    metrics.bindTransport(List.of(OTHER), () -> transport);
    metrics.bindStorage(() -> 5);
    return metrics;
  }
}
