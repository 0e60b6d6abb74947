package io.holdfast.api;

/**
 * Names a request within its session, so that a retry takes effect once: a sequence number or a
 * text of the client's choice.
 */
public sealed interface RequestId {
  /** A request id that is a number; {@code acknowledgedBelow} is 0. */
  static RequestId of(long sequence) {
    return new Sequence(sequence, 0);
  }

  /** A request id that is a text of 1 to 64 bytes. */
  static RequestId of(String key) {
    return new Key(key);
  }

  /**
   * A number of the session's own sequence.
   *
   * @param sequence at least 1
   * @param acknowledgedBelow the client will never ask again for any sequence below this one, so
   *     the service may forget those answers; 0 says nothing
   */
  record Sequence(long sequence, long acknowledgedBelow) implements RequestId {}

  /**
   * A text of the client's choice. The service remembers a bounded number of recent keys per
   * session.
   *
   * @param key 1 to 64 bytes of UTF-8
   */
  record Key(String key) implements RequestId {}
}
