package io.holdfast.server.peer;

import io.holdfast.api.ErrorCode;
import io.holdfast.api.Request;
import io.holdfast.raft.PeerId;
import org.jspecify.annotations.Nullable;

/** One request on its way to an answer, from a client of this peer or from another peer. */
final class Call {
  private final Origin origin;
  private final Request request;
  private final String principal;
  private final long holdUntilNanos;
  private boolean done;
  private boolean mayHaveEffect;
  private long correlation;
  private @Nullable PeerId forwardedTo;
  private long deadlineNanos;
  private ErrorCode givenUp = ErrorCode.NO_LEADER;

  /**
   * @param principal who asks; empty where nobody was authenticated
   * @param holdUntilNanos until when the request may wait for a leader
   */
  Call(Origin origin, Request request, String principal, long holdUntilNanos) {
    this.origin = origin;
    this.request = request;
    this.principal = principal;
    this.holdUntilNanos = holdUntilNanos;
  }

  /** Where the request came from, and where the answer goes. */
  sealed interface Origin {
    /** A client of this peer. */
    record Client(ClientChannel channel, long id) implements Origin {}

    /**
     * Another peer, on behalf of its client.
     *
     * @param life the random number of the asking peer's life
     */
    record Peer(PeerId peer, long life, long correlation) implements Origin {}
  }

  Origin origin() {
    return origin;
  }

  Request request() {
    return request;
  }

  String principal() {
    return principal;
  }

  long holdUntilNanos() {
    return holdUntilNanos;
  }

  /** When the client is answered at the latest. */
  long deadlineNanos() {
    return deadlineNanos;
  }

  void setDeadlineNanos(long value) {
    deadlineNanos = value;
  }

  /** What to answer when the call cannot be held any longer. */
  ErrorCode givenUp() {
    return givenUp;
  }

  void setGivenUp(ErrorCode value) {
    givenUp = value;
  }

  boolean isDone() {
    return done;
  }

  void done() {
    done = true;
  }

  /** Whether the request changes nothing, so that it can be asked again whatever became of it. */
  boolean isRead() {
    return switch (request.op()) {
      case HELLO,
          KEEP_ALIVE,
          ATTACH,
          CHECK,
          GET_LOCK,
          LIST_LOCKS,
          LIST_SESSIONS,
          WATCH,
          UNWATCH,
          CLUSTER,
          MEMBERS ->
          true;
      case OPEN_SESSION,
          CLOSE_SESSION,
          ACQUIRE,
          ACQUIRE_ALL,
          RELEASE,
          CANCEL_WAIT,
          PUBLISH,
          FORCE_RELEASE,
          FORGET,
          ADD_MEMBER,
          PROMOTE_MEMBER,
          DEMOTE_MEMBER,
          REMOVE_MEMBER,
          TRANSFER ->
          false;
    };
  }

  /** Whether a command of it may be in a log, or may still get there. */
  boolean mayHaveEffect() {
    return mayHaveEffect;
  }

  void setMayHaveEffect(boolean value) {
    mayHaveEffect = value && !isRead();
  }

  /** The number under which the request is under way to the leader; 0 when it is not. */
  long correlation() {
    return correlation;
  }

  @Nullable PeerId forwardedTo() {
    return forwardedTo;
  }

  void setForwarded(long number, @Nullable PeerId leader) {
    correlation = number;
    forwardedTo = leader;
  }
}
