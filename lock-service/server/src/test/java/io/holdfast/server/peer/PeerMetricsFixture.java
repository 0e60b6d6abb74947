package io.holdfast.server.peer;

/** Counters of a peer that was never started. */
public final class PeerMetricsFixture {
  private PeerMetricsFixture() {}

  public static PeerMetrics fresh() {
    return new PeerMetrics();
  }
}
