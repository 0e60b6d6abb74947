package io.holdfast.chaos.sim;

import io.holdfast.checker.history.History;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What became of one run.
 *
 * @param seed which run it was
 * @param options what it was told besides
 * @param violation what went wrong; null when nothing did
 * @param undecided whether the checker ran out of its budget for a history
 * @param hash of everything that happened, in order: the same for every run of the same seed
 * @param events that happened
 * @param virtualNanos virtual time that passed
 * @param operations begun by clients
 * @param grants clients heard of
 * @param entries committed in the log
 * @param coverage which rare paths were reached
 * @param begun the operations that clients began, as {@link Kept} counts them
 * @param schedule faults and when they came
 * @param trace the last things that happened, for people; empty unless asked for
 * @param histories what clients asked and were told, by lock
 */
public record SimOutcome(
    long seed,
    SimOptions options,
    @Nullable Violation violation,
    boolean undecided,
    long hash,
    long events,
    long virtualNanos,
    long operations,
    long grants,
    long entries,
    Coverage coverage,
    Set<Integer> begun,
    List<String> schedule,
    List<String> trace,
    Map<String, History> histories) {

  /** Whether nothing was violated. */
  public boolean isClean() {
    return violation == null;
  }

  /** The hash as text. */
  public String hashText() {
    return String.format("%016x", hash);
  }
}
