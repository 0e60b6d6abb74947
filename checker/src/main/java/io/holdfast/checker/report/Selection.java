package io.holdfast.checker.report;

import io.holdfast.checker.history.History;
import io.holdfast.checker.verdict.Conclusion;
import io.holdfast.checker.verdict.Evidence;
import io.holdfast.checker.verdict.PartitionVerdict;
import io.holdfast.checker.verdict.Verdict;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/**
 * Which partitions and operations a report shows, so that its size is bounded whatever the history.
 * What contradicts comes first, then what surrounds it in time, then the rest in order.
 */
final class Selection {
  static final int PARTITIONS_MAX = 2_000;
  static final int OPERATIONS_MAX = 12_000;

  /** Operations shown around the accused one of each invalid partition. */
  private static final int NEIGHBOURS_MAX = 1_500;

  private final History history;
  private final BitSet chosen = new BitSet();
  private int count;

  private Selection(History history) {
    this.history = history;
  }

  /** The partitions in the order of interest: invalid, unknown, valid; at most the bound. */
  static List<PartitionVerdict> partitions(Verdict verdict) {
    List<PartitionVerdict> ordered = new ArrayList<>(verdict.partitions());
    ordered.sort(Comparator.comparingInt(partition -> rank(partition.conclusion())));
    return ordered.subList(0, Math.min(PARTITIONS_MAX, ordered.size()));
  }

  /** The operations shown, as a set of ids. */
  static BitSet operations(History history, List<PartitionVerdict> partitions) {
    Selection selection = new Selection(history);
    for (PartitionVerdict partition : partitions) {
      if (partition.evidence() instanceof Evidence.Counterexample counterexample) {
        selection.addCounterexample(counterexample);
      }
    }
    for (PartitionVerdict partition : partitions) {
      if (partition.evidence() instanceof Evidence.Counterexample counterexample) {
        selection.addNeighbours(counterexample);
      }
    }
    selection.addFrom(0, history.size());
    return selection.chosen;
  }

  private static int rank(Conclusion conclusion) {
    return switch (conclusion) {
      case INVALID -> 0;
      case UNKNOWN -> 1;
      case VALID -> 2;
    };
  }

  private void addCounterexample(Evidence.Counterexample counterexample) {
    addAll(counterexample.contradicting(), 0);
    addAll(counterexample.minimal(), 0);
    for (Evidence.Refusal refusal : counterexample.refusals()) {
      add(refusal.operation());
    }
    int[] prefix = counterexample.prefix().order();
    addAll(prefix, Math.max(0, prefix.length - HtmlReport.PREFIX_SHOWN_MAX));
  }

  private void addNeighbours(Evidence.Counterexample counterexample) {
    int[] contradicting = counterexample.contradicting();
    if (contradicting.length > 0) {
      int centre = contradicting[contradicting.length - 1];
      addFrom(centre - NEIGHBOURS_MAX / 2, centre + NEIGHBOURS_MAX / 2);
    }
  }

  private void addFrom(int first, int end) {
    for (int id = Math.max(0, first); id < Math.min(end, history.size()); id++) {
      if (count >= OPERATIONS_MAX) {
        return;
      }
      add(id);
    }
  }

  private void addAll(int[] ids, int from) {
    for (int i = from; i < ids.length; i++) {
      add(ids[i]);
    }
  }

  private void add(int id) {
    if (count < OPERATIONS_MAX && !chosen.get(id)) {
      chosen.set(id);
      count++;
    }
  }
}
