package io.holdfast.chaos.workload;

import io.holdfast.chaos.report.Figures;
import io.holdfast.checker.history.History;
import io.holdfast.checker.history.Mark;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * While a majority of the peers is left alone, clients must be served: the time without a grant has
 * a bound. The harness marks in the history when that is so.
 */
public final class Availability {
  /** Who records the marks. */
  public static final String MARKER = "harness";

  /** A fault begins that leaves a majority alone; every peer served before. */
  public static final String SPARED = "majority-spared";

  /** From here on nothing is promised. */
  public static final String IN_DOUBT = "majority-in-doubt";

  /**
   * The longest time without a grant. An election (at most a few of the longest election timeouts
   * that the harness sets) and the move of every client to another peer fit in it, also on a
   * machine with other work to do.
   */
  static final Duration BOUND = Duration.ofSeconds(8);

  private Availability() {}

  /** What was longer than the bound, in the order of time. */
  static List<String> violations(History history) {
    Figures figures = new Figures(history);
    List<String> wrong = new ArrayList<>();
    Mark spared = null;
    for (Mark mark : history.marks()) {
      if (mark.process().equals(MARKER) && mark.function().equals(SPARED)) {
        spared = mark;
      } else if (mark.function().equals(IN_DOUBT) && spared != null) {
        Figures.Gap gap = figures.longestGap(millis(spared), millis(mark));
        if (gap.millis() > BOUND.toMillis()) {
          wrong.add(sentence(spared, gap));
        }
        spared = null;
      }
    }
    return wrong;
  }

  private static long millis(Mark mark) {
    return mark.timeNanos() / 1_000_000;
  }

  private static String sentence(Mark spared, Figures.Gap gap) {
    return String.format(
        Locale.ROOT,
        "from %.1f s to %.1f s nobody was granted a lock, for %.1f s, although the fault of that"
            + " time ('%s') left a majority of the peers alone and connected: they must grant again"
            + " within %d s",
        gap.fromMillis() / 1000.0,
        gap.toMillis() / 1000.0,
        gap.millis() / 1000.0,
        spared.detail(),
        BOUND.toSeconds());
  }
}
