package io.holdfast.cli.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;

/** Processor time, as Linux counts it in {@code /proc}. */
public final class ProcessCpu {
  /** The unit of {@code /proc}, the same on every architecture (proc(5), USER_HZ). */
  private static final double TICKS_PER_SECOND = 100;

  private static final Path PROC = Path.of("/proc");
  private static final int UTIME_AFTER_NAME = 11;
  private static final int IDLE = 4;
  private static final int IO_WAIT = 5;
  private static final int STEAL = 8;

  private ProcessCpu() {}

  /** Whether this machine tells. */
  public static boolean isKnown() {
    return Files.isReadable(PROC.resolve("self/stat"));
  }

  /** Seconds of processor time that a process has used; 0 if it is gone. */
  public static double secondsOf(long pid) {
    try {
      return secondsIn(Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1));
    } catch (IOException gone) {
      return 0;
    }
  }

  /** The same for several processes together. */
  public static double secondsOf(Collection<Long> pids) {
    return pids.stream().mapToDouble(ProcessCpu::secondsOf).sum();
  }

  /** Seconds of processor time that all processes and the kernel have used since the start. */
  public static double machineSeconds() throws IOException {
    return machineSecondsIn(Files.readString(PROC.resolve("stat"), StandardCharsets.ISO_8859_1));
  }

  /** The command's name stands in parentheses and may hold spaces and parentheses itself. */
  static double secondsIn(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    long ticks =
        Long.parseLong(fields[UTIME_AFTER_NAME]) + Long.parseLong(fields[UTIME_AFTER_NAME + 1]);
    return ticks / TICKS_PER_SECOND;
  }

  static double machineSecondsIn(String stat) {
    String[] fields = stat.lines().findFirst().orElseThrow().split(" +", -1);
    long ticks = 0;
    // Guests' time is part of user time; time stolen by other machines is nobody's here.
    for (int i = 1; i < STEAL; i++) {
      if (i != IDLE && i != IO_WAIT) {
        ticks += Long.parseLong(fields[i]);
      }
    }
    return ticks / TICKS_PER_SECOND;
  }
}
