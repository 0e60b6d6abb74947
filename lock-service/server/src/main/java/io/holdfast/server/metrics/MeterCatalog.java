package io.holdfast.server.metrics;

import io.holdfast.server.gateway.GatewayCounter;
import io.holdfast.server.peer.PeerCounter;
import io.holdfast.server.peer.PeerGauge;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The families of metrics with their meaning: what /metrics serves, and what docs/metrics.md lists.
 */
final class MeterCatalog {
  /** What every name of ours begins with. */
  static final String PREFIX = "holdfast_";

  /**
   * One family.
   *
   * @param name as Prometheus has it
   * @param type counter or gauge
   * @param labels names of its labels beside {@code peer}, separated by commas; may be empty
   */
  record Family(String name, String type, String labels, String meaning) {}

  private MeterCatalog() {}

  static List<Family> families() {
    List<Family> families = new ArrayList<>();
    for (PeerCounter counter : PeerCounter.values()) {
      families.add(counter("peer", counter.metricName(), counter.description()));
    }
    for (PeerGauge gauge : PeerGauge.values()) {
      families.add(gauge("peer", gauge.metricName(), gauge.description()));
    }
    for (GatewayCounter counter : GatewayCounter.values()) {
      families.add(counter("gateway", counter.metricName(), counter.description()));
    }
    families.add(gauge("gateway", "connections", "Client connections open now"));
    families.add(gauge("gateway", "requests.in.flight", "Requests accepted and not yet answered"));
    for (TransportMeter meter : TransportMeter.values()) {
      families.add(
          new Family(
              PREFIX + "transport_" + meter.metricName() + (meter.isGauge() ? "" : "_total"),
              meter.isGauge() ? "gauge" : "counter",
              meter.isPerPeer() ? "to" : "",
              meter.description()));
    }
    families.add(counter("storage", "commits", "Batches made durable, one synchronous write each"));
    return families;
  }

  private static Family counter(String part, String name, String meaning) {
    return new Family(prometheus(part, name) + "_total", "counter", "", meaning);
  }

  private static Family gauge(String part, String name, String meaning) {
    return new Family(prometheus(part, name), "gauge", "", meaning);
  }

  private static String prometheus(String part, String name) {
    return (PREFIX + part + "_" + name.replace('.', '_')).toLowerCase(Locale.ROOT);
  }
}
