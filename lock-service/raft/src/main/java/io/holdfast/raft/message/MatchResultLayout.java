package io.holdfast.raft.message;

import io.holdfast.raft.message.MatchResult.IndexNotMatched;
import io.holdfast.raft.message.MatchResult.Matched;
import io.holdfast.raft.message.MatchResult.TermNotMatched;

/** A kind byte, then the kind's fields. */
final class MatchResultLayout {
  private static final int MATCHED = 1;
  private static final int INDEX_NOT_MATCHED = 2;
  private static final int TERM_NOT_MATCHED = 3;

  private MatchResultLayout() {}

  static void put(MatchResult result, WireOutput out) {
    if (result instanceof Matched matched) {
      out.int8(MATCHED);
      out.varint("matchIndex", matched.matchIndex());
    } else if (result instanceof IndexNotMatched mismatch) {
      out.int8(INDEX_NOT_MATCHED);
      out.varint("lastIndex", mismatch.lastIndex());
    } else if (result instanceof TermNotMatched mismatch) {
      out.int8(TERM_NOT_MATCHED);
      out.varint("conflictTerm", mismatch.conflictTerm());
      out.varint("firstConflictIndex", mismatch.firstConflictIndex());
    } else {
      throw CodecException.malformed("no layout for " + result.getClass().getSimpleName());
    }
  }

  static MatchResult read(WireInput in) {
    int kind = in.int8("result");
    return switch (kind) {
      case MATCHED -> new Matched(in.varint("matchIndex"));
      case INDEX_NOT_MATCHED -> new IndexNotMatched(in.varint("lastIndex"));
      case TERM_NOT_MATCHED ->
          new TermNotMatched(in.varint("conflictTerm"), in.varint("firstConflictIndex"));
      default -> throw in.malformed("result", "unknown kind " + kind);
    };
  }
}
