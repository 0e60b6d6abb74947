package io.holdfast.checker.report;

import java.util.List;

/**
 * What a report says about where it comes from.
 *
 * @param title names the history, usually its file
 * @param command the exact command that checks the history again
 * @param facts further facts in the order of their display, for example seed and versions
 */
public record ReportContext(String title, String command, List<Fact> facts) {
  /** Keeps its own copy of the list. */
  public ReportContext {
    facts = List.copyOf(facts);
  }

  /** One line of the report's head. */
  public record Fact(String name, String value) {}
}
