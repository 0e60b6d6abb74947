package io.holdfast.chaos.report;

import io.holdfast.checker.history.History;
import io.holdfast.checker.history.Outcome;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/** Numbers of a history: who got what, and how long nobody got anything. */
public final class Figures {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final long[] grantsNanos;
  private final Map<Outcome, Integer> byOutcome = new EnumMap<>(Outcome.class);
  private final int operations;

  /** Looks through the history once. */
  public Figures(History history) {
    this.operations = history.size();
    long[] grants = new long[history.size()];
    int found = 0;
    int acquire = history.functions().indexOf("acquire");
    int tryAcquire = history.functions().indexOf("tryAcquire");
    for (int id = 0; id < history.size(); id++) {
      byOutcome.merge(history.outcome(id), 1, Integer::sum);
      int function = history.functionId(id);
      boolean asksForLock = function == acquire || function == tryAcquire;
      if (asksForLock && history.outcome(id) == Outcome.OK) {
        grants[found++] = history.returnedNanos(id);
      }
    }
    grantsNanos = Arrays.copyOf(grants, found);
    Arrays.sort(grantsNanos);
  }

  public int operations() {
    return operations;
  }

  public int grants() {
    return grantsNanos.length;
  }

  /** Operations with this outcome. */
  public int count(Outcome outcome) {
    return byOutcome.getOrDefault(outcome, 0);
  }

  /** A time without a grant. */
  public record Gap(long fromMillis, long toMillis) {
    /** How long it is. */
    public long millis() {
      return toMillis - fromMillis;
    }
  }

  /** The longest time without a grant between two moments, which bound it as grants do. */
  public Gap longestGap(long fromMillis, long toMillis) {
    long from = fromMillis * NANOS_PER_MILLI;
    long to = toMillis * NANOS_PER_MILLI;
    long last = from;
    long begin = from;
    long longest = 0;
    for (long grant : grantsNanos) {
      if (grant >= from && grant <= to) {
        if (grant - last > longest) {
          longest = grant - last;
          begin = last;
        }
        last = grant;
      }
    }
    if (to - last > longest) {
      longest = to - last;
      begin = last;
    }
    return new Gap(begin / NANOS_PER_MILLI, (begin + longest) / NANOS_PER_MILLI);
  }

  /**
   * The time from a moment to the next grant.
   *
   * @return milliseconds, -1 if no grant followed
   */
  public long untilGrantMillis(long fromMillis) {
    long from = fromMillis * NANOS_PER_MILLI;
    int at = Arrays.binarySearch(grantsNanos, from);
    int next = at >= 0 ? at : -at - 1;
    return next == grantsNanos.length ? -1 : (grantsNanos[next] - from) / NANOS_PER_MILLI;
  }
}
