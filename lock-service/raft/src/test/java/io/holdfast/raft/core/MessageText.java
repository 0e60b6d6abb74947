package io.holdfast.raft.core;

import io.holdfast.raft.Entry;
import io.holdfast.raft.message.MatchResult;
import io.holdfast.raft.message.MatchResult.Held;
import io.holdfast.raft.message.MatchResult.IndexNotMatched;
import io.holdfast.raft.message.MatchResult.Lost;
import io.holdfast.raft.message.MatchResult.Matched;
import io.holdfast.raft.message.MatchResult.TermNotMatched;
import io.holdfast.raft.message.Message;
import io.holdfast.raft.message.Message.AppendEntries;
import io.holdfast.raft.message.Message.AppendEntriesReply;
import io.holdfast.raft.message.Message.Heartbeat;
import io.holdfast.raft.message.Message.HeartbeatReply;
import io.holdfast.raft.message.Message.PreVoteReply;
import io.holdfast.raft.message.Message.PreVoteRequest;
import io.holdfast.raft.message.Message.VoteReply;
import io.holdfast.raft.message.Message.VoteRequest;
import io.holdfast.raft.spi.LogStorage;
import java.util.List;

/** Messages and batches as one line each. */
final class MessageText {
  private MessageText() {}

  static String of(Message message) {
    String term = " term=" + message.term();
    if (message instanceof PreVoteRequest m) {
      return "PreVote" + term + " for=" + m.campaignTerm() + " last=" + m.lastEntry();
    } else if (message instanceof PreVoteReply m) {
      return "PreVoteReply" + term + " for=" + m.campaignTerm() + yes(m.granted());
    } else if (message instanceof VoteRequest m) {
      return "Vote" + term + " last=" + m.lastEntry() + (m.leadershipTransfer() ? " transfer" : "");
    } else if (message instanceof VoteReply m) {
      return "VoteReply" + term + yes(m.granted());
    } else if (message instanceof AppendEntries m) {
      return "Append"
          + term
          + " after="
          + m.previous()
          + " "
          + of(m.entries())
          + " commit="
          + m.leaderCommit()
          + round(m.round());
    } else if (message instanceof AppendEntriesReply m) {
      return "AppendReply"
          + term
          + " after="
          + m.previous()
          + " "
          + of(m.result())
          + round(m.round());
    } else if (message instanceof Heartbeat m) {
      return "Heartbeat" + term + " commit=" + m.commit() + round(m.round());
    } else if (message instanceof HeartbeatReply m) {
      return "HeartbeatReply" + term + round(m.round());
    }
    return message.getClass().getSimpleName() + term;
  }

  private static String yes(boolean granted) {
    return granted ? " yes" : " no";
  }

  private static String round(long round) {
    return round == 0 ? "" : " round=" + round;
  }

  private static String of(MatchResult result) {
    if (result instanceof Matched matched) {
      return "matched=" + matched.matchIndex();
    } else if (result instanceof IndexNotMatched shorter) {
      return "ends-at=" + shorter.lastIndex();
    }
    if (result instanceof Held held) {
      return "held=" + held.matchIndex();
    }
    if (result instanceof Lost lost) {
      return "lost-after=" + lost.lastIndex();
    }
    TermNotMatched conflict = (TermNotMatched) result;
    return "conflict=" + conflict.conflictTerm() + "/" + conflict.firstConflictIndex();
  }

  private static String of(List<Entry> entries) {
    if (entries.isEmpty()) {
      return "empty";
    }
    Entry first = entries.get(0);
    Entry last = entries.get(entries.size() - 1);
    return "[" + first.id() + (first.equals(last) ? "" : ".." + last.id()) + "]";
  }

  static String of(LogStorage.Batch batch) {
    StringBuilder text = new StringBuilder("#").append(batch.number());
    if (batch.hardState() != null) {
      text.append(" term=").append(batch.hardState().currentTerm());
      batch.hardState().votedFor().ifPresent(vote -> text.append(" vote=").append(vote.value()));
    }
    if (batch.head() != null) {
      text.append(" head=").append(batch.head());
    }
    if (batch.truncateFrom() > 0) {
      text.append(" truncate=").append(batch.truncateFrom());
    }
    if (!batch.entries().isEmpty()) {
      text.append(' ').append(of(batch.entries()));
    }
    return text.toString();
  }
}
