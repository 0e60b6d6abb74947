package io.holdfast.raft.message;

/** What a follower found when it compared the entry before an append with its own log. */
public sealed interface MatchResult {
  /** The logs agree, and are equal up to {@code matchIndex}, the last entry the request covered. */
  record Matched(long matchIndex) implements MatchResult {}

  /** The follower's log ends before the compared entry, at {@code lastIndex}. */
  record IndexNotMatched(long lastIndex) implements MatchResult {}

  /**
   * The follower holds another term at the compared index: {@code conflictTerm}, whose first entry
   * in its log is {@code firstConflictIndex}.
   */
  record TermNotMatched(long conflictTerm, long firstConflictIndex) implements MatchResult {}
}
