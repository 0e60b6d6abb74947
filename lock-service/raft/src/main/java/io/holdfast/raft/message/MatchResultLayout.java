package io.holdfast.raft.message;

import io.holdfast.raft.message.MatchResult.Held;
import io.holdfast.raft.message.MatchResult.IndexNotMatched;
import io.holdfast.raft.message.MatchResult.Lost;
import io.holdfast.raft.message.MatchResult.Matched;
import io.holdfast.raft.message.MatchResult.TermNotMatched;

/** A kind byte, then the kind's fields. */
final class MatchResultLayout {
  private static final int MATCHED = 1;
  private static final int INDEX_NOT_MATCHED = 2;
  private static final int TERM_NOT_MATCHED = 3;
  private static final int HELD = 4;
  private static final int LOST = 5;

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
    } else if (result instanceof Held held) {
      out.int8(HELD);
      out.varint("matchIndex", held.matchIndex());
    } else if (result instanceof Lost lost) {
      out.int8(LOST);
      out.varint("lastIndex", lost.lastIndex());
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
      case HELD -> new Held(in.varint("matchIndex"));
      case LOST -> new Lost(in.varint("lastIndex"));
      default -> throw in.malformed("result", "unknown kind " + kind);
    };
  }
}
