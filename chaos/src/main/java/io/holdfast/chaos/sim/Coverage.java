package io.holdfast.chaos.sim;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** How often rare paths were reached. A suite that never reaches them proves little. */
public final class Coverage {
  private final TreeMap<String, Long> marks = new TreeMap<>();

  /** Notes that a path was reached. */
  void mark(String path) {
    marks.merge(path, 1L, Long::sum);
  }

  void mark(String path, long times) {
    if (times > 0) {
      marks.merge(path, times, Long::sum);
    }
  }

  /** Adds the marks of another run. */
  public void add(Coverage other) {
    other.marks.forEach((path, times) -> marks.merge(path, times, Long::sum));
  }

  /** How often each path was reached, by name. */
  public SortedMap<String, Long> marks() {
    return Collections.unmodifiableSortedMap(marks);
  }
}
