package io.holdfast.server.gateway;

/** Counters of a gateway that was never opened. */
public final class GatewayMetricsFixture {
  private GatewayMetricsFixture() {}

  public static GatewayMetrics fresh() {
    return new GatewayMetrics(new Admission(new GatewayHarness.Settings().build().bounds()));
  }
}
