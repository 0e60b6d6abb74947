package io.holdfast.bench.worker;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * What a slice of load came to. Slices add up.
 *
 * @param operations pairs of acquire and release, or commands
 * @param latencyMicros of one operation, in microseconds
 * @param serverCpuSeconds of all members together
 * @param driverCpuSeconds of the process that made the load; 0 where that is a member itself
 * @param otherCpuSeconds of everything else on the machine, the kernel's own threads included
 * @param overlaps grants of a lock that another client held
 * @param firstError empty if there was none
 */
public record Measured(
    double seconds,
    long operations,
    Histogram latencyMicros,
    double serverCpuSeconds,
    double driverCpuSeconds,
    double otherCpuSeconds,
    long errors,
    String firstError,
    long overlaps) {
  static final int SIGNIFICANT_DIGITS = 3;

  /** Nothing measured yet. */
  public static Measured nothing() {
    return new Measured(0, 0, new Histogram(SIGNIFICANT_DIGITS), 0, 0, 0, 0, "", 0);
  }

  /** Only errors, to be added to what was measured. */
  static Measured errors(long errors, String firstError) {
    return new Measured(0, 0, new Histogram(SIGNIFICANT_DIGITS), 0, 0, 0, errors, firstError, 0);
  }

  /** The same with so many overlapping grants. */
  Measured withOverlaps(long count) {
    return new Measured(
        seconds,
        operations,
        latencyMicros,
        serverCpuSeconds,
        driverCpuSeconds,
        otherCpuSeconds,
        errors,
        firstError,
        count);
  }

  public double perSecond() {
    return operations / seconds;
  }

  public double percentileMillis(double percentile) {
    return latencyMicros.getValueAtPercentile(percentile) / 1e3;
  }

  public double serverCpuMicros() {
    return serverCpuSeconds * 1e6 / operations;
  }

  public double driverCpuMicros() {
    return driverCpuSeconds * 1e6 / operations;
  }

  /** Cores that others kept busy meanwhile. */
  public double otherCores() {
    return otherCpuSeconds / seconds;
  }

  /** Both slices as one. */
  public Measured plus(Measured other) {
    Histogram both = latencyMicros.copy();
    both.add(other.latencyMicros);
    return new Measured(
        seconds + other.seconds,
        operations + other.operations,
        both,
        serverCpuSeconds + other.serverCpuSeconds,
        driverCpuSeconds + other.driverCpuSeconds,
        otherCpuSeconds + other.otherCpuSeconds,
        errors + other.errors,
        firstError.isEmpty() ? other.firstError : firstError,
        overlaps + other.overlaps);
  }

  Line toLine() {
    ByteBuffer bytes = ByteBuffer.allocate(latencyMicros.getNeededByteBufferCapacity());
    int length = latencyMicros.encodeIntoCompressedByteBuffer(bytes);
    byte[] histogram = new byte[length];
    bytes.flip().get(histogram);
    return Line.of("measured")
        .with("seconds", seconds)
        .with("operations", operations)
        .with("histogram", Base64.getEncoder().encodeToString(histogram))
        .with("serverCpu", serverCpuSeconds)
        .with("driverCpu", driverCpuSeconds)
        .with("otherCpu", otherCpuSeconds)
        .with("errors", errors)
        .with("firstError", firstError)
        .with("overlaps", overlaps);
  }

  /** Reads what a worker sent. */
  public static Measured fromLine(Line line) {
    try {
      Histogram histogram =
          Histogram.decodeFromCompressedByteBuffer(
              ByteBuffer.wrap(Base64.getDecoder().decode(line.text("histogram"))), 0);
      return new Measured(
          line.real("seconds"),
          line.number("operations"),
          histogram,
          line.real("serverCpu"),
          line.real("driverCpu"),
          line.real("otherCpu"),
          line.number("errors"),
          line.text("firstError"),
          line.number("overlaps"));
    } catch (DataFormatException e) {
      throw new IllegalArgumentException("the histogram is damaged", e);
    }
  }
}
