package io.holdfast.chaos.report;

import io.holdfast.checker.history.History;
import io.holdfast.checker.history.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A history cut into equal slices of time, by when operations ended. */
final class Slices {
  private static final int SLICES_MAX = 200;
  private static final long SLICE_MILLIS_MIN = 500;
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** What took less was told or noted, not asked over a network. */
  private static final long REMOTE_NANOS_MIN = 50_000;

  private final long sliceMillis;
  private final List<Slice> slices = new ArrayList<>();

  /** What ended in one slice. */
  static final class Slice {
    private int ok;
    private int refused;
    private int unknown;
    private final List<Long> latenciesNanos = new ArrayList<>();

    int ok() {
      return ok;
    }

    int refused() {
      return refused;
    }

    int unknown() {
      return unknown;
    }

    /** A quantile of the latencies in milliseconds; -1 if nothing was answered. */
    double latencyMillis(double quantile) {
      if (latenciesNanos.isEmpty()) {
        return -1;
      }
      int at =
          (int) Math.min(latenciesNanos.size() - 1L, (long) (latenciesNanos.size() * quantile));
      return latenciesNanos.get(at) / (double) NANOS_PER_MILLI;
    }
  }

  Slices(History history, long endMillis) {
    this.sliceMillis = Math.max(SLICE_MILLIS_MIN, endMillis / SLICES_MAX + 1);
    for (long at = 0; at <= endMillis; at += sliceMillis) {
      slices.add(new Slice());
    }
    for (int id = 0; id < history.size(); id++) {
      add(history, id);
    }
    slices.forEach(slice -> Collections.sort(slice.latenciesNanos));
  }

  private void add(History history, int id) {
    long returned = history.returnedNanos(id);
    long at = returned == Long.MAX_VALUE ? history.invokedNanos(id) : returned;
    Slice slice =
        slices.get((int) Math.min(slices.size() - 1L, at / NANOS_PER_MILLI / sliceMillis));
    Outcome outcome = history.outcome(id);
    switch (outcome) {
      case OK -> slice.ok++;
      case FAIL, NOT_DONE -> slice.refused++;
      case UNKNOWN -> slice.unknown++;
    }
    long latency = returned - history.invokedNanos(id);
    if (outcome != Outcome.UNKNOWN && latency >= REMOTE_NANOS_MIN) {
      slice.latenciesNanos.add(latency);
    }
  }

  long sliceMillis() {
    return sliceMillis;
  }

  List<Slice> all() {
    return slices;
  }
}
