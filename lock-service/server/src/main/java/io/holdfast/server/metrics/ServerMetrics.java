package io.holdfast.server.metrics;

import io.holdfast.raft.PeerId;
import io.holdfast.server.gateway.GatewayCounter;
import io.holdfast.server.gateway.GatewayMetrics;
import io.holdfast.server.peer.PeerCounter;
import io.holdfast.server.peer.PeerGauge;
import io.holdfast.server.peer.PeerMetrics;
import io.holdfast.server.transport.TransportMetrics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * The registry of a peer's metrics. Nothing is counted here: the parts count for themselves, each
 * on its own thread, and are read when somebody asks.
 */
public final class ServerMetrics implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics garbageCollection = new JvmGcMetrics();

  /** The registry refers to what its counters read weakly: without this they would stop. */
  private final List<Object> sources = new ArrayList<>();

  /**
   * A registry with the metrics of the process.
   *
   * @param peer label of everything in it
   */
  public ServerMetrics(String peer) {
    registry.config().commonTags("peer", peer);
    garbageCollection.bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
  }

  /** Adds what the request handling counts. */
  public void bindPeer(PeerMetrics metrics) {
    for (PeerCounter counter : PeerCounter.values()) {
      count("peer." + counter.metricName(), counter.description(), () -> metrics.count(counter));
    }
    for (PeerGauge gauge : PeerGauge.values()) {
      measure("peer." + gauge.metricName(), gauge.description(), () -> metrics.gauge(gauge));
    }
  }

  /** Adds what the client port counts. */
  public void bindGateway(GatewayMetrics metrics) {
    for (GatewayCounter counter : GatewayCounter.values()) {
      count("gateway." + counter.metricName(), counter.description(), () -> metrics.count(counter));
    }
    measure("gateway.connections", "Client connections open now", metrics::connections);
    measure(
        "gateway.requests.in.flight",
        "Requests accepted and not yet answered",
        metrics::requestsInFlight);
  }

  /**
   * Adds what the transport counts.
   *
   * @param others the other peers of the cluster
   */
  public void bindTransport(Collection<PeerId> others, Supplier<TransportMetrics> metrics) {
    sources.add(metrics);
    for (TransportMeter meter : TransportMeter.values()) {
      if (meter.isPerPeer()) {
        for (PeerId other : others) {
          register(
              meter,
              Tags.of("to", other.toString()),
              metrics,
              snapshot -> ofLink(meter, snapshot, other));
        }
      } else {
        register(meter, Tags.empty(), metrics, meter::of);
      }
    }
  }

  /** Adds what the storage counts. */
  public void bindStorage(LongSupplier commits) {
    count("storage.commits", "Batches made durable, one synchronous write each", commits);
  }

  /** The text of /metrics. Any thread. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    garbageCollection.close();
    registry.close();
  }

  private static double ofLink(TransportMeter meter, TransportMetrics snapshot, PeerId other) {
    Map<PeerId, TransportMetrics.Peer> peers = snapshot.peers();
    TransportMetrics.Peer link = peers.get(other);
    return link == null ? 0 : meter.of(link);
  }

  private void register(
      TransportMeter meter,
      Tags tags,
      Supplier<TransportMetrics> metrics,
      ToDoubleFunction<TransportMetrics> read) {
    String name = "holdfast.transport." + meter.metricName().replace('_', '.');
    if (meter.isGauge()) {
      Gauge.builder(name, metrics, supplier -> read.applyAsDouble(supplier.get()))
          .tags(tags)
          .description(meter.description())
          .strongReference(true)
          .register(registry);
    } else {
      FunctionCounter.builder(name, metrics, supplier -> read.applyAsDouble(supplier.get()))
          .tags(tags)
          .description(meter.description())
          .register(registry);
    }
  }

  private void count(String name, String description, LongSupplier value) {
    sources.add(value);
    FunctionCounter.builder("holdfast." + name, value, LongSupplier::getAsLong)
        .description(description)
        .register(registry);
  }

  private void measure(String name, String description, LongSupplier value) {
    Gauge.builder("holdfast." + name, value, LongSupplier::getAsLong)
        .description(description)
        .strongReference(true)
        .register(registry);
  }
}
