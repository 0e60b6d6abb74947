package io.holdfast.bench.worker;

import io.holdfast.cli.bench.ProcessCpu;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Measures in windows of one second and keeps those in which nothing else ran on the machine: what
 * a neighbour takes away would be charged to whoever happens to be measured.
 */
final class Windows {
  /** Cores that others may keep busy in a window that counts as quiet. */
  static final double OTHERS_CORES_MAX = 0.3;

  /** Windows tried for each one wanted, before disturbed ones are taken. */
  private static final int PATIENCE = 3;

  private final Recorder latencies;
  private final Supplier<List<Long>> members;
  private final boolean driverIsMember;

  /**
   * @param driverIsMember this process is one of the members
   */
  Windows(Recorder latencies, Supplier<List<Long>> members, boolean driverIsMember) {
    this.latencies = latencies;
    this.members = members;
    this.driverIsMember = driverIsMember;
  }

  /** Lets time pass until so many quiet windows were seen, or the patience is over. */
  Measured measure(int wanted) throws IOException, InterruptedException {
    List<Measured> windows = new ArrayList<>();
    int quiet = 0;
    latencies.reset();
    Sample before = sample();
    while (quiet < wanted && windows.size() < wanted * PATIENCE) {
      TimeUnit.NANOSECONDS.sleep(before.nanos() + TimeUnit.SECONDS.toNanos(1) - System.nanoTime());
      Sample after = sample();
      Measured window = between(before, after, latencies.getIntervalHistogram());
      windows.add(window);
      if (window.otherCores() < OTHERS_CORES_MAX) {
        quiet++;
      }
      before = after;
    }
    return quietest(windows, wanted);
  }

  static Measured quietest(List<Measured> windows, int wanted) {
    return windows.stream()
        .sorted(Comparator.comparingDouble(Measured::otherCores))
        .limit(wanted)
        .reduce(Measured.nothing(), Measured::plus);
  }

  private record Sample(long nanos, double members, double driver, double machine) {}

  private Sample sample() throws IOException {
    double driver = driverIsMember ? 0 : ProcessCpu.secondsOf(ProcessHandle.current().pid());
    return new Sample(
        System.nanoTime(),
        ProcessCpu.secondsOf(members.get()),
        driver,
        ProcessCpu.machineSeconds());
  }

  private static Measured between(Sample before, Sample after, Histogram latencies) {
    double members = after.members() - before.members();
    double driver = after.driver() - before.driver();
    double machine = after.machine() - before.machine();
    return new Measured(
        (after.nanos() - before.nanos()) / 1e9,
        latencies.getTotalCount(),
        latencies,
        members,
        driver,
        Math.max(0, machine - members - driver),
        0,
        "",
        0);
  }
}
