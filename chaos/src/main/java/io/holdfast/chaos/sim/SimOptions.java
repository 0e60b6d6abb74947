package io.holdfast.chaos.sim;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a run is told besides its seed. What is left open is drawn from the seed.
 *
 * @param peers voters at the beginning, 1, 3 or 5; null to draw
 * @param clients clients, 1 to 64; null to draw
 * @param faultMillis virtual length of the phase with faults; null to draw
 * @param faults the only kinds of faults that may happen; null for all
 * @param tracing whether to keep a readable trace
 * @param kept what is kept of the schedule
 */
public record SimOptions(
    @Nullable Integer peers,
    @Nullable Integer clients,
    @Nullable Long faultMillis,
    @Nullable Set<Fault> faults,
    boolean tracing,
    Kept kept) {
  /** Everything is drawn. */
  public static final SimOptions DRAWN = new SimOptions(null, null, null, null, false, Kept.ALL);

  /** Checks the numbers. */
  public SimOptions {
    if (peers != null && peers != 1 && peers != 3 && peers != 5) {
      throw new IllegalArgumentException("peers is " + peers + "; expected 1, 3 or 5");
    }
    if (clients != null && (clients < 1 || clients > 64)) {
      throw new IllegalArgumentException("clients is " + clients + "; expected 1 to 64");
    }
    if (faultMillis != null && (faultMillis < 100 || faultMillis > 3_600_000)) {
      throw new IllegalArgumentException(
          "faultMillis is " + faultMillis + "; expected 100 to 3600000");
    }
    faults = faults == null ? null : Set.copyOf(faults);
  }

  public SimOptions withPeers(@Nullable Integer value) {
    return new SimOptions(value, clients, faultMillis, faults, tracing, kept);
  }

  public SimOptions withClients(@Nullable Integer value) {
    return new SimOptions(peers, value, faultMillis, faults, tracing, kept);
  }

  public SimOptions withFaultMillis(@Nullable Long value) {
    return new SimOptions(peers, clients, value, faults, tracing, kept);
  }

  public SimOptions withFaults(@Nullable Set<Fault> value) {
    return new SimOptions(peers, clients, faultMillis, value, tracing, kept);
  }

  public SimOptions withTracing(boolean value) {
    return new SimOptions(peers, clients, faultMillis, faults, value, kept);
  }

  public SimOptions withKept(Kept value) {
    return new SimOptions(peers, clients, faultMillis, faults, tracing, value);
  }

  /** No faults at all. */
  public static Set<Fault> noFaults() {
    return EnumSet.noneOf(Fault.class);
  }
}
