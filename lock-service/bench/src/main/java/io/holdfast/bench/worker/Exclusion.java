package io.holdfast.bench.worker;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts how often a lock was granted while another client held it. For several threads. */
final class Exclusion {
  private final Map<String, AtomicReference<@Nullable Object>> holders = new ConcurrentHashMap<>();
  private final LongAdder overlaps = new LongAdder();

  AtomicReference<@Nullable Object> holderOf(String lock) {
    return holders.computeIfAbsent(lock, name -> new AtomicReference<>());
  }

  /** Called between the grant and the release. */
  void pass(AtomicReference<@Nullable Object> holder, Object client) {
    if (!holder.compareAndSet(null, client)) {
      overlaps.increment();
    }
    holder.compareAndSet(client, null);
  }

  long overlaps() {
    return overlaps.sum();
  }
}
