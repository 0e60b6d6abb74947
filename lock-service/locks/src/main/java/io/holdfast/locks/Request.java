package io.holdfast.locks;

/**
 * Who asks, and under which id.
 *
 * @param session the session's id, 1 or more
 * @param id what makes the request take effect once
 * @param acknowledgedBelow the client has seen the answers of all its sequences below this one;
 *     they are forgotten, and a retry of them is refused. 0 acknowledges nothing; a lower mark than
 *     an earlier request's changes nothing
 */
public record Request(long session, RequestId id, long acknowledgedBelow) {
  public Request {
    if (session < 1) {
      throw new IllegalArgumentException("session is " + session + "; sessions start at 1");
    }
    if (acknowledgedBelow < 0) {
      throw new IllegalArgumentException("acknowledged is " + acknowledgedBelow + "; 0 or more");
    }
    if (id instanceof RequestId.Sequence sequence && acknowledgedBelow > sequence.number()) {
      throw new IllegalArgumentException(
          "acknowledged is " + acknowledgedBelow + ", above the request's own id " + sequence);
    }
  }

  public Request(long session, RequestId id) {
    this(session, id, 0);
  }

  public static Request of(long session, long sequence) {
    return new Request(session, RequestId.of(sequence), 0);
  }

  public static Request of(long session, String key) {
    return new Request(session, RequestId.of(key), 0);
  }
}
