package io.holdfast.checker.cli;

import io.holdfast.checker.explain.Narrator;
import io.holdfast.checker.history.History;
import io.holdfast.checker.model.Model;
import io.holdfast.checker.verdict.Conclusion;
import io.holdfast.checker.verdict.Evidence.Counterexample;
import io.holdfast.checker.verdict.Evidence.Refusal;
import io.holdfast.checker.verdict.Evidence.Undecided;
import io.holdfast.checker.verdict.PartitionVerdict;
import java.io.PrintStream;
import java.util.Locale;

/** Prints verdicts for people. */
final class TextOutput {
  private static final int SHOWN_MAX = 10;

  private final PrintStream out;
  private final Narrator narrator;

  TextOutput(PrintStream out, Model<?> model, History history) {
    this.out = out;
    narrator = new Narrator(model, history);
  }

  void print(Checked checked) {
    out.printf(
        Locale.ROOT,
        "%-7s  %s: %s, %s, read in %s, checked in %s%n",
        checked.verdict().conclusion().word(),
        checked.file(),
        counted(checked.operations(), "operation"),
        counted(checked.verdict().partitions().size(), "key"),
        millis(checked.reading().toNanos()),
        millis(checked.verdict().elapsed().toNanos()));
    int shown = 0;
    for (PartitionVerdict partition : checked.verdict().partitions()) {
      if (partition.conclusion() != Conclusion.VALID && shown < SHOWN_MAX) {
        shown++;
        print(partition);
      }
    }
  }

  private void print(PartitionVerdict partition) {
    String key = partition.key().isEmpty() ? "" : "key " + partition.key() + ": ";
    if (partition.evidence() instanceof Undecided undecided) {
      out.println("  " + key + "unknown: " + undecided.explanation());
    } else if (partition.evidence() instanceof Counterexample why) {
      out.println("  " + key + why.violation().title());
      out.println("    " + why.summary());
      for (String sentence : why.sentences()) {
        out.println("    - " + sentence);
      }
      printMinimal(why);
      out.printf(
          Locale.ROOT,
          "    Longest good prefix: %s; then %s.%n",
          counted(why.prefix().order().length, "operation"),
          why.prefix().state());
      printRefusals(why);
    }
  }

  private void printMinimal(Counterexample why) {
    int[] minimal = why.minimal();
    out.printf(
        Locale.ROOT,
        "    %s failing sub-history, %s:%n",
        why.minimalProven() ? "Minimal" : "Smallest known",
        counted(minimal.length, "operation"));
    for (int i = 0; i < Math.min(minimal.length, SHOWN_MAX); i++) {
      out.println("      " + narrator.full(minimal[i]));
    }
    if (minimal.length > SHOWN_MAX) {
      out.println("      and " + (minimal.length - SHOWN_MAX) + " more");
    }
  }

  private void printRefusals(Counterexample why) {
    int count = 0;
    for (Refusal refusal : why.refusals()) {
      if (count++ < SHOWN_MAX) {
        out.println("      not " + narrator.brief(refusal.operation()) + ": " + refusal.reason());
      }
    }
  }

  private static String counted(int count, String what) {
    return String.format(Locale.ROOT, "%,d %s%s", count, what, count == 1 ? "" : "s");
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, nanos < 1e7 ? "%.2f ms" : "%.0f ms", nanos / 1e6);
  }
}
