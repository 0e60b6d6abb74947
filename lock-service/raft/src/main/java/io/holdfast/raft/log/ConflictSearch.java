package io.holdfast.raft.log;

import io.holdfast.raft.EntryId;
import io.holdfast.raft.message.MatchResult;
import io.holdfast.raft.message.MatchResult.IndexNotMatched;
import io.holdfast.raft.message.MatchResult.Matched;
import io.holdfast.raft.message.MatchResult.TermNotMatched;

/**
 * Finds where two logs part (Raft paper §5.3, the fast back-up), searching on both sides: terms
 * never fall along a log, so each answer rules out whole terms of both logs.
 *
 * <pre>
 *   index      1 2 3 4 5 6 7 8 9
 *   leader     1 1 1 3 3 3 3 3 5     probes after (3, 8), the entry before its newest
 *   follower   1 1 1 1 2 2 2 2       holds term 2 there, from index 5 on: refuses with (2, 5)
 *   leader     has no term 2; nothing of term 2 or above can agree, so the logs can agree at most
 *              up to index 4; at 4 it has term 3, which is above 2 again; its last term below 2
 *              ends at 3: the next probe is after (1, 3), and matches
 * </pre>
 */
public final class ConflictSearch {
  private ConflictSearch() {}

  /**
   * Compares the entry before an append with the follower's log.
   *
   * @param previous at {@code commitIndex} or later
   * @param coveredLast the last index the append covers, attested when the logs agree
   * @param commitIndex the follower's: up to here all logs agree
   */
  public static MatchResult compare(
      RaftLog log, EntryId previous, long coveredLast, long commitIndex) {
    if (previous.index() > log.lastIndex()) {
      return new IndexNotMatched(log.lastIndex());
    }
    if (log.contains(previous)) {
      return new Matched(coveredLast);
    }
    // Entries of a higher term than previous.term cannot be in the leader's log before previous.
    TermRuns terms = log.terms();
    long candidate = terms.lastIndexWithTermAtMost(previous.term(), previous.index());
    if (candidate <= commitIndex) {
      return refuseAt(log, Math.max(commitIndex, log.headIndex()) + 1);
    }
    if (terms.termAt(candidate) == previous.term()) {
      // The leader has this term too, and further on: the logs agree exactly up to here.
      return refuseAt(log, candidate + 1);
    }
    return refuseAt(log, terms.firstIndexOfTermAt(candidate));
  }

  private static MatchResult refuseAt(RaftLog log, long firstConflictIndex) {
    return new TermNotMatched(log.termAt(firstConflictIndex), firstConflictIndex);
  }

  /**
   * Where the leader tries next after a refusal.
   *
   * @param previous the position that was refused
   * @return 1 to {@code previous.index()}
   */
  public static long nextAfterRefusal(RaftLog log, EntryId previous, MatchResult refusal) {
    long next;
    if (refusal instanceof TermNotMatched conflict) {
      next = nextAfterConflict(log, previous, conflict);
    } else if (refusal instanceof IndexNotMatched shorter) {
      next = shorter.lastIndex() + 1;
    } else {
      throw new IllegalArgumentException(refusal + " is not a refusal");
    }
    return Math.max(1, Math.min(next, previous.index()));
  }

  private static long nextAfterConflict(RaftLog log, EntryId previous, TermNotMatched conflict) {
    TermRuns terms = log.terms();
    long lastOfTerm = terms.lastIndexWithTermAtMost(conflict.conflictTerm(), previous.index() - 1);
    if (lastOfTerm >= conflict.firstConflictIndex()
        && terms.termAt(lastOfTerm) == conflict.conflictTerm()) {
      return lastOfTerm + 1;
    }
    // Before the conflict the follower's terms are lower than the conflict's: skip our higher ones.
    long below =
        terms.lastIndexWithTermAtMost(
            conflict.conflictTerm() - 1, conflict.firstConflictIndex() - 1);
    return below < 0 ? conflict.firstConflictIndex() : below + 1;
  }
}
