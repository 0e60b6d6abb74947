package io.holdfast.server.metrics;

import io.holdfast.server.transport.TransportMetrics;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What is served of the transport's counts: of each link, or of the whole. */
@SuppressWarnings("ImmutableEnumChecker") // The functions are pure.
enum TransportMeter {
  SENT_FRAMES("sent_frames", "Messages that the kernel took", perPeer(p -> p.sent().frames())),
  SENT_BYTES("sent_bytes", "Bytes that the kernel took", perPeer(p -> p.sent().bytes())),
  IN_FLIGHT_BYTES(
      "in_flight_bytes",
      "Bytes accepted and not yet taken by the kernel",
      perPeer(p -> p.sent().inFlightBytes())),
  RECEIVED_FRAMES("received_frames", "Messages received", perPeer(p -> p.received().frames())),
  RECEIVED_BYTES("received_bytes", "Bytes received", perPeer(p -> p.received().bytes())),
  DROPPED_BACKLOG(
      "dropped_backlog",
      "Messages dropped because the other side does not read",
      perPeer(p -> p.dropped().backlog())),
  DROPPED_UNREACHABLE(
      "dropped_unreachable",
      "Messages dropped because there was no connection",
      perPeer(p -> p.dropped().unreachable())),
  DROPPED_STALE(
      "dropped_stale",
      "Messages dropped with a link that was given up",
      perPeer(p -> p.dropped().stale())),
  CONNECTIONS_OPENED(
      "connections_opened",
      "Connections made; all but the first are reconnects",
      perPeer(p -> p.connections().opened())),
  CONNECTIONS_LOST(
      "connections_lost",
      "Times the other side closed the connection",
      perPeer(p -> p.connections().lost())),
  RESTARTS(
      "restarts",
      "Times the other side was seen to have restarted",
      perPeer(p -> p.connections().restarts())),
  REFUSED_FRAMES(
      "refused_frames",
      "Frames refused: damaged, of another cluster or another version",
      whole(m -> m.refusedFrames().values().stream().mapToLong(Long::longValue).sum())),
  BROKEN_CONNECTIONS(
      "broken_connections",
      "Connections that ended because their bytes made no sense",
      whole(TransportMetrics::brokenConnections));

  private final String metricName;
  private final String description;
  private final Reading reading;

  TransportMeter(String metricName, String description, Reading reading) {
    this.metricName = metricName;
    this.description = description;
    this.reading = reading;
  }

  /** Exactly one of them is given. */
  private record Reading(
      @Nullable ToDoubleFunction<TransportMetrics.Peer> ofLink,
      @Nullable ToDoubleFunction<TransportMetrics> ofWhole) {}

  private static Reading perPeer(ToDoubleFunction<TransportMetrics.Peer> read) {
    return new Reading(read, null);
  }

  private static Reading whole(ToDoubleFunction<TransportMetrics> read) {
    return new Reading(null, read);
  }

  String metricName() {
    return metricName;
  }

  String description() {
    return description;
  }

  boolean isPerPeer() {
    return reading.ofLink() != null;
  }

  boolean isGauge() {
    return this == IN_FLIGHT_BYTES;
  }

  double of(TransportMetrics.Peer link) {
    return reading.ofLink() == null ? Double.NaN : reading.ofLink().applyAsDouble(link);
  }

  double of(TransportMetrics transport) {
    return reading.ofWhole() == null ? Double.NaN : reading.ofWhole().applyAsDouble(transport);
  }
}
