package io.holdfast.checker.verdict;

import java.util.List;

/** Why a partition was judged as it was. Operations are named by their ids in the history. */
public sealed interface Evidence {
  /**
   * For a valid partition: an order that the model allows and that respects real time. It was
   * replayed step by step after the search had found it.
   *
   * @param order ids of the operations in the order of their effect. Operations of unknown outcome
   *     are in it where they took effect; those that had no effect are absent, as are operations
   *     that say nothing about the object
   */
  record Witness(int[] order) implements Evidence {}

  /**
   * For an invalid partition: what contradicts what.
   *
   * @param violation the name of what went wrong
   * @param summary one sentence that says it
   * @param sentences the contradiction step by step, each a sentence with times
   * @param contradicting ids of the operations the sentences speak of, the accused one last
   * @param minimal ids of a minimal failing sub-history, ascending: these operations alone are
   *     contradictory even if the outcome of every other one were unknown. It is minimal when
   *     {@code minimalProven}, otherwise as small as the budget allowed
   * @param minimalProven whether no operation can be left out of {@code minimal}
   * @param prefix the longest good prefix found
   * @param refusals why none of the operations that could come next fits
   */
  record Counterexample(
      Violation violation,
      String summary,
      List<String> sentences,
      int[] contradicting,
      int[] minimal,
      boolean minimalProven,
      GoodPrefix prefix,
      List<Refusal> refusals)
      implements Evidence {}

  /**
   * For a partition left undecided.
   *
   * @param cause what ended the check
   * @param explanation the same in a sentence, with the figures
   */
  record Undecided(Cause cause, String explanation) implements Evidence {}

  /** What left a partition undecided. */
  enum Cause {
    /** The time budget ran out. */
    TIME,
    /** The memory budget ran out. */
    MEMORY,
    /** Another partition had already shown the history invalid. */
    STOPPED
  }

  /**
   * How far a good order came.
   *
   * @param order ids of the operations in order
   * @param state description of the object's state after them
   */
  record GoodPrefix(int[] order, String state) {}

  /**
   * Why an operation cannot come next.
   *
   * @param operation its id
   * @param reason the model's reason, in words
   */
  record Refusal(int operation, String reason) {}
}
