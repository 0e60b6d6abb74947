package io.holdfast.raft.message;

/** What a follower found when it compared the entry before an append with its own log. */
public sealed interface MatchResult {
  /** The logs agree, and are equal up to {@code matchIndex}, the last entry the request covered. */
  record Matched(long matchIndex) implements MatchResult {}

  /** The follower's log ends before the compared entry, at {@code lastIndex}. */
  record IndexNotMatched(long lastIndex) implements MatchResult {}

  /**
   * The logs differ at the compared index: the follower holds {@code conflictTerm} there or, where
   * it can rule out more at once, at an earlier index, and the first entry that may differ is
   * {@code firstConflictIndex}. Up to the entry before it the logs may agree.
   */
  record TermNotMatched(long conflictTerm, long firstConflictIndex) implements MatchResult {}

  /**
   * As {@link Matched}, from a follower that lost what it held before and abstains: it must not be
   * counted.
   */
  record Held(long matchIndex) implements MatchResult {}

  /** As {@link IndexNotMatched}, from a follower that lost what it held before and abstains. */
  record Lost(long lastIndex) implements MatchResult {}
}
