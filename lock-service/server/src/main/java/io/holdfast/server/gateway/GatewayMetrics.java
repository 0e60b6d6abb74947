package io.holdfast.server.gateway;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counters of one gateway. Any thread. */
public final class GatewayMetrics {
  private final Map<GatewayCounter, LongAdder> counters = new EnumMap<>(GatewayCounter.class);
  private final Admission admission;

  GatewayMetrics(Admission admission) {
    this.admission = admission;
    for (GatewayCounter counter : GatewayCounter.values()) {
      counters.put(counter, new LongAdder());
    }
  }

  public long count(GatewayCounter counter) {
    return adder(counter).sum();
  }

  /** Client connections open now. */
  public int connections() {
    return admission.connections();
  }

  /** Requests accepted and not yet answered. */
  public int requestsInFlight() {
    return admission.requestsInFlight();
  }

  void add(GatewayCounter counter) {
    adder(counter).increment();
  }

  void add(GatewayCounter counter, long amount) {
    adder(counter).add(amount);
  }

  private LongAdder adder(GatewayCounter counter) {
    LongAdder adder = counters.get(counter);
    if (adder == null) {
      throw new IllegalStateException("every counter has an adder");
    }
    return adder;
  }
}
