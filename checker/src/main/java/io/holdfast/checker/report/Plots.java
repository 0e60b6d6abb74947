package io.holdfast.checker.report;

import com.fasterxml.jackson.core.JsonGenerator;
import io.holdfast.checker.history.History;
import io.holdfast.checker.history.Outcome;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Latency quantiles and rates over the whole history, in a fixed number of time slices. */
final class Plots {
  private static final int SLICES_MAX = 240;
  private static final int SLICES_MIN = 12;

  /** Completions a slice should have on average, so that its quantiles mean something. */
  private static final int OPERATIONS_PER_SLICE = 8;

  /** Latencies sampled per slice; enough for a 99th percentile. */
  private static final int SAMPLES_MAX = 2_000;

  private final long startNanos;
  private final long sliceNanos;
  private final Map<Outcome, int[]> counts = new EnumMap<>(Outcome.class);
  private final int slices;
  private final long[][] samples;
  private final int[] seen;

  private Plots(int operations, long startNanos, long endNanos) {
    this.startNanos = startNanos;
    this.slices = Math.max(SLICES_MIN, Math.min(SLICES_MAX, operations / OPERATIONS_PER_SLICE));
    this.sliceNanos = Math.max(1, (endNanos - startNanos) / slices + 1);
    this.samples = new long[slices][];
    this.seen = new int[slices];
    for (Outcome outcome : Outcome.values()) {
      counts.put(outcome, new int[slices]);
    }
  }

  static void write(JsonGenerator json, History history) throws IOException {
    long start = Long.MAX_VALUE;
    long end = Long.MIN_VALUE;
    for (int id = 0; id < history.size(); id++) {
      start = Math.min(start, history.invokedNanos(id));
      end = Math.max(end, lastNanos(history, id));
    }
    Plots plots = history.size() == 0 ? new Plots(0, 0, 1) : new Plots(history.size(), start, end);
    for (int id = 0; id < history.size(); id++) {
      plots.add(history, id);
    }
    plots.write(json);
  }

  private static long lastNanos(History history, int id) {
    long returned = history.returnedNanos(id);
    return returned == Long.MAX_VALUE ? history.invokedNanos(id) : returned;
  }

  private void add(History history, int id) {
    long at = lastNanos(history, id);
    int slice = (int) Math.min(slices - 1, (at - startNanos) / sliceNanos);
    counts.get(history.outcome(id))[slice]++;
    if (history.outcome(id) == Outcome.UNKNOWN) {
      return;
    }
    long latency = at - history.invokedNanos(id);
    if (samples[slice] == null) {
      samples[slice] = new long[SAMPLES_MAX];
    }
    int position = seen[slice]++;
    if (position < SAMPLES_MAX) {
      samples[slice][position] = latency;
    } else {
      // A fixed stride over the later ones keeps the sample spread without a random source.
      int kept = (int) ((position * 2_654_435_761L) % position);
      if (kept >= 0 && kept < SAMPLES_MAX) {
        samples[slice][kept] = latency;
      }
    }
  }

  private void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeNumberField("start", startNanos);
    json.writeNumberField("slice", sliceNanos);
    for (Outcome outcome : Outcome.values()) {
      json.writeFieldName(outcome.name().toLowerCase(Locale.ROOT));
      json.writeArray(counts.get(outcome), 0, slices);
    }
    writeQuantile(json, "p50", 0.50);
    writeQuantile(json, "p99", 0.99);
    writeQuantile(json, "max", 1.0);
    json.writeEndObject();
  }

  /** Minus one stands for a slice without a completed operation. */
  private void writeQuantile(JsonGenerator json, String name, double quantile) throws IOException {
    json.writeArrayFieldStart(name);
    for (int slice = 0; slice < slices; slice++) {
      int count = Math.min(seen[slice], SAMPLES_MAX);
      if (count == 0) {
        json.writeNumber(-1);
        continue;
      }
      long[] sorted = Arrays.copyOf(samples[slice], count);
      Arrays.sort(sorted);
      json.writeNumber(sorted[(int) Math.min(count - 1L, (long) (count * quantile))]);
    }
    json.writeEndArray();
  }
}
