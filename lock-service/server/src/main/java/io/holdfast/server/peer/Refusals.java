package io.holdfast.server.peer;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Op;
import io.holdfast.api.Reply;

/** Failures that a peer itself is the reason for, worded once. */
final class Refusals {
  private Refusals() {}

  static Reply.Failed outcomeUnknown(String reason) {
    return Reply.Failed.of(
        ErrorCode.OUTCOME_UNKNOWN,
        "the request may or may not have taken effect ("
            + reason
            + "); send it again with the same requestId to learn which");
  }

  /** Nothing was done for want of a leader, of room or of this peer itself. */
  static Reply.Failed notTaken(ErrorCode error) {
    String message =
        switch (error) {
          case OVERLOADED ->
              "the peer has as many requests as it may keep; nothing was done, ask again later";
          case UNAVAILABLE -> "the peer is stopping; nothing was done, ask another peer";
          default -> "no leader took the request in time; nothing was done, ask again";
        };
    return Reply.Failed.of(error, message);
  }

  static Reply.Failed degraded(String reason) {
    return Reply.Failed.of(
        ErrorCode.UNAVAILABLE,
        "this peer takes no part until it is restarted ("
            + reason
            + "); nothing was done, ask another peer");
  }

  /** Another peer sent on what it has to answer itself. */
  static Reply.Failed notForwarded(Op op) {
    return Reply.Failed.of(
        ErrorCode.INVALID_REQUEST,
        "op",
        op.wireName(),
        op.wireName() + " concerns one connection and is answered by its own peer, not the leader");
  }

  /** This peer waits to be added to the cluster, or was removed from it. */
  static Reply.Failed notMember() {
    return Reply.Failed.of(
        ErrorCode.UNAVAILABLE,
        "this peer is no member of the cluster; nothing was done, ask another peer");
  }

  static Reply.Failed noBackup() {
    return Reply.Failed.of(ErrorCode.UNAVAILABLE, "no backup can be made now; ask again");
  }

  static Reply.Failed limit(String field, int limit, String what) {
    return Reply.Failed.of(
        ErrorCode.LIMIT_EXCEEDED,
        field,
        null,
        "this peer keeps at most " + limit + " " + what + "; end some first, or ask another peer");
  }
}
