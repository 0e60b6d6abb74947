package io.holdfast.server.peer;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counters and gauges of one peer. Written by the event loop alone, read by any thread without
 * coordination; a reader may see one value a moment before another.
 */
public final class PeerMetrics {
  private final Map<PeerCounter, AtomicLong> counters = new EnumMap<>(PeerCounter.class);
  private final Map<PeerGauge, AtomicLong> gauges = new EnumMap<>(PeerGauge.class);

  PeerMetrics() {
    for (PeerCounter counter : PeerCounter.values()) {
      counters.put(counter, new AtomicLong());
    }
    for (PeerGauge gauge : PeerGauge.values()) {
      gauges.put(gauge, new AtomicLong());
    }
  }

  public long count(PeerCounter counter) {
    return cell(counters, counter).get();
  }

  public long gauge(PeerGauge gauge) {
    return cell(gauges, gauge).get();
  }

  void add(PeerCounter counter) {
    add(counter, 1);
  }

  void add(PeerCounter counter, long amount) {
    AtomicLong cell = cell(counters, counter);
    cell.lazySet(cell.getPlain() + amount);
  }

  void set(PeerGauge gauge, long value) {
    cell(gauges, gauge).lazySet(value);
  }

  private static <K extends Enum<K>> AtomicLong cell(Map<K, AtomicLong> cells, K key) {
    AtomicLong cell = cells.get(key);
    if (cell == null) {
      throw new IllegalStateException(key + " is not measured");
    }
    return cell;
  }
}
