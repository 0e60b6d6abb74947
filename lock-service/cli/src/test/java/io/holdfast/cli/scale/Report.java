package io.holdfast.cli.scale;

import java.util.Locale;
import org.HdrHistogram.Histogram;

/** Lines of findings on standard output. */
final class Report {
  private Report() {}

  static void say(String format, Object... arguments) {
    System.out.printf(Locale.ROOT, format + "%n", arguments);
  }

  /** Latencies of microseconds, as milliseconds. */
  static String latencies(Histogram micros) {
    return String.format(
        Locale.ROOT,
        "%d, p50 %.2f ms, p99 %.2f ms, worst %.1f ms",
        micros.getTotalCount(),
        micros.getValueAtPercentile(50) / 1e3,
        micros.getValueAtPercentile(99) / 1e3,
        micros.getMaxValue() / 1e3);
  }

  static double megabytes(long bytes) {
    return bytes / 1e6;
  }
}
